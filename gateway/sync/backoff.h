#ifndef LIENTHONG_GATEWAY_SYNC_BACKOFF_H_
#define LIENTHONG_GATEWAY_SYNC_BACKOFF_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"

namespace lienthong::sync {

// How long to wait before try number `attempts` + 1: uniform between 0 and min(max, min *
// 2^(attempts-1)), so that many waiters do not come at once. `chance` in [0, 1).
inline absl::Duration FullJitter(absl::Duration min, absl::Duration max, int attempts,
                                 double chance) {
  constexpr int kDoublingsMax = 30;
  const int doublings = std::clamp(attempts - 1, 0, kDoublingsMax);
  return std::min(max, min * (int64_t{1} << doublings)) * chance;
}

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_BACKOFF_H_
