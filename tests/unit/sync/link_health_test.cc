// When a link calls its counterpart, in which order, and how well it says it is.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LinkHealthTest : public EngineTest {
 protected:
  void Edit(const std::string& code, const std::string& subject) {
    Push(DossierWith({{"code", code}, {"subject", subject}}));
  }
  // A dossier that the counterpart has.
  std::string Delivered() {
    const std::string code = PushNew();
    Run();
    Answer(pb::OUTCOME_APPLIED);
    return code;
  }
  // Every call of the next tries comes to nothing; which dossiers they were about.
  void FailAll(int calls) {
    for (int i = 0; i < calls; ++i) {
      ASSERT_TRUE(adapter_.is_called()) << i;
      adapter_.Fail(absl::UnavailableError("down"));
      Run();
    }
  }
  v1::Link::State State() const { return link_->Describe().state(); }
};

TEST_F(LinkHealthTest, TheOldestChangeGoesFirstWhicheverDossierCameFirst) {
  adapter_.can().set_parallel_calls_max(1);
  Begin();
  const std::string first = Delivered(), second = Delivered(), third = Delivered();
  Edit(third, "B");
  Run();
  ASSERT_TRUE(adapter_.is_called());
  Edit(second, "B");
  Run();
  Edit(first, "B");
  Run();
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(adapter_.sent.back().dossier().code(), second);
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(adapter_.sent.back().dossier().code(), first);
}

TEST_F(LinkHealthTest, AnItemWhoseCallFailedGoesAlone) {
  adapter_.can().set_batch_items_max(8);
  adapter_.can().set_parallel_calls_max(1);
  PushNew();
  PushNew();
  PushNew();
  Begin();
  ASSERT_THAT(adapter_.items_in_calls, ElementsAre(3));
  adapter_.Fail(absl::UnavailableError("down"));
  Run();
  RunLater();
  Answer(pb::OUTCOME_APPLIED);
  Answer(pb::OUTCOME_APPLIED);
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(adapter_.items_in_calls, ElementsAre(3, 1, 1, 1));
}

TEST_F(LinkHealthTest, ACounterpartThatReadsButDoesNotWriteIsLeftAlone) {
  adapter_.can().set_parallel_calls_max(1);
  for (int i = 0; i < 5; ++i) PushNew();
  Begin();
  FailAll(3);
  const int pulls = adapter_.pulls;
  EXPECT_FALSE(adapter_.is_called());
  EXPECT_EQ(State(), v1::Link::STATE_DEGRADED);
  clock_.Advance(absl::Milliseconds(600));
  adapter_.sent.clear();
  Run();
  EXPECT_GT(adapter_.pulls, pulls) << "its feed goes on";
  EXPECT_EQ(State(), v1::Link::STATE_DEGRADED) << "and says nothing of what it takes";
  clock_.Advance(absl::Seconds(5));
  Run();
  ASSERT_EQ(adapter_.sent.size(), 1U) << "one probe";
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_TRUE(adapter_.is_called()) << "and then all others";
}

TEST_F(LinkHealthTest, AFeedThatAnswersAgainBringsTheProbeForward) {
  adapter_.can().set_parallel_calls_max(1);
  for (int i = 0; i < 4; ++i) PushNew();
  Begin();
  FailAll(3);
  for (int i = 0; i < 12; ++i) {  // probes fail too: the waits grow to minutes
    clock_.Advance(absl::Minutes(5));
    Run();
    if (adapter_.is_called()) adapter_.Fail(absl::UnavailableError("down"));
    Run();
  }
  ASSERT_FALSE(adapter_.is_called());
  adapter_.is_down = true;
  clock_.Advance(absl::Seconds(1));
  Run();
  ASSERT_FALSE(adapter_.is_called());
  adapter_.is_down = false;
  clock_.Advance(absl::Seconds(1));
  Run();
  EXPECT_TRUE(adapter_.is_called());
}

