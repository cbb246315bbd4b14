#ifndef LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_
#define LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"

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

// What happened: a digest of every line, and the lines themselves when they are wanted.
class Trace {
 public:
  explicit Trace(bool keep) : keep_(keep) {}

  void Add(absl::Duration at, std::string_view line) {
    const std::string text = absl::FormatDuration(at) + " " + std::string(line);
    for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * kPrime;
    hash_ = (hash_ ^ '\n') * kPrime;
    if (keep_) lines_.push_back(text);
  }
  uint64_t hash() const { return hash_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  static constexpr uint64_t kPrime = 1099511628211U;  // FNV-1a
  const bool keep_;
  uint64_t hash_ = 14695981039346656037U;
  std::vector<std::string> lines_;
};

// Chance of a script, in the words of a script.
class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(Random::Seeded(seed)) {}

  bool Happens(double probability) { return random_->Fraction() < probability; }
  int Below(int limit) { return static_cast<int>(random_->Below(static_cast<uint64_t>(limit))); }
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + (most - least) * random_->Fraction();
  }

 private:
  const std::unique_ptr<Random> random_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_SCHEDULE_H_
