#include "gateway/service/watch_session.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace lienthong::service {
namespace {

using ::lienthong::testing::StatusIs;
using Action = WatchSession::Action;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);
constexpr absl::Duration kHeartbeat = absl::Seconds(15);

class WatchSessionTest : public ::testing::Test {
 protected:
  void Greet() {
    ASSERT_EQ(session_.OnStart(kStart), Action::kReadPage);
    ASSERT_EQ(session_.OnPage(/*empty=*/true, /*more=*/false, kStart), Action::kWrite);
    ASSERT_EQ(session_.OnWritten(true), Action::kNone);
  }

  WatchSession session_{kHeartbeat};
};

TEST_F(WatchSessionTest, GreetsWithATokenEvenWhenThereIsNothing) { Greet(); }

TEST_F(WatchSessionTest, ReadsWhenTheJournalMoves) {
  Greet();
  EXPECT_EQ(session_.OnTick(kStart, false), Action::kNone);
  EXPECT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  EXPECT_EQ(session_.OnPage(false, false, kStart), Action::kWrite);
  EXPECT_EQ(session_.OnWritten(true), Action::kNone);
}

TEST_F(WatchSessionTest, SaysNothingAboutChangesOfOthersUntilTheHeartbeat) {
  Greet();
  EXPECT_EQ(session_.OnTick(kStart + absl::Seconds(1), true), Action::kReadPage);
  EXPECT_EQ(session_.OnPage(true, false, kStart + absl::Seconds(1)), Action::kNone);
  EXPECT_EQ(session_.OnTick(kStart + kHeartbeat - absl::Seconds(1), false), Action::kNone);
  EXPECT_EQ(session_.OnTick(kStart + kHeartbeat, false), Action::kReadPage);
  EXPECT_EQ(session_.OnPage(true, false, kStart + kHeartbeat), Action::kWrite);
}

TEST_F(WatchSessionTest, HoldsOnePageForASlowReader) {
  Greet();
  ASSERT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  ASSERT_EQ(session_.OnPage(false, true, kStart), Action::kWrite);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(session_.OnTick(kStart + absl::Minutes(i), true), Action::kNone);
  }
  EXPECT_EQ(session_.OnWritten(true), Action::kReadPage);
}

TEST_F(WatchSessionTest, LosesNoChangeCommittedWhileAPageIsRead) {
  Greet();
  ASSERT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  EXPECT_EQ(session_.OnTick(kStart, true), Action::kNone);
  EXPECT_EQ(session_.OnPage(true, false, kStart), Action::kReadPage);
}

TEST_F(WatchSessionTest, TriesAgainWhenThereWasNoThread) {
  Greet();
  ASSERT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  EXPECT_EQ(session_.OnPageDelayed(), Action::kNone);
  EXPECT_EQ(session_.OnTick(kStart, false), Action::kReadPage);
}

TEST_F(WatchSessionTest, EndsOnlyWhenNothingIsUnderWay) {
  Greet();
  ASSERT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  EXPECT_EQ(session_.End(absl::UnavailableError("draining")), Action::kNone);
  EXPECT_EQ(session_.OnTick(kStart, true), Action::kNone);
  EXPECT_EQ(session_.OnPage(false, true, kStart), Action::kFinish);
  EXPECT_THAT(session_.status(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(session_.End(absl::CancelledError("")), Action::kNone);
  EXPECT_THAT(session_.status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(WatchSessionTest, EndsAfterTheWriteUnderWay) {
  Greet();
  ASSERT_EQ(session_.OnTick(kStart, true), Action::kReadPage);
  ASSERT_EQ(session_.OnPage(false, false, kStart), Action::kWrite);
  EXPECT_EQ(session_.End(absl::UnavailableError("draining")), Action::kNone);
  EXPECT_EQ(session_.OnWritten(true), Action::kFinish);
}

TEST_F(WatchSessionTest, AFailedPageEndsItWithTheReason) {
  ASSERT_EQ(session_.OnStart(kStart), Action::kReadPage);
  EXPECT_EQ(session_.OnPageFailed(absl::OutOfRangeError("old")), Action::kFinish);
  EXPECT_THAT(session_.status(), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(WatchSessionTest, AReaderThatWentAwayEndsIt) {
  ASSERT_EQ(session_.OnStart(kStart), Action::kReadPage);
  ASSERT_EQ(session_.OnPage(false, false, kStart), Action::kWrite);
  EXPECT_EQ(session_.OnWritten(false), Action::kFinish);
}

}  // namespace
}  // namespace lienthong::service
