#include "gateway/sync/lane.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(LaneTest, ChangeMakesAnIdleLaneReady) {
  Seen(1);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(lane_.wanted_revision(), 1);
  EXPECT_TRUE(lane_.has_pending_since());
}

TEST_F(LaneTest, ChangesThatShowNothingNeedNoTurn) {
  lane_.set_confirmed_revision(4);
  lane_.set_wanted_revision(4);
  Do(ChangeSeen{.revision = 6, .committed = kNow, .quiet_since = 5});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(lane_.confirmed_revision(), 6);
  EXPECT_EQ(lane_.wanted_revision(), 6);
  Do(ChangeSeen{.revision = 8, .committed = kNow, .quiet_since = 8});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY) << "revision 7 has not been shown";
}

TEST_F(LaneTest, ChangesThatShowNothingDoNotBeginARecord) {
  Do(ChangeSeen{.revision = 1, .committed = kNow, .quiet_since = 1});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
}

TEST_F(LaneTest, ChangeSeenBeforeIsNothing) {
  Begin();
  Seen(1);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
}

TEST_F(LaneTest, FirstDeliveryCreatesWithAllFields) {
  Seen(1);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->delivery_id(), "city-7-1-1");
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
  EXPECT_EQ(effects.deliver->dossier().code(), "H29.X01-260303-0001");
  EXPECT_EQ(effects.deliver->key(), "");
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IN_FLIGHT);
}

TEST_F(LaneTest, DeliversOnlyWhatDiffers) {
  Begin();
  dossier_.set_note("N");
  Seen(2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().note(), "N");
  EXPECT_FALSE(effects.deliver->dossier().has_subject());
}

TEST_F(LaneTest, NothingThatDiffersIsNoDelivery) {
  Begin();
  Seen(2);
  EXPECT_FALSE(Turned().deliver.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(lane_.confirmed_revision(), 2);
  EXPECT_FALSE(lane_.has_pending_since());
}

TEST_F(LaneTest, ClearsWhatIsGone) {
  Begin();
  dossier_.set_note("N");
  Seen(2);
  Turned();
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  dossier_.clear_note();
  Seen(3);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_THAT(effects.deliver->cleared(), ElementsAre("note"));
}

TEST_F(LaneTest, NeverClearsAnElementThatTheGatewayDoesNotKnow) {
  Begin();
  InboundItem item = Record(2, "A");
  auto& step = *item.mutable_dossier()->add_steps();
  step.set_id("tp-1");
  step.set_content("theirs");
  ASSERT_TRUE(Do(Reported{&item}).edit.has_value());  // and it was refused
  EXPECT_FALSE(Turned().deliver.has_value());
}

TEST_F(LaneTest, FieldsOfLaterRevisionsWait) {
  Begin();
  dossier_.set_subject("older");
  dossier_.set_note("N");
  later_ = {"subject"};
  Seen(2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_FALSE(effects.deliver->dossier().has_subject());
}

TEST_F(LaneTest, WhatCannotBeShownStopsTheLane) {
  Seen(1);
  shown_.mutable_error()->set_field("TrangThai");
  shown_.mutable_error()->set_reason("no code");
  const Effects effects = Do(Turn{.target = &dossier_, .shown = &shown_, .later = {}});
  ASSERT_TRUE(effects.stop.has_value());
  EXPECT_EQ(effects.stop->field, "TrangThai");
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_DEAD);
}

TEST_F(LaneTest, EchoIsNoEdit) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  const Effects effects = Report(2, "B");
  EXPECT_FALSE(effects.edit.has_value());
  EXPECT_EQ(effects.echoes, 1);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
}

TEST_F(LaneTest, EchoBeforeTheAnswerIsNoEdit) {
  Begin();
  SendSubject("B");
  const Effects effects = Report(2, "B");
  EXPECT_FALSE(effects.edit.has_value());
  EXPECT_EQ(effects.echoes, 1);
  EXPECT_THAT(lane_.intent().fields(), IsEmpty());
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_FALSE(Turned().deliver.has_value());
}

TEST_F(LaneTest, EchoesOfSeveralDeliveriesAreNoEdits) {
  Begin();
  for (const char* subject : {"B", "C", "B"}) {
    SendSubject(subject);
    Answer(adapter::v1::OUTCOME_APPLIED);
  }
  EXPECT_FALSE(Report(2, "B").edit.has_value());
  EXPECT_FALSE(Report(3, "C").edit.has_value());
  EXPECT_FALSE(Report(4, "B").edit.has_value());
  EXPECT_FALSE(Turned().deliver.has_value());
}

TEST_F(LaneTest, ValueOfBeforeTheDeliveryIsOldNews) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED, 3);
  EXPECT_FALSE(Report(2, "A").edit.has_value());
  EXPECT_FALSE(Turned().deliver.has_value()) << "it holds B";
}

TEST_F(LaneTest, ValueOfBeforeTheDeliveryIsAnEditWhenTheRecordIsNewer) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  const Effects effects = Report(3, "A");
  ASSERT_TRUE(effects.edit.has_value());
  EXPECT_THAT(effects.edit->set, ElementsAre("subject"));
}

