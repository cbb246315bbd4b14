// Counterparts whose adapter needs several calls for one item.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::IsEmpty;

// A counterpart whose adapter needs several calls for one item.
class ContinuingLaneTest : public AppendingLaneTest {
 protected:
  Effects Continue(const std::string& state) {
    ItemOutcome outcome = OutcomeOf(adapter::v1::OUTCOME_CONTINUE);
    outcome.set_adapter_state(state);
    const Effects effects = Do(Answered{.outcome = outcome, .item = &sent_});
    if (effects.deliver.has_value()) sent_ = *effects.deliver;
    return effects;
  }
  void SendRecord() {
    Seen(1);
    sent_ = *Turned().deliver;
  }

  adapter::v1::OutboundItem sent_;
};

TEST_F(ContinuingLaneTest, TheSameItemGoesOutAtOnceWithWhatTheAdapterKeeps) {
  SendRecord();
  const std::string id = sent_.delivery_id();
  const Effects effects = Continue("part 1");
  EXPECT_EQ(lane_.private_state(), "part 1") << "committed before the next call";
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IN_FLIGHT);
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->delivery_id(), id);
  EXPECT_EQ(effects.deliver->adapter_state(), "part 1");
  EXPECT_FALSE(effects.deliver->unanswered());
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
  Answer(adapter::v1::OUTCOME_APPLIED);
  dossier_.set_subject("B");
  Seen(2);
  EXPECT_EQ(Turned().deliver->adapter_state(), "part 1") << "kept for the next delivery";
}

TEST_F(ContinuingLaneTest, NoAnswerAfterAPartSendsTheSameItemWithItsState) {
  SendRecord();
  Continue("part 1");
  const std::string id = lane_.intent().delivery_id();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  const Effects again = Turned();
  EXPECT_FALSE(again.look_up) << "the adapter knows how far it came";
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_EQ(again.deliver->delivery_id(), id);
  EXPECT_TRUE(again.deliver->unanswered());
  EXPECT_EQ(again.deliver->adapter_state(), "part 1");
}

// The store is a backup: what was at its second part then puts the record of then back.
TEST_F(ContinuingLaneTest, AfterARestoreAnOldDeliveryInPartsLeavesNothingBelieved) {
  SendRecord();
  Answer(adapter::v1::OUTCOME_APPLIED);
  dossier_.set_note("N");
  Seen(2);
  sent_ = *Turned().deliver;
  Continue("part 1");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  lane_.set_look_up_first(true);
  InboundItem record = Record(0, "newer");
  record.mutable_dossier()->set_note("N");
  dossier_.set_subject("newer");
  adapter::v1::Representation shown;
  *shown.mutable_dossier() = record.dossier();
  Do(ReadFirst{.item = &record, .shown = &shown});
  dossier_.set_subject("A");
  ASSERT_TRUE(Turned().deliver.has_value()) << "with the subject of revision 2";
  Answer(adapter::v1::OUTCOME_APPLIED);
  dossier_.set_subject("newer");
  Seen(3);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "newer");
}

TEST_F(ContinuingLaneTest, ARefusalAfterAPartKeepsTheDelivery) {
  SendRecord();
  Continue("part 1");
  const std::string id = lane_.intent().delivery_id();
  Answer(adapter::v1::OUTCOME_RETRY_AFTER);
  const Effects again = Turned();
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_EQ(again.deliver->delivery_id(), id);
  EXPECT_FALSE(again.deliver->unanswered());
}

TEST_F(ContinuingLaneTest, EndlessPartsCountAsNoAnswer) {
  SendRecord();
  int parts = 0;
  while (Continue("again").deliver.has_value()) ASSERT_LE(++parts, 64);
  EXPECT_EQ(parts, 64);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_TRUE(Turned().deliver->unanswered());
}

TEST_F(ContinuingLaneTest, StateIsAsItWasWhenTheOutcomeHasNone) {
  SendRecord();
  Continue("part 1");
  Answer(adapter::v1::OUTCOME_APPLIED);
  EXPECT_EQ(lane_.private_state(), "part 1");
}

TEST_F(ContinuingLaneTest, StateBeyondAllBoundsStopsTheLane) {
  SendRecord();
  const Effects effects = Continue(std::string((64 << 10) + 1, 'x'));
  ASSERT_TRUE(effects.stop.has_value());
  EXPECT_EQ(effects.stop->field, "adapter_state");
  EXPECT_THAT(lane_.private_state(), IsEmpty());
}

TEST_F(ContinuingLaneTest, CodesAndTheKeyAreLearnt) {
  SendRecord();
  ItemOutcome outcome = OutcomeOf(adapter::v1::OUTCOME_APPLIED);
  outcome.set_key("hub-17");
  outcome.add_codes()->set_code("H29.X01-20261121-0000123");
  const Effects effects = Do(Answered{.outcome = outcome, .item = &sent_});
  ASSERT_EQ(effects.codes.size(), 2U);
  EXPECT_EQ(effects.codes[0].code(), "H29.X01-20261121-0000123");
  EXPECT_EQ(effects.codes[1].code(), "hub-17");
  EXPECT_EQ(lane_.key(), "hub-17");
  dossier_.set_subject("B");
  Seen(2);
  EXPECT_EQ(Turned().deliver->key(), "hub-17");
}

}  // namespace
}  // namespace lienthong::sync
