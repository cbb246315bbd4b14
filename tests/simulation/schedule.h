#ifndef LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_
#define LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::simulation {

// Wall time of the simulated world. It may jump; what is scheduled does not.
class SimulatedClock final : public Clock {
 public:
  absl::Time Now() const override { return start_ + elapsed_ + jumped_; }
  absl::Duration elapsed() const { return elapsed_; }

  void Advance(absl::Duration elapsed) { elapsed_ = elapsed; }
  void Jump(absl::Duration by) { jumped_ += by; }

 private:
  const absl::Time start_ = absl::FromUnixSeconds(1772500000);  // 2026-03-03
  absl::Duration elapsed_;
  absl::Duration jumped_;
};

// What will happen, in order of time; at the same time in the order in which it was planned.
class Schedule {
 public:
  explicit Schedule(SimulatedClock& clock) : clock_(clock) {}

  void After(absl::Duration delay, std::function<void()> act) {
    acts_.emplace(std::pair(clock_.elapsed() + delay, ++planned_), std::move(act));
  }
  // When the next act is due.
  absl::Duration Next() const {
    return acts_.empty() ? absl::InfiniteDuration() : acts_.begin()->first.first;
  }
  void RunNext() {
    auto node = acts_.extract(acts_.begin());
    clock_.Advance(node.key().first);
    ++done_;
    node.mapped()();
  }
  int64_t done() const { return done_; }

 private:
  SimulatedClock& clock_;
  std::map<std::pair<absl::Duration, int64_t>, std::function<void()>> acts_;
  int64_t planned_ = 0;
  int64_t done_ = 0;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_
