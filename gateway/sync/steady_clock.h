#ifndef LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_
#define LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::sync {

// The time of day without its steps back: when somebody sets the clock back by an hour, no waiting
// time gets an hour longer. Within one process. Now is called by one thread at a time, the others
// by any.
class SteadyClock {
 public:
  explicit SteadyClock(const Clock& clock) : clock_(clock) {}

  absl::Time Now() {
    const absl::Time now = clock_.Now();
    if (now < latest_) ahead_nanos_ += absl::ToInt64Nanoseconds(latest_ - now);
    latest_ = now;
    return Of(now);
  }
  // A time of day on this clock, and back.
  absl::Time Of(absl::Time time) const { return time + absl::Nanoseconds(ahead_nanos_.load()); }
  absl::Time TimeOfDay(absl::Time time) const {
    return time - absl::Nanoseconds(ahead_nanos_.load());
  }

 private:
  const Clock& clock_;
  absl::Time latest_ = absl::InfinitePast();
  std::atomic<int64_t> ahead_nanos_ = 0;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_
