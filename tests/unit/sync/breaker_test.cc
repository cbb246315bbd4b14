#include "gateway/sync/breaker.h"

#include <gtest/gtest.h>

namespace lienthong::sync {
namespace {

constexpr Breaker::Failure kCall = {};
constexpr Breaker::Failure kProbe = {.is_probe = true};
constexpr Breaker::Failure kRefusal = {.is_refusal = true};
constexpr double kNearlyAll = 0.999;

const absl::Time kStart = absl::FromUnixSeconds(1767225600);

Breaker OpenBreaker() {
  Breaker breaker({.failures_max = 3, .wait_min = absl::Seconds(1), .wait_max = absl::Minutes(5)});
  for (int i = 0; i < 3; ++i) breaker.NoteFailure(kStart, kCall, kNearlyAll);
  return breaker;
}

TEST(BreakerTest, OpensAfterThreeFailuresInARow) {
  Breaker breaker(Breaker::Options{});
  breaker.NoteFailure(kStart, kCall, kNearlyAll);
  breaker.NoteFailure(kStart, kCall, kNearlyAll);
  breaker.NoteSuccess();
  breaker.NoteFailure(kStart, kCall, kNearlyAll);
  breaker.NoteFailure(kStart, kCall, kNearlyAll);
  EXPECT_FALSE(breaker.open());
  breaker.NoteFailure(kStart, kCall, kNearlyAll);
  EXPECT_TRUE(breaker.open());
}

TEST(BreakerTest, OneRefusalOfOurRightsOpensIt) {
  Breaker breaker(Breaker::Options{});
  breaker.NoteFailure(kStart, kRefusal, kNearlyAll);
  EXPECT_TRUE(breaker.open());
}

TEST(BreakerTest, OneDossierAloneDoesNotOpenIt) {
  Breaker breaker(Breaker::Options{});
  for (int i = 0; i < 10; ++i) breaker.NoteFailure(kStart, {.subject = 7}, kNearlyAll);
  breaker.NoteFailure(kStart, {.subject = 8}, kNearlyAll);
  EXPECT_FALSE(breaker.open());
  breaker.NoteFailure(kStart, {.subject = 9}, kNearlyAll);
  EXPECT_TRUE(breaker.open());
}

TEST(BreakerTest, HopeBringsTheProbeForwardAndNeverBack) {
  Breaker breaker = OpenBreaker();
  const absl::Time due = breaker.next_probe();
  breaker.Hasten(due + absl::Seconds(1));
  EXPECT_EQ(breaker.next_probe(), due);
  breaker.Hasten(kStart);
  EXPECT_EQ(breaker.next_probe(), kStart);
  EXPECT_TRUE(breaker.open());
}

TEST(BreakerTest, CallsThatWereUnderWayDoNotLengthenTheWait) {
  Breaker breaker = OpenBreaker();
  const absl::Time due = breaker.next_probe();
  for (int i = 0; i < 100; ++i) breaker.NoteFailure(kStart, kCall, kNearlyAll);
  EXPECT_EQ(breaker.next_probe(), due);
}

TEST(BreakerTest, FailedProbesDoubleTheWaitUpToItsBound) {
  Breaker breaker = OpenBreaker();
  absl::Duration wait = breaker.next_probe() - kStart;
  EXPECT_LE(wait, absl::Seconds(1));
  for (int i = 0; i < 40; ++i) {
    breaker.NoteFailure(kStart, kProbe, kNearlyAll);
    EXPECT_GE(breaker.next_probe() - kStart, wait);
    wait = breaker.next_probe() - kStart;
    EXPECT_LE(wait, absl::Minutes(5));
  }
  EXPECT_GT(wait, absl::Minutes(4));
}

TEST(BreakerTest, AnySuccessClosesItAndForgets) {
  Breaker breaker = OpenBreaker();
  for (int i = 0; i < 10; ++i) breaker.NoteFailure(kStart, kProbe, kNearlyAll);
  breaker.NoteSuccess();
  EXPECT_FALSE(breaker.open());
  for (int i = 0; i < 3; ++i) breaker.NoteFailure(kStart, kCall, kNearlyAll);
  EXPECT_LE(breaker.next_probe() - kStart, absl::Seconds(1));
}

}  // namespace
}  // namespace lienthong::sync
