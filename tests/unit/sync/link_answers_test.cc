// What a link does with the answers to its deliveries.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using LinkAnswersTest = EngineTest;

pb::ItemOutcome Applied(const std::string& key) {
  pb::ItemOutcome outcome;
  outcome.set_outcome(pb::OUTCOME_APPLIED);
  outcome.set_key(key);
  return outcome;
}

TEST_F(LinkAnswersTest, KeyAndCodesBecomeCodesOfTheDossier) {
  const std::string code = PushNew();
  Begin();
  pb::ItemOutcome outcome = Applied("hub-17");
  auto& given = *outcome.add_codes();
  given.set_kind(dossier::v1::CodeReference::KIND_DOSSIER_CODE);
  given.set_code("DVC.2026.0000123");
  Answer(outcome);
  const dossier::v1::Dossier dossier = Stored(code);
  ASSERT_EQ(dossier.codes_size(), 2);
  EXPECT_EQ(dossier.codes(0).issuer(), "portal");
  EXPECT_EQ(dossier.codes(0).code(), "DVC.2026.0000123");
  EXPECT_EQ(dossier.codes(1).code(), "hub-17");
  EXPECT_EQ(Lane(code).key(), "hub-17");
  EXPECT_EQ(IdOf("dvc.2026.0000123"), IdOf(code)) << "found by it";
  EXPECT_EQ(dossier.revision(), 2) << "both with the lane, in one commit";
}

TEST_F(LinkAnswersTest, WhatWasLearntComesToRest) {
  const std::string code = PushNew();
  Begin();
  Answer(Applied("hub-17"));
  EXPECT_FALSE(adapter_.is_called());
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Lane(code).confirmed_revision(), 2);
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  Answer(Applied("hub-17"));
  EXPECT_EQ(Stored(code).revision(), 3) << "the same key again is nothing new";
  EXPECT_FALSE(adapter_.is_called());
}

TEST_F(LinkAnswersTest, ADossierThatBeganUndeliverableGoesOutWhenItCan) {
  const std::string code = Push(NewDossier("H29.X05", "1"));
  Push(DossierWith({{"code", code}, {"status", "2"}}));
  Push(DossierWith({{"code", code}, {"status", "4"}}));
  Begin();
  ASSERT_EQ(adapter_.sent.back().revision(), 1);
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_EQ(adapter_.sent.back().revision(), 2) << "no status that it can take is skipped";
  Answer(Applied("hub-17"));
  ASSERT_EQ(adapter_.sent.size(), 2U);
  EXPECT_EQ(Lane(code).confirmed_revision(), Stored(code).revision());
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

TEST_F(LinkAnswersTest, ItsDeadLetterGoesWithTheRevisionThatCan) {
  const std::string code = Push(NewDossier("H29.X05", "1"));
  Begin();
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_EQ(DeadLetters().size(), 1U);
  Push(DossierWith({{"code", code}, {"status", "2"}}));
  Run();
  ASSERT_EQ(adapter_.sent.back().revision(), 1) << "it may have been mended there";
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_EQ(adapter_.sent.back().revision(), 2);
  Answer(Applied("hub-17"));
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

TEST_F(LinkAnswersTest, AKeyThatIsTheSharedCodeIsNoNewCode) {
  const std::string code = PushNew();
  Begin();
  Answer(Applied(code));
  EXPECT_EQ(Lane(code).key(), code);
  EXPECT_EQ(Stored(code).codes_size(), 0);
  EXPECT_EQ(Stored(code).revision(), 1);
}

TEST_F(LinkAnswersTest, ACodeOfAnotherDossierStopsTheLane) {
  const std::string first = PushNew();
  Begin();
  Answer(Applied("hub-17"));
  const std::string second = PushNew();
  Run();
  Answer(Applied("hub-17"));
  EXPECT_EQ(Lane(second).phase(), LaneState::PHASE_DEAD);
  const auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].code(), second);
  EXPECT_THAT(letters[0].reason(), HasSubstr("a code that the counterpart gave"));
  EXPECT_EQ(Stored(second).codes_size(), 0);
}

TEST_F(LinkAnswersTest, APartIsDurableBeforeTheNextCall) {
  const std::string code = PushNew();
  Begin();
  std::string durable;
  adapter_.on_deliver = [&] { durable = Lane(code).private_state(); };
  pb::ItemOutcome part;
  part.set_outcome(pb::OUTCOME_CONTINUE);
  part.set_adapter_state("number 17");
  part.add_codes()->set_code("hub-17");
  Answer(part);
  ASSERT_TRUE(adapter_.is_called()) << "at once";
  EXPECT_EQ(durable, "number 17");
  ASSERT_EQ(adapter_.sent.size(), 2U);
  EXPECT_EQ(adapter_.sent[1].adapter_state(), "number 17");
  EXPECT_EQ(adapter_.sent[1].delivery_id(), adapter_.sent[0].delivery_id());
  EXPECT_EQ(Stored(code).codes_size(), 1);
}

TEST_F(LinkAnswersTest, APartWhoseCommitFailsIsNotContinuedBefore) {
  const std::string code = PushNew();
  Begin();
  pb::ItemOutcome part;
  part.set_outcome(pb::OUTCOME_CONTINUE);
  part.set_adapter_state("number 17");
  store_.Refuse(true);
  adapter_.Answer(part);
  EXPECT_FALSE(link_->Tick().ok());
  EXPECT_FALSE(adapter_.is_called());
  store_.Refuse(false);
  Run();
  EXPECT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.size(), 2U);
  EXPECT_EQ(Lane(code).intent().continues(), 1);
}

