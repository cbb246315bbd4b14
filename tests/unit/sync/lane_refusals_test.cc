// What becomes of a lane when the counterpart cannot take what it is sent.
#include "gtest/gtest.h"

#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

TEST_F(LaneTest, RejectedStopsWithFieldAndReason) {
  Begin();
  SendSubject("B");
  ItemOutcome bad = OutcomeOf(adapter::v1::OUTCOME_REJECTED);
  bad.set_field("TrichYeu");
  bad.set_reason("too long");
  const Effects effects = Do(Answered{.outcome = bad});
  ASSERT_TRUE(effects.stop.has_value());
  EXPECT_EQ(effects.stop->field, "TrichYeu");
  EXPECT_EQ(effects.stop->reason, "too long");
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_DEAD);
  const absl::Time since = domain::FromProto(lane_.pending_since());
  lane_.set_dead_letter_id("letter-1");
  const Effects mended =
      Do(ChangeSeen{.revision = 3, .committed = since + absl::Seconds(1), .sequence = 9});
  EXPECT_EQ(domain::FromProto(lane_.pending_since()), since) << "what was refused waits for longer";
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY) << "somebody changed something";
  EXPECT_EQ(mended.mended, "letter-1");
  EXPECT_EQ(lane_.dead_letter_id(), "");
}

TEST_F(LaneTest, WhereNoRecordIsTheDossierBeginsWhenItCanBeTaken) {
  Seen(1);
  Turned();
  Seen(2);
  ASSERT_FALSE(Answer(adapter::v1::OUTCOME_REJECTED).stop.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(lane_.refused_revision(), 1);
  EXPECT_FALSE(lane_.has_intent());
  ASSERT_TRUE(Turned().deliver.has_value());
  ASSERT_EQ(lane_.losses_size(), 1) << "it is said";
  EXPECT_EQ(lane_.losses(0).path(), "status");
  EXPECT_TRUE(Answer(adapter::v1::OUTCOME_REJECTED).stop.has_value()) << "nothing newer is there";
  lane_.set_dead_letter_id("letter-1");
  EXPECT_EQ(Seen(3).mended, "letter-1");
  EXPECT_EQ(lane_.refused_revision(), 0) << "all are tried again";
}

TEST_F(LaneTest, WhatCannotBeShownBeginsLaterToo) {
  Seen(1);
  shown_.mutable_error()->set_reason("no code");
  const Turn turn{.target = &dossier_, .shown = &shown_, .head_revision = 3};
  EXPECT_FALSE(Do(turn).stop.has_value());
  EXPECT_EQ(lane_.refused_revision(), 1);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
}

TEST_F(LaneTest, WhereARecordIsNothingIsSkipped) {
  Begin();
  SendSubject("B");
  Do(ChangeSeen{.revision = 3, .committed = kNow});
  EXPECT_TRUE(Answer(adapter::v1::OUTCOME_REJECTED).stop.has_value());
  EXPECT_EQ(lane_.refused_revision(), 0);
}

}  // namespace
}  // namespace lienthong::sync
