// Lists to which a counterpart only appends.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(AppendingLaneTest, TheRecordComesFirstThenTheElementsInTheirOrder) {
  for (const char* id : {"b9", "b1", "b5"}) AddStep(id, "done");
  Seen(1);
  const Effects record = Turned();
  ASSERT_TRUE(record.deliver.has_value());
  EXPECT_FALSE(record.deliver->appends());
  EXPECT_EQ(record.deliver->dossier().subject(), "A");
  EXPECT_EQ(record.deliver->dossier().steps_size(), 0);
  Answer(adapter::v1::OUTCOME_APPLIED);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(lane_.confirmed_revision(), 0) << "elements of revision 1 are missing there";

  const Effects first = Turned();
  ASSERT_TRUE(first.deliver.has_value());
  EXPECT_TRUE(first.deliver->appends());
  EXPECT_THAT(StepsOf(*first.deliver), ElementsAre("b9", "b1"));
  EXPECT_FALSE(first.deliver->dossier().has_subject());
  EXPECT_EQ(first.deliver->dossier().code(), dossier_.code());
  EXPECT_NE(first.deliver->delivery_id(), record.deliver->delivery_id());
  EXPECT_TRUE(first.lane.intent().appends()) << "committed before it is sent";
  Answer(adapter::v1::OUTCOME_APPLIED);

  EXPECT_THAT(SendAll(), ElementsAre(ElementsAre("b5")));
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(lane_.confirmed_revision(), 1);
}

TEST_F(AppendingLaneTest, OneAtATimeWhenNothingElseIsDeclared) {
  link_.append_items_max = 0;
  AddStep("b1", "done");
  AddStep("b2", "done");
  Seen(1);
  EXPECT_THAT(SendAll(), ElementsAre(ElementsAre("b1"), ElementsAre("b2")));
}

TEST_F(AppendingLaneTest, WhatWasSentIsNeverSentAgain) {
  AddStep("b1", "first");
  Seen(1);
  SendAll();
  dossier_.mutable_steps(0)->set_content("corrected");
  Seen(2);
  EXPECT_FALSE(Turned().deliver.has_value());
  EXPECT_EQ(lane_.confirmed_revision(), 2);
  ASSERT_EQ(lane_.losses_size(), 1);
  EXPECT_EQ(lane_.losses(0).path(), "steps[b1]");
  AddStep("b2", "second");
  Seen(3);
  EXPECT_THAT(SendAll(), ElementsAre(ElementsAre("b2")));
}

TEST_F(AppendingLaneTest, ElementsThatComeLaterWaitForTheirRevision) {
  AddStep("b1", "now");
  dossier_.add_steps()->set_id("b2");  // went back to before it was there
  Seen(1);
  EXPECT_THAT(SendAll(), ElementsAre(ElementsAre("b1")));
}

TEST_F(AppendingLaneTest, ElementsThatItReportedItselfAreThere) {
  BeginThere();
  InboundItem item = Record(2, "A");
  item.mutable_dossier()->add_steps()->set_id("b1");
  item.mutable_dossier()->mutable_steps(0)->set_content("its own");
  ASSERT_TRUE(Do(Reported{&item}).edit.has_value());
  AddStep("b1", "its own");
  Seen(2);
  EXPECT_THAT(SendAll(), IsEmpty());
}

TEST_F(AppendingLaneTest, NoAnswerSendsTheSameElementsAgainAndSaysSo) {
  SendStep();
  const std::string id = lane_.intent().delivery_id();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_THAT(lane_.possible_duplicates(), IsEmpty()) << "it was sent once";
  AddStep("b2", "meanwhile");
  Seen(2);
  const Effects again = Turned();
  EXPECT_FALSE(again.look_up) << "what was appended is not read back";
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_EQ(again.deliver->delivery_id(), id);
  EXPECT_TRUE(again.deliver->unanswered());
  EXPECT_THAT(StepsOf(*again.deliver), ElementsAre("b1"));
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  Turned();
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
  Answer(adapter::v1::OUTCOME_APPLIED);
  EXPECT_THAT(SendAll(), ElementsAre(ElementsAre("b2")));
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
}

