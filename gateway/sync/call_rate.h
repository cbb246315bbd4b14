#ifndef LIENTHONG_GATEWAY_SYNC_CALL_RATE_H_
#define LIENTHONG_GATEWAY_SYNC_CALL_RATE_H_

#include <deque>
#include <limits>

#include "absl/time/time.h"

namespace lienthong::sync {

// How many calls may be begun now, when no second, wherever it begins, is to see more than so many.
// Not thread-safe; time does not go back.
class CallRate {
 public:
  // 0: as many as one likes.
  explicit CallRate(int calls_per_second_max) : max_(calls_per_second_max) {}

  int Room(absl::Time now) {
    if (max_ == 0) return std::numeric_limits<int>::max();
    while (!begun_.empty() && begun_.front() + absl::Seconds(1) <= now) begun_.pop_front();
    return max_ - static_cast<int>(begun_.size());
  }
  void Note(absl::Time now) {
    if (max_ > 0) begun_.push_back(now);
  }
  // When there is room again, while there is none.
  absl::Time NextRoom() const { return begun_.front() + absl::Seconds(1); }

 private:
  const int max_;
  std::deque<absl::Time> begun_;  // within the last second, at most max_
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_CALL_RATE_H_
