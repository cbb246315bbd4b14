#ifndef LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_
#define LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_

#include <algorithm>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::sync {

// The time of day without its steps back: when somebody sets the clock back by an hour, no waiting
// time gets an hour longer. Within one process; not thread-safe.
class SteadyClock {
 public:
  explicit SteadyClock(const Clock& clock) : clock_(clock) {}

  absl::Time Now() {
    const absl::Time now = clock_.Now();
    ahead_ += std::max(absl::ZeroDuration(), latest_ - now);
    latest_ = now;
    return now + ahead_;
  }
  // A time of this clock as the time of day shows it.
  absl::Time TimeOfDay(absl::Time time) const { return time - ahead_; }

 private:
  const Clock& clock_;
  absl::Time latest_ = absl::InfinitePast();
  absl::Duration ahead_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_STEADY_CLOCK_H_