TEST_F(AppendingLaneTest, ARefusalThatAppliedNothingIsNoPossibleDuplicate) {
  for (const auto outcome : {adapter::v1::OUTCOME_RETRY_AFTER, adapter::v1::OUTCOME_NOT_AUTHORISED,
                             adapter::v1::OUTCOME_CONFLICT}) {
    lane_.Clear();
    dossier_.clear_steps();
    SendStep();
    Answer(outcome);
    EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
    const Effects again = Turned();
    ASSERT_TRUE(again.deliver.has_value());
    EXPECT_FALSE(again.deliver->unanswered());
    EXPECT_THAT(lane_.possible_duplicates(), IsEmpty());
  }
}

TEST_F(AppendingLaneTest, ARefusalAfterNoAnswerKeepsTheDelivery) {
  SendStep();
  const std::string id = lane_.intent().delivery_id();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  Turned();
  Answer(adapter::v1::OUTCOME_RETRY_AFTER);
  const Effects again = Turned();
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_EQ(again.deliver->delivery_id(), id);
  EXPECT_TRUE(again.deliver->unanswered()) << "the first may still have come through";
}

TEST_F(AppendingLaneTest, RestartLeavesElementsUnanswered) {
  SendStep();
  Do(Restarted{});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_TRUE(Turned().deliver->unanswered());
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
}

TEST_F(AppendingLaneTest, HeldElementsStopTheLaneUntilSomebodyChangesSomething) {
  link_.hold_unanswered_appends = true;
  SendStep();
  const Effects held = Answer(adapter::v1::OUTCOME_UNKNOWN);
  ASSERT_TRUE(held.stop.has_value());
  EXPECT_EQ(held.stop->field, "steps[b1]");
  EXPECT_THAT(held.stop->reason, HasSubstr("no answer"));
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_DEAD);
  EXPECT_THAT(lane_.possible_duplicates(), IsEmpty()) << "it was sent once";
  lane_.set_dead_letter_id("letter-1");
  EXPECT_EQ(Seen(2).mended, "letter-1");
  const Effects again = Turned();
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_THAT(StepsOf(*again.deliver), ElementsAre("b1"));
  EXPECT_TRUE(again.deliver->unanswered());
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
}

TEST_F(AppendingLaneTest, HeldElementsOfAFormerProcessStopTheLane) {
  link_.hold_unanswered_appends = true;
  SendStep();
  const Effects held = Do(Restarted{});
  ASSERT_TRUE(held.stop.has_value());
  EXPECT_EQ(held.stop->field, "steps[b1]");
}

TEST_F(AppendingLaneTest, AnUnansweredRecordIsNotHeld) {
  link_.hold_unanswered_appends = true;
  link_.read_back = false;
  Seen(1);
  Turned();
  EXPECT_FALSE(Answer(adapter::v1::OUTCOME_UNKNOWN).stop.has_value());
  const Effects again = Turned();
  EXPECT_TRUE(again.deliver->unanswered());
  EXPECT_EQ(again.deliver->dossier().subject(), "A");
}

TEST_F(AppendingLaneTest, AValueThatCannotBeShownDoesNotLoseTheUnansweredDelivery) {
  SendStep();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  Representation wrong;
  wrong.mutable_error()->set_field("TrangThai");
  ASSERT_TRUE(Do(Turn{.target = &dossier_, .shown = &wrong}).stop.has_value());
  Seen(2);
  EXPECT_TRUE(Turned().deliver->unanswered());
  EXPECT_THAT(lane_.possible_duplicates(), ElementsAre("steps[b1]"));
}

TEST_F(AppendingLaneTest, PlantedBugsDoWhatTheySay) {
  SendStep();
  link_.bugs.resend_unflagged = true;
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  Turned();
  EXPECT_THAT(lane_.possible_duplicates(), IsEmpty());
  link_.bugs.append_lost_on_unknown = true;
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  EXPECT_THAT(SendAll(), IsEmpty());
}

}  // namespace
}  // namespace lienthong::sync