TEST_F(LaneTest, EditOlderThanTheDeliveryIsMergedAndTheDeliveryStands) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED, 3);
  const Effects effects = Report(2, "clerk's");
  ASSERT_TRUE(effects.edit.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_FALSE(Turned().deliver.has_value()) << "it holds B since its version 3";
  EXPECT_FALSE(Report(3, "B").edit.has_value());
}

TEST_F(LaneTest, EditBeforeAnUnversionedDeliveryDoesNotMakeItsEchoAnEdit) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED);  // into an inbox
  ASSERT_TRUE(Report(2, "officer's").edit.has_value());
  EXPECT_FALSE(Report(3, "B").edit.has_value());
}

TEST_F(LaneTest, RefusedEditIsCorrected) {
  Begin();
  ASSERT_TRUE(Report(2, "theirs").edit.has_value());
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
}

TEST_F(LaneTest, RefusedEditDuringACallIsCorrectedAfterIt) {
  Begin();
  dossier_.set_note("N");
  Seen(2);
  Turned();
  ASSERT_TRUE(Report(2, "theirs").edit.has_value());
  Answer(adapter::v1::OUTCOME_APPLIED, 3);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
}

TEST_F(LaneTest, ItemOfAVersionTakenInBeforeIsADuplicate) {
  Begin();
  Report(5, "B");
  EXPECT_TRUE(Report(5, "B").duplicate);
  EXPECT_TRUE(Report(4, "A").duplicate);
  EXPECT_FALSE(Report(6, "C").duplicate);
}

TEST_F(LaneTest, OvertakenAnswerLeavesTheNewerReport) {
  Begin();
  SendSubject("B");
  Report(2, "B");
  ASSERT_TRUE(Report(3, "clerk's").edit.has_value());
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value()) << "it holds the clerk's value";
  EXPECT_EQ(effects.deliver->dossier().subject(), "B");
}

TEST_F(LaneTest, ChangeDuringACallGoesNext) {
  Begin();
  SendSubject("B");
  Seen(3);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IN_FLIGHT);
  dossier_.set_revision(2);
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(lane_.confirmed_revision(), 2);
  EXPECT_TRUE(lane_.has_pending_since());
}

TEST_F(LaneTest, ConflictLooksUpAndLearnsTheKey) {
  Seen(1);
  Turned();
  ItemOutcome exists = OutcomeOf(adapter::v1::OUTCOME_CONFLICT);
  exists.set_key("TP-9");
  Do(Answered{.outcome = exists});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_EQ(lane_.key(), "TP-9");
  const Effects effects = Turned();
  EXPECT_TRUE(effects.look_up);
  EXPECT_FALSE(effects.deliver.has_value());
}

// Its record has moved on by something that we cannot take in.
TEST_F(LaneTest, ConflictAfterConflictIsWaitedOut) {
  Seen(1);
  Turned();
  Do(Answered{.outcome = OutcomeOf(adapter::v1::OUTCOME_CONFLICT)});
  const auto first = lane_.next_attempt_time();
  Turned();
  Do(ReadBack{});
  Turned();
  Do(Answered{.outcome = OutcomeOf(adapter::v1::OUTCOME_CONFLICT)});
  EXPECT_GT(lane_.next_attempt_time().seconds() + lane_.next_attempt_time().nanos() * 1e-9,
            first.seconds() + first.nanos() * 1e-9);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
}

TEST_F(LaneTest, MissingAnswerIsLookedUpAndNeverSuccess) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_EQ(lane_.confirmed_revision(), 1);
  EXPECT_TRUE(Turned().look_up);
}

TEST_F(LaneTest, LookUpThatShowsItConfirms) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  LookedUp(2, "B");
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(lane_.confirmed_revision(), 2);
  EXPECT_FALSE(Report(2, "B").edit.has_value());
}

// The feed has gone past our write, in a row that nobody could read.
TEST_F(LaneTest, LookUpThatShowsItConfirmsWhateverTheFeedHasTold) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  adapter::v1::InboundItem later;
  later.set_version(3);
  later.mutable_dossier()->set_note("x");
  Do(Reported{.item = &later});
  LookedUp(3, "B");
  dossier_.set_subject("A");
  Seen(3);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value()) << "B stands there";
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
}

TEST_F(LaneTest, LookUpThatShowsAPartOfItKeepsThatInMind) {
  Begin();
  dossier_.set_note("N");
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  LookedUp(1, "B");  // and no note
  dossier_.set_subject("A");
  Seen(3);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "A");
  EXPECT_EQ(effects.deliver->dossier().note(), "N");
}