TEST_F(LinkHealthTest, OneDossierThatFailsForEverStopsNoOther) {
  adapter_.can().set_parallel_calls_max(1);
  const std::string bad = PushNew();
  Begin();
  for (int i = 0; i < 6; ++i) {
    FailAll(1);
    EXPECT_NE(State(), v1::Link::STATE_DEGRADED);
    RunLater();
  }
  adapter_.Fail(absl::UnavailableError("down"));
  const std::string good = PushNew();
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().code(), good);
}

TEST_F(LinkHealthTest, ThePatienceThatACounterpartAsksForIsNoFailure) {
  adapter_.can().set_parallel_calls_max(1);
  PushNew();
  PushNew();
  Begin();
  adapter_.Fail(Busy("slow down", absl::Seconds(30)));
  Run();
  EXPECT_FALSE(adapter_.is_called()) << "neither for this dossier nor for the other";
  EXPECT_EQ(link_->Describe().errors().at("throttled"), 1);
  const int pulls = adapter_.pulls;
  clock_.Advance(absl::Seconds(29));
  Run();
  EXPECT_FALSE(adapter_.is_called());
  EXPECT_EQ(adapter_.pulls, pulls);
  clock_.Advance(absl::Seconds(2));
  Run();
  EXPECT_TRUE(adapter_.is_called());
  EXPECT_NE(State(), v1::Link::STATE_DEGRADED);
}

TEST_F(LinkHealthTest, NoSecondSeesMoreCallsThanAreAllowed) {
  options_.calls_per_second_max = 3;
  options_.poll_interval = absl::Hours(1);
  for (int i = 0; i < 6; ++i) PushNew();
  Begin();
  EXPECT_EQ(adapter_.sent.size() + static_cast<size_t>(adapter_.pulls), 3U);
  clock_.Advance(absl::Milliseconds(999));
  Run();
  EXPECT_EQ(adapter_.sent.size() + static_cast<size_t>(adapter_.pulls), 3U);
  clock_.Advance(absl::Milliseconds(1));
  Run();
  EXPECT_GT(adapter_.sent.size(), 3U);
}

TEST_F(LinkHealthTest, AClockSetBackMakesNoWaitLonger) {
  PushNew();
  Begin();
  adapter_.Fail(absl::UnavailableError("down"));
  Run();
  adapter_.sent.clear();
  clock_.Advance(-absl::Hours(5));
  Run();
  clock_.Advance(absl::Minutes(5));
  Run();
  EXPECT_EQ(adapter_.sent.size(), 1U);
}

TEST_F(LinkHealthTest, ALateRefusalIsADeadLetterAndIsSentAgainWithTheNextChange) {
  adapter_.can().set_reports_echoes(true);
  Begin();
  const std::string code = Delivered();
  const std::string delivery = adapter_.sent.back().delivery_id();
  auto& late = *adapter_.report.add_outcomes();
  late.set_delivery_id(delivery);
  late.set_outcome(pb::OUTCOME_REJECTED);
  late.set_field("trich_yeu");
  late.set_reason("the software cannot use the row");
  RunLater();
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].code(), code);
  EXPECT_EQ(DeadLetters()[0].field(), "trich_yeu");
  EXPECT_EQ(State(), v1::Link::STATE_LATE);
  Push(DossierWith({{"code", code}, {"note", "unrelated"}}));
  Run();
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "A") << "what was refused goes again";
}

TEST_F(LinkHealthTest, ALateRefusalTellsWhatBecameOfAnUnansweredDelivery) {
  adapter_.can().set_reports_echoes(true);
  options_.backoff_min = absl::Minutes(5);
  Begin();
  const std::string code = PushNew();
  Run();
  adapter_.Fail(absl::UnavailableError("down"));
  Run();
  auto& late = *adapter_.report.add_outcomes();
  late.set_delivery_id(adapter_.sent.back().delivery_id());
  late.set_outcome(pb::OUTCOME_REJECTED);
  late.set_reason("the software cannot use the row");
  clock_.Advance(absl::Milliseconds(600));
  Run();
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].code(), code);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
}

