#ifndef LIENTHONG_TESTS_SIMULATION_DICE_H_
#define LIENTHONG_TESTS_SIMULATION_DICE_H_

#include <cstdint>

#include "absl/time/time.h"

namespace lienthong::simulation {

// Chance of a script, in the words of a script (SplitMix64). Each act and each way has dice of its
// own: what one of them throws, or that it is left out, changes nothing about the others' throws.
class Dice {
 public:
  enum class Of : uint64_t { kPlan, kAct, kWay, kCaller, kGateway, kCast };

  Dice(uint64_t seed, Of whose, uint64_t index = 0) : state_(seed) {
    state_ = Next() + static_cast<uint64_t>(whose);
    state_ = Next() + index;
  }

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  bool Happens(double probability) { return Fraction() < probability; }
  int Below(int limit) { return static_cast<int>(Next() % static_cast<uint64_t>(limit)); }
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + (most - least) * Fraction();
  }

 private:
  uint64_t state_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_DICE_H_
