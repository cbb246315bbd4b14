#ifndef LIENTHONG_GATEWAY_SYNC_TARGET_H_
#define LIENTHONG_GATEWAY_SYNC_TARGET_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sync/lane.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// The newest revision that one delivery may bring the counterpart to, from the one that it has or
// could not take: edits are taken together, but never two changes of status. `entries` are journal
// entries, oldest first; those up to `from` are passed over.
int64_t TargetRevision(const std::vector<storage::v1::JournalEntry>& entries, int64_t from,
                       const PlantedBugs& bugs);

// A dossier as it was at a revision, and what changed after it (Turn::later).
struct Target {
  dossier::v1::Dossier dossier;
  std::set<std::string> later;
};

// Goes back from the newest revision of a dossier, by the journal entries after `revision` (others
// are passed over). `self` is the link's name as an actor: a status that it set itself has not to
// be shown to it. Elements that came later are not there. What was found out later about the
// content of a file that is there, is (known_content.h); internal ids are not (local_ids.h). Pure.
Target GoBack(dossier::v1::Dossier head, const std::vector<storage::v1::JournalEntry>& entries,
              int64_t revision, std::string_view self);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_TARGET_H_