TEST_F(LinkHealthTest, ALateRefusalOfWhatWasReportedBackSinceIsNoNews) {
  adapter_.can().set_reports_echoes(true);
  Begin();
  const std::string code = Delivered();
  auto& echo = *adapter_.report.add_items();
  echo.set_key("hub-1");
  echo.set_version(1);
  echo.mutable_dossier()->set_code(code);
  echo.mutable_dossier()->set_subject("A");
  auto& late = *adapter_.report.add_outcomes();
  late.set_delivery_id(adapter_.sent.back().delivery_id());
  late.set_outcome(pb::OUTCOME_REJECTED);
  RunLater();
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

TEST_F(LinkHealthTest, ARestoredStoreUsesNoNameOfADeliveryAgain) {
  Begin();
  const std::string code = Delivered();
  const std::string before = adapter_.sent.back().delivery_id();
  store_.SetEpoch(2);
  Begin();
  Edit(code, "B");
  Run();
  EXPECT_THAT(adapter_.sent.back().delivery_id(), HasSubstr("portal-e2-"));
  auto& late = *adapter_.report.add_outcomes();
  late.set_delivery_id(adapter_.sent.back().delivery_id());
  late.set_outcome(pb::OUTCOME_REJECTED);
  adapter_.can().set_reports_echoes(true);
  Answer(pb::OUTCOME_APPLIED);
  RunLater();
  EXPECT_EQ(DeadLetters().size(), 1U) << "its dossier is found all the same";
  EXPECT_NE(before, adapter_.sent.back().delivery_id());
}

TEST_F(LinkHealthTest, WhatTheLinkHasNotReadYetIsAsOldAsItIs) {
  options_.objective = absl::Seconds(10);
  Begin();
  PushNew();
  clock_.Advance(absl::Seconds(12));
  EXPECT_EQ(link_->Describe().oldest_pending_seconds(), 12);
  EXPECT_EQ(State(), v1::Link::STATE_LATE);
}

TEST_F(LinkHealthTest, ALinkIsLateFromItsObjectiveOnAndNotASecondLater) {
  options_.objective = absl::Seconds(10);
  Begin();
  PushNew();
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(State(), v1::Link::STATE_OK);
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(State(), v1::Link::STATE_LATE);
}

TEST_F(LinkHealthTest, AStoreThatFailsIsSaid) {
  Begin();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
  PushNew();
  store_.Refuse(true);
  EXPECT_FALSE(link_->Tick().ok());
  EXPECT_EQ(State(), v1::Link::STATE_DEGRADED);
  EXPECT_THAT(link_->Describe().last_error(), HasSubstr("the disk is full"));
  store_.Refuse(false);
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
}

TEST_F(LinkHealthTest, AnIdleCounterpartThatIsSilentIsNotWell) {
  Begin();
  adapter_.is_silent = true;
  clock_.Advance(absl::Seconds(30));
  Run();
  EXPECT_EQ(State(), v1::Link::STATE_OK);
  clock_.Advance(absl::Seconds(31));
  EXPECT_EQ(State(), v1::Link::STATE_DEGRADED);
}

TEST_F(LinkHealthTest, DelaysAndCallsAreCounted) {
  Begin();
  PushNew();
  Run();
  clock_.Advance(absl::Seconds(2));
  Answer(pb::OUTCOME_APPLIED);
  const v1::Link link = link_->Describe();
  int64_t delays = 0;
  for (const int64_t count : link.delay().counts()) delays += count;
  EXPECT_EQ(delays, 1);
  EXPECT_EQ(link.delay().counts(7), 1) << "up to 2.5 s";
  EXPECT_EQ(link.delay().bounds_seconds(7), 2.5);
  EXPECT_EQ(link.call().counts(7), 1);
}

}  // namespace
}  // namespace lienthong::sync
