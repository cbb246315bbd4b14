// Which comparison of a link is the newest, and when a new one may begin.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/act_log.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/reconcile/mirror_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class RunOrderTest : public MirrorTest {
 protected:
  static constexpr const char* kLater = "018f0000-0000-4000-8000-000000000002";

  // Until it no longer compares, whatever the link waits for.
  void RunLong(const std::string& run) {
    for (int i = 0; i < 300 && RunNow(run).state() == v1::Reconciliation::STATE_RUNNING; ++i) {
      RunAll(5);
      clock_.Advance(absl::Seconds(30));
    }
  }
};

TEST_F(RunOrderTest, TheNewestIsTheLastThatBeganWhateverTheClockSays) {
  const std::string code = PushSubject("một");
  Compare();
  clock_.Advance(-absl::Hours(30));
  mirror_.Of(code).set_subject("lạ");
  ASSERT_THAT(Start(false, kLater), IsOk());
  EXPECT_EQ(NewestRuns(engine_, "city", 1)->front().id, kLater);
  EXPECT_EQ(NewestRuns(engine_, "", 1)->front().id, kLater);
  BeginMirror();  // a new process goes on with it
  RunLong(kLater);
  EXPECT_EQ(RunNow(kLater).state(), v1::Reconciliation::STATE_COMPARED);
}

TEST_F(RunOrderTest, AClockThatWasSetBackHoldsUpNoComparisonThatIsDue) {
  PushSubject("một");
  options_.reconcile_every = absl::Hours(24);
  BeginMirror();
  RunAll(100);
  ASSERT_EQ(NewestRuns(engine_, "city", 10)->size(), 1U);
  clock_.Advance(-absl::Hours(24 * 30));
  RunAll(20);
  clock_.Advance(absl::Hours(25));
  RunAll(100);
  EXPECT_EQ(NewestRuns(engine_, "city", 10)->size(), 2U);
}

TEST_F(RunOrderTest, ANewComparisonTakesThePlaceOfOneThatWaits) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  Compare();
  ASSERT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED);
  ASSERT_THAT(Start(false, kLater), IsOk());
  EXPECT_THAT(Start(false, kLater), IsOk()) << "the same request";
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_CANCELLED);
  EXPECT_THAT(RunNow().error(), HasSubstr(kLater));
  EXPECT_TRUE(RunNow().has_ended());
  EXPECT_THAT(RunNow(kLater).error(), HasSubstr(kRun));
  const auto act = core::FindAct(engine_, "operator/lan", kLater, kRun).value();
  ASSERT_TRUE(act.has_value());
  EXPECT_EQ(act->kind(), "reconcile_superseded");
  EXPECT_THAT(link_->ApproveFinding(kRun, Found()[0].id, ByOperator()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  BeginMirror();
  RunLong(kLater);
  EXPECT_EQ(RunNow(kLater).state(), v1::Reconciliation::STATE_COMPARED);
}

TEST_F(RunOrderTest, ButNotOfOneThatRepairs) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  Compare();
  ASSERT_THAT(link_->ApproveFinding(kRun, Found()[0].id, ByOperator()), IsOk());
  EXPECT_THAT(Start(false, kLater),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("repairs")));
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_REPAIRING);
  EXPECT_EQ(RunNow(kLater).state(), v1::Reconciliation::STATE_UNSPECIFIED);
}

}  // namespace
}  // namespace lienthong::sync