// The row that told of B was read by nobody, and one that tells of our C will never come: that was
// no change there.
TEST_F(LaneTest, AfterAnUnseenEchoAnOwnersEditsAreNotAnsweredWithTheOnesBefore) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED);
  ASSERT_TRUE(Report(3, "C").edit.has_value());
  SendSubject("C");
  Answer(adapter::v1::OUTCOME_APPLIED);
  ASSERT_TRUE(Report(4, "D").edit.has_value());
  dossier_.set_subject("D");
  Seen(4);
  EXPECT_FALSE(Turned().deliver.has_value());
  EXPECT_FALSE(Report(5, "C").edit.has_value()) << "it was a change there after all";
  dossier_.set_note("x");
  Seen(5);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "D");
}

// It did make a row: it came after the edit, over which it wrote.
TEST_F(LaneTest, WhatStandsThereOverAnEditAfterAllIsAnsweredAtOnce) {
  Begin();
  ASSERT_TRUE(Report(2, "C").edit.has_value());
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED);
  SendSubject("C");
  Answer(adapter::v1::OUTCOME_APPLIED);
  ASSERT_TRUE(Report(3, "D").edit.has_value());
  dossier_.set_subject("D");
  Seen(5);
  ASSERT_FALSE(Turned().deliver.has_value());
  ASSERT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_FALSE(Report(4, "B").edit.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY) << "nothing else would ever bring it there";
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "D");
}

TEST_F(LaneTest, LookUpThatDoesNotShowItSendsAgainUnderANewId) {
  Begin();
  SendSubject("B");
  const std::string first = lane_.intent().delivery_id();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  LookedUp(1, "A");
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_NE(effects.deliver->delivery_id(), first);
}

TEST_F(LaneTest, LookUpOfNoRecordSendsAgain) {
  Seen(1);
  Turned();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  Do(ReadBack{nullptr});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_TRUE(Turned().deliver.has_value());
}

TEST_F(LaneTest, LookUpAheadOfTheFeedWaitsForTheFeed) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  LookedUp(3, "clerk's");  // ours may have been version 2
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_FALSE(Report(2, "B").edit.has_value());
  ASSERT_TRUE(Report(3, "clerk's").edit.has_value());
  EXPECT_FALSE(Turned().look_up) << "the feed has confirmed it";
  EXPECT_EQ(lane_.confirmed_revision(), 2);
}

TEST_F(LaneTest, WithoutReadBackTheSameDeliveryIsSentAgain) {
  link_.read_back = false;
  link_.idempotent_delivery = true;
  Seen(1);
  const std::string id = Turned().deliver->delivery_id();
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  const Effects again = Turned();
  ASSERT_TRUE(again.deliver.has_value());
  EXPECT_EQ(again.deliver->delivery_id(), id);
  EXPECT_EQ(again.deliver->dossier().subject(), "A");
  Answer(adapter::v1::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(Turned().deliver->delivery_id(), id) << "the first may have come through";
  Answer(adapter::v1::OUTCOME_DUPLICATE);
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
}

TEST_F(LaneTest, AnswerOfAnotherDeliveryIsIgnored) {
  Begin();
  SendSubject("B");
  ItemOutcome late = OutcomeOf(adapter::v1::OUTCOME_APPLIED);
  late.set_delivery_id("city-7-1-1");
  Do(Answered{.outcome = late});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IN_FLIGHT);
}

TEST_F(LaneTest, RetryAfterWaitsAsTold) {
  Begin();
  SendSubject("B");
  ItemOutcome later = OutcomeOf(adapter::v1::OUTCOME_RETRY_AFTER);
  later.mutable_retry_after()->set_seconds(17);
  Do(Answered{.outcome = later});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(Wait(), absl::Seconds(17));
}

TEST_F(LaneTest, RestartMakesACallUnderWayUnanswered) {
  Begin();
  SendSubject("B");
  Do(Restarted{});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_UNKNOWN);
  EXPECT_TRUE(Turned().look_up);
}

TEST_F(LaneTest, RestartLeavesOtherPhases) {
  Begin();
  Do(Restarted{});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  Seen(2);
  Do(Restarted{});
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_READY);
}

TEST_F(LaneTest, WithoutEchoesTheAnswerConfirms) {
  link_.reports_echoes = false;
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_APPLIED, 2);
  EXPECT_FALSE(Turned().deliver.has_value());
  EXPECT_TRUE(Report(3, "A").edit.has_value());
}

TEST(BackoffTest, StaysWithinFullJitter) {
  LinkState link;
  link.backoff_min = absl::Seconds(1);
  link.backoff_max = absl::Minutes(5);
  link.chance = 0;
  EXPECT_EQ(Backoff(link, 1), absl::ZeroDuration());
  link.chance = 1;  // the bound itself, which is never reached
  EXPECT_EQ(Backoff(link, 0), absl::Seconds(1));
  EXPECT_EQ(Backoff(link, 1), absl::Seconds(1));
  EXPECT_EQ(Backoff(link, 2), absl::Seconds(2));
  EXPECT_EQ(Backoff(link, 5), absl::Seconds(16));
  EXPECT_EQ(Backoff(link, 10), absl::Minutes(5));
  EXPECT_EQ(Backoff(link, 1'000'000), absl::Minutes(5));
}

}  // namespace
}  // namespace lienthong::sync
