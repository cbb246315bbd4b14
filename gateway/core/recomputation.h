#ifndef LIENTHONG_GATEWAY_CORE_RECOMPUTATION_H_
#define LIENTHONG_GATEWAY_CORE_RECOMPUTATION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"
#include "lienthong/storage/v1/due.pb.h"

namespace lienthong::core {

inline constexpr int kRecomputationPageRows = 200;
inline constexpr int kDryRunDossiersMax = 10'000;

// Asks for the deadlines of all open dossiers to be computed again, from `now` on; to be committed
// with the change of the catalogue that makes it so, which gets this version.
// Errors of the store.
absl::Status PutRecomputation(const Engine& engine, int64_t catalogue_version,
                              store::WriteSet& set);

// Whether a walk through all dossiers was ever at its end: until then what reports read
// (due_rows.h) lacks dossiers that an older version of the gateway stored.
absl::StatusOr<bool> IsFilled(const Engine& engine);

// How far it is.
absl::StatusOr<catalogue::v1::Recomputation> GetRecomputation(const Engine& engine);

// How many of the first open dossiers (kDryRunDossiersMax) another timetable would give another
// statutory_due.
absl::StatusOr<int> CountMoved(const Engine& engine, const domain::Timetable& timetable);

// Computes the deadlines of open dossiers again after the catalogue changed. Each that moves is an
// edit of the gateway, journalled as any other; the promise stays, a new one is proposed
// (domain/deadlines.h). What was done survives a kill; a page that was under way is looked at
// again, which changes nothing twice. On its way it mends what reports read (due_rows.h), also of
// dossiers that have ended.
class Recomputer {
 public:
  // The engine outlives it.
  explicit Recomputer(Engine& engine) : engine_(engine) {}

  // Looks at the next page; whether there is more. One call at a time. Errors of the store; the
  // next call tries the same page again.
  absl::StatusOr<bool> Step();

 private:
  absl::Status Recompute(const std::vector<store::Row>& rows,
                         storage::v1::RecomputationRecord& record);
  absl::Status CommitProgress(const storage::v1::RecomputationRecord& record, int64_t version);

  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_RECOMPUTATION_H_