TEST_F(LinkAnswersTest, AnAppendUnderWayAtARestartIsSentAgainAndSaidSo) {
  adapter_.can().add_append_only("steps");
  const std::string code = PushNew();
  PushStep(code, "x1");
  Begin();
  Answer(pb::OUTCOME_APPLIED);
  ASSERT_TRUE(adapter_.sent.back().appends());
  Begin();  // the process began again
  RunLater();
  EXPECT_TRUE(adapter_.sent.back().unanswered());
  EXPECT_THAT(Lane(code).possible_duplicates(), ElementsAre("steps[x1]"));
}

TEST_F(LinkAnswersTest, AHeldAppendIsADeadLetterThatNamesItsElements) {
  adapter_.can().add_append_only("steps");
  options_.hold_unanswered_appends = true;
  const std::string code = PushNew();
  PushStep(code, "x1");
  Begin();
  Answer(pb::OUTCOME_APPLIED);
  Answer(pb::OUTCOME_UNKNOWN);
  RunLater();
  EXPECT_FALSE(adapter_.is_called());
  auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].code(), code);
  EXPECT_EQ(letters[0].field(), "steps[x1]");
  EXPECT_THAT(letters[0].raw(), HasSubstr("done"));
  PushStep(code, "x2");
  Run();
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_TRUE(adapter_.sent.back().unanswered());
}

TEST_F(LinkAnswersTest, AHeldAppendOfAFormerProcessIsADeadLetterToo) {
  adapter_.can().add_append_only("steps");
  options_.hold_unanswered_appends = true;
  const std::string code = PushNew();
  PushStep(code, "x1");
  Begin();
  Answer(pb::OUTCOME_APPLIED);
  ASSERT_TRUE(adapter_.sent.back().appends());
  Begin();
  const auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].code(), code);
  EXPECT_EQ(letters[0].field(), "steps[x1]");
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
}

TEST_F(LinkAnswersTest, ACallThatTheAdapterLosesIsMadeAgain) {
  const std::string code = PushNew();
  Begin();
  ASSERT_EQ(adapter_.sent.size(), 1U);
  clock_.Advance(absl::Hours(1));  // it was set forward: the call may be over in a moment
  Run();
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IN_FLIGHT);
  PassSeconds(absl::ToInt64Seconds(options_.call_timeout));
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IN_FLIGHT);
  for (int i = 0; i < 15 && Lane(code).phase() == LaneState::PHASE_IN_FLIGHT; ++i) PassSeconds(1);
  ASSERT_EQ(Lane(code).phase(), LaneState::PHASE_UNKNOWN);
  ASSERT_EQ(adapter_.sent.size(), 1U);
  adapter_.Answer(pb::OUTCOME_REJECTED);  // nobody waits for that any more
  Run();
  EXPECT_THAT(DeadLetters(), IsEmpty());
  RunLater();
  ASSERT_EQ(adapter_.sent.size(), 2U);
  EXPECT_TRUE(adapter_.sent[1].unanswered());
  EXPECT_EQ(adapter_.sent[1].delivery_id(), adapter_.sent[0].delivery_id());
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
}

TEST_F(LinkAnswersTest, APullThatTheAdapterLosesIsMadeAgain) {
  adapter_.is_silent = true;
  Begin();
  const int pulls = adapter_.pulls;
  adapter_.is_silent = false;
  PassSeconds(absl::ToInt64Seconds(options_.call_timeout) + 11);
  EXPECT_GT(adapter_.pulls, pulls);
}

// The store is so slow that a commit counts as failed before it is made.
TEST_F(LinkAnswersTest, ATurnThatIsCommittedLateIsNotForgotten) {
  const std::string code = PushNew();
  Begin();
  Answer(pb::OUTCOME_RETRY_AFTER);
  clock_.Advance(absl::Minutes(10));
  engine_.commit_timeout = absl::Milliseconds(1);
  store_.Delay();
  ASSERT_FALSE(link_->Tick().ok());
  engine_.commit_timeout = absl::Seconds(30);
  RunLater();
  ASSERT_TRUE(adapter_.is_called());
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Lane(code).confirmed_revision(), Stored(code).revision());
}

TEST_F(LinkAnswersTest, WhatTheAdapterKeepsIsNotShownInADeadLetter) {
  const std::string code = PushNew();
  Begin();
  pb::ItemOutcome part;
  part.set_outcome(pb::OUTCOME_CONTINUE);
  part.set_adapter_state("a session");
  Answer(part);
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_THAT(DeadLetters()[0].raw(), HasSubstr(code));
  EXPECT_THAT(DeadLetters()[0].raw(), Not(HasSubstr("adapter_state")));
}

TEST_F(LinkAnswersTest, BeingPutOffIsNoSignOfLife) {
  options_.backoff_min = options_.backoff_max = absl::Milliseconds(100);
  PushNew();
  Begin();
  Answer(pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(link_->Describe().last_error(), "no answer");
  clock_.Advance(absl::Milliseconds(200));  // the next pull is not due
  Run();
  Answer(pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(link_->Describe().last_error(), "no answer");
  clock_.Advance(absl::Milliseconds(200));
  Run();
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(link_->Describe().last_error(), "");
}

}  // namespace
}  // namespace lienthong::sync
