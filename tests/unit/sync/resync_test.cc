// A link whose store was restored from a backup.
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ResyncTest : public EngineTest {
 protected:
  ResyncTest() {
    adapter_.mapping = "one";
    Begin();
    code_ = PushNew();
    Run();
    Answer(pb::OUTCOME_APPLIED);
  }

  void Restore() {
    store_.SetEpoch(2);
    Begin();
  }
  void PutOther(int64_t epoch, storage::v1::LinkRecord::Resync resync) {
    storage::v1::LinkRecord other;
    other.set_epoch(epoch);
    other.set_resync(resync);
    store::WriteSet set;
    LaneStore(engine_, "city").PutLink(other, set);
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  }
  v1::Link::State State() const { return link_->Describe().state(); }

  std::string code_;
};

TEST_F(ResyncTest, NothingIsDeliveredBeforeTheFeedWasReadToItsEnd) {
  adapter_.is_silent = true;
  Restore();
  const size_t sent = adapter_.sent.size();
  Push(DossierWith({{"code", code_}, {"subject", "B"}}));
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  EXPECT_EQ(adapter_.sent.size(), sent);
}

TEST_F(ResyncTest, ThenItGoesOnByItself) {
  Restore();
  Push(DossierWith({{"code", code_}, {"subject", "B"}}));
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(ResyncTest, MoreInTheFeedIsReadFirst) {
  adapter_.report.set_more(true);
  adapter_.report.set_token("1");
  store_.SetEpoch(2);
  link_ =
      std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("portal"), adapter_, [] {});
  ASSERT_THAT(link_->Recover(), IsOk());
  ASSERT_TRUE(link_->Tick().ok());
  ASSERT_TRUE(link_->Tick().ok());
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC) << "there was more";
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(ResyncTest, ItWaitsForTheOtherLinks) {
  PutOther(1, storage::v1::LinkRecord::RESYNC_NONE);
  Restore();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC) << "the other has not begun yet";
  PutOther(2, storage::v1::LinkRecord::RESYNC_DRAINING);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  PutOther(2, storage::v1::LinkRecord::RESYNC_WAITING);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(ResyncTest, ButNotForOneThatIsAway) {
  PutOther(2, storage::v1::LinkRecord::RESYNC_DRAINING);
  Restore();
  clock_.Advance(absl::Minutes(9));
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  clock_.Advance(absl::Minutes(2));
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(ResyncTest, NorForOneThatIsConfiguredNoLonger) {
  using Names = std::set<std::string>;
  PutOther(1, storage::v1::LinkRecord::RESYNC_NONE);
  options_.configured = std::make_shared<const Names>(Names{"city", "portal"});
  Restore();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  options_.configured = std::make_shared<const Names>(Names{"portal"});
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(ResyncTest, ItGoesOnThereAfterARestart) {
  PutOther(2, storage::v1::LinkRecord::RESYNC_DRAINING);
  Restore();
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  PutOther(2, storage::v1::LinkRecord::RESYNC_NONE);
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

// All lanes look again by themselves when every feed was read, and not before.
TEST_F(ResyncTest, NeitherAReloadNorAnotherMappingEndsIt) {
  PutOther(2, storage::v1::LinkRecord::RESYNC_DRAINING);
  Restore();
  EXPECT_THAT(link_->Reload({.actor = "operator/lan", .reason = "r", .request_id = "1"}), IsOk());
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  adapter_.mapping = "two";
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC);
  PutOther(2, storage::v1::LinkRecord::RESYNC_WAITING);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

// What the lane knows of the list is from before the backup.
TEST_F(ResyncTest, WhatIsAppendedMayStandThereAlready) {
  adapter_.can().add_append_only("steps");
  PutOther(2, storage::v1::LinkRecord::RESYNC_DRAINING);
  Restore();
  PushStep(code_, "a1");
  PutOther(2, storage::v1::LinkRecord::RESYNC_WAITING);
  Run();
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Lane(code_).possible_duplicates(), ElementsAre("steps[a1]"));
  PushStep(code_, "a2");
  Run();
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Lane(code_).possible_duplicates(), ElementsAre("steps[a1]")) << "this one is new";
}

TEST_F(ResyncTest, ANewLinkHasNothingToRead) {
  Restore();
  adapter_.is_silent = true;
  options_.name = "hub";
  Begin();
  EXPECT_NE(State(), v1::Link::STATE_RESYNC);
}

// What it would tell its counterpart may be old.
TEST_F(ResyncTest, ANewLinkWaitsForTheOthersAllTheSame) {
  store_.SetEpoch(2);
  options_.name = "hub";
  const size_t sent = adapter_.sent.size();
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_RESYNC) << "the portal's has not begun yet";
  options_.name = "portal";
  Begin();
  EXPECT_EQ(adapter_.sent.size(), sent);
  options_.name = "hub";
  Begin();
  EXPECT_EQ(adapter_.sent.size(), sent + 1);
}

}  // namespace
}  // namespace lienthong::sync
