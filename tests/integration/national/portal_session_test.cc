#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/integration/national/national_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using nlohmann::json;

class PortalSessionTest : public NationalFixture {
 protected:
  static std::string CodeAt(int i) { return "H29.X01-260302-" + std::to_string(1000 + i); }
};

TEST_F(PortalSessionTest, OneSessionServesAllCalls) {
  StartPortal(1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Deliver(NewItem(CodeAt(i))).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(CallsOf("auth").size(), 1U);
}

// A session that the portal had ended was used for the rest of its ten minutes.
TEST_F(PortalSessionTest, LostSync06_AStaleSessionIsLeftAtOnce) {
  StartPortal(1, {"--session-calls", "3"});
  constexpr int kThreads = 4;
  constexpr int kCalls = 8;
  constexpr int kAttemptsMax = 20;
  std::atomic<int> applied = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        pb::ItemOutcome outcome;
        // Others may use up the new session before this call has its turn: then nothing was done.
        for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
          outcome = Deliver(NewItem(CodeAt(t * kCalls + i)));
          if (outcome.outcome() != pb::OUTCOME_RETRY_AFTER) break;
        }
        applied += outcome.outcome() == pb::OUTCOME_APPLIED ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(applied, kThreads * kCalls);
  EXPECT_EQ(Records().size(), static_cast<size_t>(kThreads * kCalls));
}

TEST_F(PortalSessionTest, ACallIsRepeatedOnceAfterOneNewLogin) {
  StartPortal(1);
  ASSERT_EQ(Deliver(NewItem(kCode)).outcome(), pb::OUTCOME_APPLIED);
  Fault("expire_session");
  EXPECT_EQ(Deliver(StepsItem(kCode, 1, 1)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(CallsOf("auth").size(), 2U);
  EXPECT_EQ(RecordOf(kCode).at("TienDo").size(), 1U);
  Fault("expire_session", 0);
  EXPECT_EQ(Deliver(StepsItem(kCode, 2, 1)).outcome(), pb::OUTCOME_RETRY_AFTER)
      << "nothing was done: no line in doubt";
  EXPECT_EQ(CallsOf("auth").size(), 3U);
  EXPECT_EQ(CallsOf("CapNhatTienDoHoSoMC").size(), 4U);
}

TEST_F(PortalSessionTest, AFailedLoginSendsNothing) {
  StartPortal(1);
  for (const char* fault : {"inner_error", "5xx", "reset", "drop_reply"}) {
    Fault(fault, 1, "auth");
    EXPECT_EQ(Deliver(NewItem(kCode)).outcome(), pb::OUTCOME_RETRY_AFTER) << fault;
  }
  Fault("429", 1, "auth", 7000);
  const pb::ItemOutcome throttled = Deliver(NewItem(kCode));
  EXPECT_EQ(throttled.outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(throttled.retry_after().seconds(), 7);
  EXPECT_EQ(CallsOf("DongBoHoSoMC").size(), 0U);
}

TEST_F(PortalSessionTest, AWrongPasswordIsARightsProblem) {
  StartPortal(1);
  const auto adapter = MakeAdapter({{"password_file", "wrong-secret"}});
  const pb::ItemOutcome outcome = DeliverBy(*adapter, NewItem(kCode));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_NOT_AUTHORISED) << outcome.ShortDebugString();
  EXPECT_THAT(Probe(*adapter), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(CallsOf("auth").size(), 2U) << "one login for each call, never a loop";
  adapter->Stop();
}

TEST_F(PortalSessionTest, AWrongDestinationOrCertificateIsSaid) {
  StartPortal(1);
  const auto astray = MakeAdapter({{"dstcode", "VN:GOV:NOBODY"}});
  EXPECT_EQ(DeliverBy(*astray, NewItem(kCode)).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  astray->Stop();
  const auto stranger = MakeAdapter({{"ca_file", "/etc/ssl/certs/ca-certificates.crt"}});
  EXPECT_EQ(DeliverBy(*stranger, NewItem(kCode)).outcome(), pb::OUTCOME_RETRY_AFTER)
      << "nothing is sent to whom we do not know";
  stranger->Stop();
}

TEST_F(PortalSessionTest, ASessionIsNotUsedLongerThanItsSetting) {
  StartPortal(1);
  const auto adapter = MakeAdapter({{"session_seconds", "1"}});
  ASSERT_EQ(DeliverBy(*adapter, NewItem(kCode)).outcome(), pb::OUTCOME_APPLIED);
  const absl::Time end = Clock::Real().Now() + absl::Milliseconds(1100);
  while (Clock::Real().Now() < end) {
    ASSERT_EQ(DeliverBy(*adapter, ItemFor(NewDossier(kCode), kCode)).outcome(),
              pb::OUTCOME_APPLIED);
  }
  EXPECT_EQ(CallsOf("auth").size(), 2U);
  adapter->Stop();
}

TEST_F(PortalSessionTest, LooksUpWhatIsThereAndWhatIsNot) {
  StartPortal(1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(pb::LookUpReply::Record record, LookUp("", kCode));
  EXPECT_FALSE(record.found());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(record, LookUp("", ""));
  EXPECT_FALSE(record.found());
  Fault("inner_error", 1, "TraCuuHoSo");
  EXPECT_THAT(LookUp("", kCode), StatusIs(absl::StatusCode::kUnavailable))
      << "no answer is not \"not there\"";
}

TEST_F(PortalSessionTest, AnEmptyPageIsASignOfLife) {
  StartPortal(1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply page, Pull("t"));
  EXPECT_EQ(page.items_size(), 0);
  EXPECT_FALSE(page.more());
  EXPECT_EQ(page.token(), "t");
  EXPECT_THAT(Pull(), IsOk());
  EXPECT_EQ(CallsOf("TraCuuHoSo").size(), 1U) << "a sign counts for a while";
  Fault("down", 0);
  EXPECT_NE(Deliver(NewItem(kCode)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(Pull(), StatusIs(absl::StatusCode::kUnavailable)) << "green only while it answers";
}

}  // namespace
}  // namespace lienthong::adapters::national
