#ifndef LIENTHONG_GATEWAY_CORE_CONFLICTS_H_
#define LIENTHONG_GATEWAY_CORE_CONFLICTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "gateway/domain/merge.h"
#include "gateway/store/store.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

struct PreparedEdit;
struct StoredDossier;

// A value that its writer does not own, and that differs from what the owner says, is a conflict
// from when it is proposed until it is closed:
// * by an operator, who decides it;
// * by itself, when the field comes to hold the proposed value, or when a caller that proposed says
//   the stored one. (A counterpart says it because it was brought back there; that agrees nothing.)
//   Also when its dossier is joined into another one, and takes no more changes.
// Either is an act for ever (act_log.h).
//
// The same value proposed again by the same actor is the same conflict. One that was decided is
// none again as long as the field holds what it held after the decision: software that repeats what
// it once said is not asked the same question twice. When the field says something else since, the
// proposal is a new one. A proposal that its writer has taken back is forgotten: made again, it
// counts.

// A conflict as it is stored. `version` 0: there is none.
struct StoredConflict {
  std::string id;
  int64_t version = 0;
  storage::v1::ConflictRecord record;
};

// The dossier that a conflict is about, by its id.
int64_t DossierOfConflict(std::string_view id);
absl::StatusOr<StoredConflict> ReadConflict(const Engine& engine, const store::Row& row);
absl::StatusOr<StoredConflict> FindOpenConflict(const Engine& engine, const std::string& id);
// Open, or else decided: what an actor is known to have proposed.
absl::StatusOr<StoredConflict> FindProposedConflict(const Engine& engine, const std::string& id);

// Of a dossier, at most kOpenConflictsMax.
inline constexpr int64_t kOpenConflictsMax = 1000;
absl::StatusOr<std::vector<StoredConflict>> OpenConflicts(const Engine& engine, int64_t dossier_id);

// What an edit does to the conflicts of its dossier: adds those that it opens to `edit.conflicts`,
// and those that close by it to `edit.set`. Reads the store, writes nothing.
absl::Status JudgeConflicts(const Engine& engine, const StoredDossier& stored,
                            const domain::Change& change, PreparedEdit& edit);

// Adds an open conflict to what a commit writes, on the condition that it is as it was read.
void PutConflict(const Engine& engine, const StoredConflict& conflict, store::WriteSet& set);

// Who closes a conflict, and how; see ActRecord.
struct Closing {
  std::string actor;
  std::string kind;    // "resolve", "agreed"
  std::string result;  // "STORED", "PROPOSED", "EDITED"
  std::string reason = {};
  std::string request_id;
  absl::Time time;
  int64_t revision = 0;  // that the act made; 0: none
};
inline constexpr std::string_view kActAgreed = "agreed";
inline constexpr std::string_view kActResolve = "resolve";

// Adds to a commit that a conflict is closed, on the condition that it is open as it was read.
// `stored_value` is what the field holds from then on.
void CloseConflict(const Engine& engine, const StoredConflict& conflict, const Closing& closing,
                   std::string stored_value, store::WriteSet& set);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CONFLICTS_H_
