#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

// A store that does something of the test's own right after a commit.
class InterruptingStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    ForwardingStore::Commit(std::move(set), std::move(done));
    if (const auto next = std::exchange(after_commit, nullptr)) next();
  }

  std::function<void()> after_commit;  // once
};

// Two gateways that share a store: `link_` calls `adapter_`, `other_` calls `other_adapter_`.
class LeaseTest : public EngineTest {
 protected:
  explicit LeaseTest(store::Leasing leasing = store::Leasing::kWhenOver)
      : LeaseTest(new InterruptingStore(store::OpenMemoryStoreInline(leasing))) {}

  void BeginBoth() {
    Begin();
    other_ = std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("portal"),
                                          other_adapter_, [] {});
    TickOther();
  }
  void Tick() { ASSERT_THAT(link_->Tick(), IsOk()); }
  void TickOther() { ASSERT_THAT(other_->Tick(), IsOk()); }
  // The other gateway's turn comes when the lease is over.
  void HandOver() {
    clock_.Advance(kOver);
    TickOther();
  }

  static constexpr absl::Duration kOver = absl::Seconds(31);

  InterruptingStore& inner_;
  HeldAdapter other_adapter_;
  std::unique_ptr<LinkEngine> other_;

 private:
  explicit LeaseTest(InterruptingStore* inner)
      : EngineTest(std::unique_ptr<store::Store>(inner)), inner_(*inner) {}
};

