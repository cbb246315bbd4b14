#ifndef LIENTHONG_GATEWAY_CORE_HISTORY_H_
#define LIENTHONG_GATEWAY_CORE_HISTORY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// Visits the changes of a dossier by the journal, from the first revision to the last, by pages.
// The store's errors.
absl::Status ForEachEntry(const Engine& engine, int64_t dossier_id,
                          const std::function<void(const storage::v1::JournalEntry&)>& visit);
// The same, of those after a revision.
absl::Status ForEachEntryAfter(const Engine& engine, int64_t dossier_id, int64_t revision,
                               const std::function<void(const storage::v1::JournalEntry&)>& visit);

// One change with its place in the evidence tree.
struct EvidentEntry {
  storage::v1::JournalEntry entry;
  int64_t sequence = 0;   // in the journal; its leaf has the index before it
  std::string leaf_hash;  // RFC 6962, in hexadecimal digits
};
// The newest changes of a dossier, newest first. The store's errors.
absl::StatusOr<std::vector<EvidentEntry>> NewestEntries(const Engine& engine, int64_t dossier_id,
                                                        int64_t entries_max);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_HISTORY_H_
