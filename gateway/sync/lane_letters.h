#ifndef LIENTHONG_GATEWAY_SYNC_LANE_LETTERS_H_
#define LIENTHONG_GATEWAY_SYNC_LANE_LETTERS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "gateway/sync/lane.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

// What becomes of a lane, and of what a counterpart said, when an operator closes a dead letter.
// Pure, but for what reads the store.
namespace lienthong::sync {

// Fields that the counterpart has told after a report, or was told by us. `version` is the
// report's, where its records have some: one that is newer than all that was told is overtaken by
// nothing, whenever it came.
std::set<std::string> PathsToldSince(const LaneState& lane, int64_t report, int64_t version);
// Fields of a dossier (0: of none) that anybody has changed after an instant. That it began then
// counts for nothing: what came ahead of it was said of what it began with. Nor do the revisions
// `but_for`.
absl::StatusOr<std::set<std::string>> PathsChangedSince(const core::Engine& engine,
                                                        int64_t dossier_id, absl::Time since,
                                                        const std::set<int64_t>& but_for);
// Revisions that replays of a link's earlier reports have made: what they say is as old as those.
absl::StatusOr<std::set<int64_t>> RevisionsOfOlder(const core::Engine& engine,
                                                   std::string_view link, int64_t dossier_id,
                                                   int64_t report);
// Takes fields out of what an item says. Returns those that it did say.
std::vector<std::string> TakeOut(const std::set<std::string>& paths,
                                 adapter::v1::InboundItem& item);

// What the lane learns of fields of a report that were overtaken: that of which was only what we
// had sent, and that of which was the last that the counterpart said. What we believe to be there
// of them may be another value then: the lane looks again.
void NoteOvertaken(const std::vector<std::string>& paths, const adapter::v1::InboundItem& item,
                   const Replayed& replayed, const LinkState& link, LaneState& lane);

// When and where a lane's turn comes again.
struct Place {
  absl::Time now;
  int64_t sequence = 0;  // as LinkState.sequence
};

// The lane tries again what stopped it, or what has been made of it since.
void TryAgain(const Place& place, LaneState& lane);

// What the counterpart takes, as far as it is known.
struct Abilities {
  bool patch = false;  // as in Capabilities
  // How it would hold the dossier as it is now; null when that is not known.
  const adapter::v1::Representation* shown = nullptr;
};

// The lane goes on without what was refused: the field at fault alone, where that is known and the
// counterpart takes single fields, else all that was sent with it. What nobody could send is
// skipped with its revision. A dossier that the counterpart never had begins there with a later
// one.
void GoOnWithout(const storage::v1::DeadLetterRecord& letter, const Abilities& can,
                 const Place& place, LaneState& lane);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LANE_LETTERS_H_
