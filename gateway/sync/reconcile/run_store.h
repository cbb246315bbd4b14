#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_RUN_STORE_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_RUN_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "lienthong/storage/v1/comparison.pb.h"
#include "lienthong/sync/v1/reconciliation.pb.h"

// Comparisons and what they have found, as the store keeps them.
namespace lienthong::sync {

inline constexpr const char* kActApprove = "approve";

struct StoredRun {
  std::string id;
  storage::v1::RunRecord record;
  int64_t order = 0;  // by which the newest is known: a time, but one that never goes back
};
struct StoredFinding {
  std::string id;
  storage::v1::FindingRecord record;
};

// Nothing when there is none such.
absl::StatusOr<std::optional<StoredRun>> FindRun(const core::Engine& engine, const std::string& id);
// The order of one that begins now, which is after all that are kept.
absl::StatusOr<int64_t> NextOrder(const core::Engine& engine);
// Newest first; of all links when none is named.
absl::StatusOr<std::vector<StoredRun>> NewestRuns(const core::Engine& engine, std::string_view link,
                                                  int64_t rows_max);
// Comparisons of a link that are kept, with what they have found.
inline constexpr int64_t kRunsKept = 50;
// The oldest of a link; nothing while it has no more than are kept.
absl::StatusOr<std::optional<StoredRun>> RunToDrop(const core::Engine& engine,
                                                   std::string_view link);
void RemoveRun(const StoredRun& run, store::WriteSet& set);

void PutRun(const core::Engine& engine, const StoredRun& run, store::WriteSet& set);
// Whether nothing more will come of it.
bool HasEnded(const storage::v1::RunRecord& record);
// What is not compared: it is on its way, or a dead letter stops it.
inline constexpr char kCountInMotion[] = "in_motion";
inline constexpr char kCountDeadLettered[] = "dead_lettered";
// More dossiers of which the same was found, e.g. `equal`.
void Count(const std::string& name, int64_t more, storage::v1::RunRecord& record);

absl::StatusOr<std::optional<StoredFinding>> FindFinding(const core::Engine& engine,
                                                         const std::string& run,
                                                         const std::string& id);
// Those of a run after an id, in the order of their ids; in one state only, unless that is
// UNSPECIFIED.
absl::StatusOr<std::vector<StoredFinding>> FindingsAfter(const core::Engine& engine,
                                                         const std::string& run,
                                                         v1::Finding::State state,
                                                         const std::string& after,
                                                         int64_t rows_max);
absl::StatusOr<int64_t> CountFindings(const core::Engine& engine, const std::string& run,
                                      v1::Finding::State state);
// The same id again takes the place of what was there.
void PutFinding(const core::Engine& engine, const std::string& run, const StoredFinding& finding,
                store::WriteSet& set);
void RemoveFinding(const std::string& run, const std::string& id, store::WriteSet& set);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_RUN_STORE_H_
