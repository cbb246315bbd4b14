#include "gateway/base/random.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::MatchesRegex;

constexpr char kVersion4[] = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

TEST(RandomTest, UuidsAreOfVersion4) {
  const auto seeded = Random::Seeded(1);
  for (int i = 0; i < 1000; ++i) EXPECT_THAT(seeded->Uuid(), MatchesRegex(kVersion4));
  EXPECT_THAT(Random::System().Uuid(), MatchesRegex(kVersion4));
}

// Of the authors' reference code, https://prng.di.unimi.it/splitmix64.c, seed 1234567.
TEST(RandomTest, SeededIsSplitMix64) {
  const auto random = Random::Seeded(1234567);
  EXPECT_EQ(random->Next(), 6457827717110365317u);
  EXPECT_EQ(random->Next(), 3203168211198807973u);
  EXPECT_EQ(random->Next(), 9817491932198370423u);
}

TEST(RandomTest, OneSeedRepeatsAndTwoSeedsDiffer) {
  const auto first = Random::Seeded(7);
  const auto again = Random::Seeded(7);
  const auto other = Random::Seeded(8);
  const uint64_t value = first->Next();
  EXPECT_EQ(value, again->Next());
  EXPECT_NE(value, other->Next());
}

TEST(RandomTest, BelowAndFractionStayInRangeAndReachItsParts) {
  const auto random = Random::Seeded(2);
  std::set<uint64_t> seen;
  double least = 1;
  double most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t below = random->Below(6);
    ASSERT_LT(below, 6u);
    seen.insert(below);
    const double fraction = random->Fraction();
    ASSERT_GE(fraction, 0);
    ASSERT_LT(fraction, 1);
    least = std::min(least, fraction);
    most = std::max(most, fraction);
  }
  EXPECT_EQ(seen.size(), 6u);
  EXPECT_LT(least, 0.01);
  EXPECT_GT(most, 0.99);
}

TEST(RandomTest, SystemAndSharedSeedNeverRepeatAcrossThreads) {
  for (Random* random : {&Random::System(), Random::Seeded(3).release()}) {
    std::mutex mutex;
    std::set<uint64_t> seen;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          const uint64_t value = random->Next();
          const std::lock_guard lock(mutex);
          seen.insert(value);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(seen.size(), 2000u);
    if (random != &Random::System()) delete random;
  }
}

}  // namespace
}  // namespace lienthong
