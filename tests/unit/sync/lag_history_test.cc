#include "gateway/sync/lag_history.h"

#include "gtest/gtest.h"

namespace lienthong::sync {
namespace {

TEST(LagHistoryTest, KeepsOneSampleAMinuteForADay) {
  LagHistory history;
  const absl::Time begin = absl::FromUnixSeconds(1'772'413'200);
  v1::Link link;
  link.set_name("city");
  constexpr int kTwoDays = 2 * 24 * 60;
  for (int minute = 0; minute < kTwoDays; ++minute) {
    const absl::Time now = begin + absl::Minutes(minute);
    ASSERT_TRUE(history.IsDue(now)) << minute;
    EXPECT_FALSE(history.IsDue(now + absl::Seconds(59)));
    link.set_oldest_pending_seconds(minute);
    link.set_delivered(3 * minute);
    history.Note(link, now);
  }
  const v1::LagHistory day = history.Of("city");
  ASSERT_EQ(day.samples_size(), 24 * 60);
  EXPECT_EQ(day.samples(0).oldest_pending_seconds(), kTwoDays / 2);
  EXPECT_EQ(day.samples(1).delivered() - day.samples(0).delivered(), 3);
  EXPECT_EQ(history.Of("district").samples_size(), 0);
}

TEST(LagHistoryTest, AClockThatIsSetBackStopsNothing) {
  LagHistory history;
  const absl::Time now = absl::FromUnixSeconds(1'772'413'200);
  EXPECT_TRUE(history.IsDue(now));
  EXPECT_TRUE(history.IsDue(now - absl::Hours(1)));
}

}  // namespace
}  // namespace lienthong::sync
