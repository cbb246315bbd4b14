#ifndef LIENTHONG_GATEWAY_CORE_UNSYNCED_H_
#define LIENTHONG_GATEWAY_CORE_UNSYNCED_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/engine.h"

namespace lienthong::core {

inline constexpr int kUnsyncedRowsMax = 10'000;  // waiting deliveries looked at, and dead letters

// A dossier that is not late with us, and that some system shows as late.
struct LateElsewhere {
  DueRow row;                   // what is due with us; of one that has ended, what was
  bool is_open = false;         // `row` is counted in some other class
  std::set<std::string> links;  // on which a delivery waits
};

// What only looks late, as far as it is known.
struct Unsynced {
  // By dossier.
  std::map<int64_t, LateElsewhere> late_elsewhere;
  // Of these something waits as a dead letter that their counterpart has said, with the link: being
  // late here may be old.
  std::map<int64_t, std::set<std::string>> unread;
  bool incomplete = false;  // there are more than kUnsyncedRowsMax
};

// From the lanes with undelivered changes and from the dead letters.
absl::StatusOr<Unsynced> FindUnsynced(const Engine& engine, absl::Time now);

// Whether a dossier that is not late here was promised for a time that is over, so that a system
// that does not know what became of it shows it as late. `told_by`: when what became of it was
// committed at the latest.
bool LooksLate(const dossier::v1::Dossier& dossier, absl::Time told_by, absl::Time now);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_UNSYNCED_H_