TEST_F(LeaseTest, OneOfTwoGatewaysWorksForALink) {
  BeginBoth();
  PushNew();
  Tick();
  TickOther();
  EXPECT_EQ(adapter_.sent.size(), 1U);
  EXPECT_EQ(other_adapter_.sent.size(), 0U);
  EXPECT_EQ(other_adapter_.pulls, 0);
  EXPECT_EQ(other_->Describe().state(), v1::Link::STATE_DEGRADED);
  EXPECT_THAT(other_->Describe().last_error(), HasSubstr("another gateway holds link portal"));
  clock_.Advance(absl::Seconds(1));
  TickOther();
  EXPECT_EQ(other_->Describe().pending(), link_->Describe().pending());
  EXPECT_THAT(other_->SetPaused(true, ByOperator()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(LeaseTest, TheHolderProlongsItInTime) {
  BeginBoth();
  for (int i = 0; i < 12; ++i) {
    const absl::Time next = link_->Tick().value();
    EXPECT_LE(next, clock_.Now() + options_.lease / 3);
    clock_.Advance(options_.lease / 3);
    TickOther();
  }
  EXPECT_GT(adapter_.pulls, 5);
  EXPECT_EQ(other_adapter_.pulls, 0);
}

TEST_F(LeaseTest, APausedLinkKeepsItsLease) {
  BeginBoth();
  ASSERT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
  for (int i = 0; i < 6; ++i) {
    EXPECT_LE(link_->Tick().value(), clock_.Now() + options_.lease / 3);
    clock_.Advance(options_.lease / 3);
    TickOther();
  }
  EXPECT_THAT(link_->SetPaused(false, ByOperator()), IsOk()) << "it is still the holder";
}

TEST_F(LeaseTest, AnotherGoesOnWhenItsHolderHasEnded) {
  BeginBoth();
  const std::string code = PushNew();
  Tick();
  ASSERT_EQ(adapter_.sent.size(), 1U);  // and then it ends
  clock_.Advance(absl::Seconds(29));
  TickOther();
  EXPECT_EQ(other_adapter_.sent.size(), 0U) << "the call may still be under way";
  clock_.Advance(absl::Seconds(2));
  for (int i = 0; i < 5; ++i) TickOther();
  ASSERT_EQ(other_adapter_.sent.size(), 1U);
  EXPECT_EQ(other_adapter_.sent[0].delivery_id(), adapter_.sent[0].delivery_id());
  EXPECT_TRUE(other_adapter_.sent[0].unanswered()) << "nobody knows what became of it";
  other_adapter_.Answer(pb::OUTCOME_APPLIED);
  TickOther();
  EXPECT_EQ(Lane(code).confirmed_revision(), 1);
}

TEST_F(LeaseTest, WhoWasHeldUpSendsNothingBeforeItHasLookedAgain) {
  BeginBoth();
  PushNew();
  inner_.after_commit = [this] { clock_.Advance(kOver); };  // between the commit and the call
  Tick();
  EXPECT_EQ(adapter_.sent.size(), 0U);
  Tick();  // nobody has taken it meanwhile: what was decided holds
  ASSERT_EQ(adapter_.sent.size(), 1U);
  EXPECT_FALSE(adapter_.sent[0].unanswered());
}

TEST_F(LeaseTest, WhoWasHeldUpSendsNothingAfterAnotherHasTakenOver) {
  BeginBoth();
  PushNew();
  inner_.after_commit = [this] { HandOver(); };
  for (int i = 0; i < 5; ++i) Tick();
  EXPECT_EQ(adapter_.sent.size(), 0U);
  for (int i = 0; i < 5; ++i) TickOther();
  ASSERT_EQ(other_adapter_.sent.size(), 1U);
  EXPECT_TRUE(other_adapter_.sent[0].unanswered());
  other_adapter_.Answer(pb::OUTCOME_APPLIED);
  TickOther();
  clock_.Advance(kOver);
  Run();
  EXPECT_EQ(adapter_.sent.size(), 0U) << "what was decided then is forgotten";
}

TEST_F(LeaseTest, WithoutTheLookItWouldDeliver) {
  BeginBoth();
  link_->PlantBugs({.stale_owner_delivers = true});
  PushNew();
  inner_.after_commit = [this] { HandOver(); };
  Tick();
  EXPECT_EQ(adapter_.sent.size(), 1U) << "the planted bug is none";
}

TEST_F(LeaseTest, AClockThatIsSetBackMakesNoLeaseLonger) {
  BeginBoth();
  clock_.Advance(-absl::Hours(1));
  Tick();
  PushNew();
  inner_.after_commit = [this] { clock_.Advance(kOver); };
  Tick();
  EXPECT_EQ(adapter_.sent.size(), 0U);
  Tick();
  EXPECT_EQ(adapter_.sent.size(), 1U);
}

TEST_F(LeaseTest, ItComesBackToWhoHadItWithNothingThatWasDecidedThen) {
  BeginBoth();
  const std::string code = PushNew();
  Tick();
  ASSERT_EQ(adapter_.sent.size(), 1U);
  HandOver();
  for (int i = 0; i < 5; ++i) TickOther();
  ASSERT_EQ(other_adapter_.sent.size(), 1U);
  other_adapter_.Answer(pb::OUTCOME_APPLIED);
  TickOther();
  ASSERT_EQ(Lane(code).confirmed_revision(), 1);
  const int64_t deliveries = Lane(code).deliveries();
  clock_.Advance(kOver);
  Run();
  adapter_.Answer(pb::OUTCOME_REJECTED);  // of the call that it made before
  Run();
  EXPECT_EQ(Lane(code).confirmed_revision(), 1);
  EXPECT_EQ(Lane(code).deliveries(), deliveries);
  EXPECT_TRUE(DeadLetters().empty());
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  EXPECT_EQ(adapter_.sent.size(), 2U) << "it delivers again";
}

// Where one process holds the store, whoever asks gets the lease.
class TakenLeaseTest : public LeaseTest {
 protected:
  TakenLeaseTest() : LeaseTest(store::Leasing::kAtOnce) {}
};

TEST_F(TakenLeaseTest, AnAnswerIsNotCommittedAfterTheLeaseWasTaken) {
  Begin();
  const std::string code = PushNew();
  Run();
  ASSERT_EQ(adapter_.sent.size(), 1U);
  other_ = std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("portal"), other_adapter_,
                                        [] {});
  ASSERT_THAT(other_->Recover(), IsOk());
  adapter_.Answer(pb::OUTCOME_APPLIED);
  Tick();  // learns that it was lost, and is no error
  EXPECT_EQ(Lane(code).confirmed_revision(), 0);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_UNKNOWN);
}

}  // namespace
}  // namespace lienthong::sync
