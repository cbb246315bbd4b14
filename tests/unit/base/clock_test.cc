#include "gateway/base/clock.h"

#include <chrono>

#include "gtest/gtest.h"

namespace lienthong {
namespace {

TEST(ClockTest, RealTimeIsTheMachinesTime) {
  const absl::Time before = absl::FromChrono(std::chrono::system_clock::now());
  const absl::Time now = Clock::Real().Now();
  const absl::Time after = absl::FromChrono(std::chrono::system_clock::now());
  EXPECT_LE(before - absl::Milliseconds(1), now);
  EXPECT_LE(now, after + absl::Milliseconds(1));
}

}  // namespace
}  // namespace lienthong
