// What a lane makes of a difference that is to be mended.
#include "gtest/gtest.h"

#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

// Revision 2 with the subject B was answered as version 2, and never reported back.
class ReconciledLaneTest : public LaneTest {
 protected:
  void SetUp() override {
    Begin();
    SendSubject("B");
    Answer(adapter::v1::OUTCOME_APPLIED, 2);
    ASSERT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  }
};

TEST_F(ReconciledLaneTest, WhatWasLostGoesOutAgain) {
  const InboundItem held = Record(1, "A");
  Do(Reconciled{.held = &held, .push = {"subject"}});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  const Effects turned = Turned();
  ASSERT_TRUE(turned.deliver.has_value());
  EXPECT_EQ(turned.deliver->dossier().subject(), "B");
  EXPECT_EQ(turned.deliver->key(), "TP-1");
}

TEST_F(ReconciledLaneTest, WhatIsTakenInIsNewsAndSoIsWhatComesThen) {
  const InboundItem held = Record(1, "X");
  EXPECT_FALSE(Do(Reconciled{.held = &held, .pull = {"subject"}}).unchanged);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  const Replayed now{.report = lane_.reports()};
  EXPECT_TRUE(Do(Reported{.item = &held, .replayed = &now}).edit.has_value());
  lane_.set_phase(LaneState::PHASE_IDLE);
  EXPECT_TRUE(Report(3, "B").edit.has_value()) << "it is no echo of what was lost";
}

TEST_F(ReconciledLaneTest, ARecordThatIsGoneIsMadeAgain) {
  Do(Reconciled{});
  EXPECT_EQ(lane_.key(), "");
  EXPECT_EQ(lane_.confirmed_revision(), 0);
  const Effects turned = Turned();
  ASSERT_TRUE(turned.deliver.has_value());
  EXPECT_EQ(turned.deliver->key(), "");
  EXPECT_EQ(turned.deliver->dossier().subject(), "B");
}

TEST_F(ReconciledLaneTest, ALaneThatIsBusyStaysAsItIs) {
  SendSubject("C");
  const LaneState before = lane_;
  const InboundItem held = Record(1, "A");
  EXPECT_TRUE(Do(Reconciled{.held = &held, .push = {"subject"}}).unchanged);
  EXPECT_EQ(lane_.SerializeAsString(), before.SerializeAsString());
}

}  // namespace
}  // namespace lienthong::sync
