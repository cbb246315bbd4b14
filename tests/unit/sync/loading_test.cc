// A link that is new, or looks at all dossiers again.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/act_log.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using lienthong::testing::StatusIs;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kDossiers = 450;  // more than two pages

class LoadingTest : public EngineTest {
 protected:
  LoadingTest() { options_.parallel_calls_max = 1; }

  void PushMany(int count) {
    for (int i = 0; i < count; ++i) codes_.push_back(PushNew());
  }
  // Answers deliveries until there are none; the codes in the order in which they went.
  std::vector<std::string> DeliverAll() {
    std::vector<std::string> codes;
    while (adapter_.is_called()) {
      codes.push_back(adapter_.sent.back().dossier().code());
      Answer(pb::OUTCOME_APPLIED);
    }
    return codes;
  }
  v1::Link::State State() const { return link_->Describe().state(); }
  OperatorAct Act() {
    return {.actor = "operator/lan", .reason = "ticket 88", .request_id = random_->Uuid()};
  }

  std::vector<std::string> codes_;
};

TEST_F(LoadingTest, ANewLinkDeliversWhatWasThereBefore) {
  PushMany(kDossiers);
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_LOADING);
  EXPECT_EQ(link_->Describe().load_total(), kDossiers);
  EXPECT_EQ(DeliverAll(), codes_);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
  for (const std::string& code : codes_) {
    EXPECT_EQ(Lane(code).confirmed_revision(), 1) << code;
    EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE) << code;
  }
}

TEST_F(LoadingTest, ItGoesByPagesAndNotAllAtOnce) {
  PushMany(1000);
  Begin();
  EXPECT_LT(link_->Describe().load_done(), 1000);
  EXPECT_LT(link_->Describe().pending(), 1000);
}

TEST_F(LoadingTest, WhatChangesNowGoesFirst) {
  PushMany(kDossiers);
  Begin();
  const std::string live = PushNew();
  PushStep(codes_[300], "a1");  // it waits as a loaded one, and has changed since
  Run();
  const std::vector<std::string> order = DeliverAll();
  ASSERT_GT(order.size(), 4U);
  const std::set<std::string> first(order.begin(), order.begin() + 4);
  EXPECT_TRUE(first.contains(live)) << "one call was under way already";
  EXPECT_TRUE(first.contains(codes_[300]));
}

TEST_F(LoadingTest, ItGoesOnWhereverTheProcessEnds) {
  PushMany(kDossiers);
  Begin();
  std::vector<std::string> order;
  for (int life = 0; life < 20; ++life) {
    store_.DieAfter(3 * life + 1);
    for (int i = 0; i < 40 && !store_.is_dead(); ++i) {
      link_->Tick().status().IgnoreError();
      if (adapter_.is_called()) adapter_.Answer(pb::OUTCOME_APPLIED);
    }
    store_.Revive();
    Begin();
  }
  DeliverAll();
  RunLater();
  DeliverAll();
  for (const std::string& code : codes_) {
    EXPECT_EQ(Lane(code).confirmed_revision(), 1) << code << " was passed over";
  }
}

TEST_F(LoadingTest, AReloadDeliversOnlyWhatDiffers) {
  PushMany(3);
  Begin();
  DeliverAll();
  Run();
  const size_t sent = adapter_.sent.size();
  // As if the counterpart could hold what it could not before.
  storage::v1::LaneState lane = Lane(codes_[1]);
  lane.clear_shadow();
  Overwrite(codes_[1], lane);
  Begin();
  EXPECT_THAT(link_->Reload(Act()), IsOk());
  Run();
  DeliverAll();
  ASSERT_EQ(adapter_.sent.size(), sent + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().code(), codes_[1]);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(LoadingTest, AReloadIsAskedForOnceAndAudited) {
  PushMany(1);
  Begin();
  DeliverAll();
  const OperatorAct act = Act();
  ASSERT_THAT(link_->Reload(act), IsOk());
  Run();
  ASSERT_THAT(link_->Reload(act), IsOk());
  EXPECT_FALSE(link_->Describe().state() == v1::Link::STATE_LOADING) << "done before";
  const auto found = core::FindAct(engine_, act.actor, act.request_id, "portal");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->kind(), "reload");
  EXPECT_EQ((*found)->reason(), "ticket 88");
}

TEST_F(LoadingTest, AnotherMappingLooksAtAllAgain) {
  PushMany(2);
  adapter_.mapping = "one";
  Begin();
  DeliverAll();
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_OK) << "the same mapping";
  storage::v1::LaneState lane = Lane(codes_[0]);
  lane.clear_shadow();
  Overwrite(codes_[0], lane);
  const size_t sent = adapter_.sent.size();
  adapter_.mapping = "two";
  Begin();
  DeliverAll();
  EXPECT_EQ(adapter_.sent.size(), sent + 1);
}

TEST_F(LoadingTest, OnlyAPausedFeedWithVersionsIsRewound) {
  Begin();
  EXPECT_THAT(link_->Rewind(Act()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("reconcile start")));
  adapter_.can().set_feed_versions(true);
  EXPECT_THAT(link_->Rewind(Act()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("links pause")));
}

TEST_F(LoadingTest, ARewoundFeedIsReadFromTheBeginning) {
  adapter_.can().set_feed_versions(true);
  adapter_.report.set_token("far");
  Begin();
  clock_.Advance(absl::Seconds(1));
  Run();
  ASSERT_EQ(adapter_.pulled_from, "far");
  ASSERT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
  ASSERT_THAT(link_->Rewind(Act()), IsOk());
  ASSERT_THAT(link_->SetPaused(false, ByOperator()), IsOk());
  clock_.Advance(absl::Seconds(1));
  Run();
  EXPECT_EQ(adapter_.pulled_from, "");
}

TEST_F(LoadingTest, PausesAreKeptWithWhoMadeThem) {
  Begin();
  ASSERT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
  clock_.Advance(absl::Seconds(1));
  const OperatorAct again = ByOperator();
  ASSERT_THAT(link_->SetPaused(true, again), IsOk()) << "it may be for another reason";
  ASSERT_THAT(link_->SetPaused(true, again), IsOk()) << "the same request";
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(link_->SetPaused(false, ByOperator()), IsOk());
  const core::ActPage page = core::ListActs(engine_, 0, 10, "").value();
  ASSERT_EQ(page.acts.size(), 3U);
  EXPECT_EQ(page.acts[0].kind(), "pause");
  EXPECT_EQ(page.acts[0].actor(), "operator/lan");
  EXPECT_EQ(page.acts[0].target(), "portal");
  EXPECT_EQ(page.acts[0].reason(), "maintenance");
  EXPECT_EQ(page.acts[2].kind(), "resume");
}

}  // namespace
}  // namespace lienthong::sync
