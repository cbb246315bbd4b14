#include "gateway/domain/deadlines.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/derived.h"
#include "tests/unit/domain/calendars_fixture.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using catalogue::v1::TimeLimit;
using dossier::v1::Dossier;

// Without the weekday.
std::string Told(const google::protobuf::Timestamp& time) {
  return Shown(FromProto(time)).substr(sizeof("Mon"));
}

// One rule for every procedure.
class OneRule : public Timetable {
 public:
  OneRule() {
    rule_.calendar = std::make_shared<const Calendar>(CalendarOfTests("vn"));
    Allow(3);
  }
  void Allow(int working_days) {
    rule_.limit.set_amount(working_days);
    rule_.limit.set_unit(TimeLimit::UNIT_WORKING_DAYS);
    rule_.basis = absl::StrCat(working_days, " working days");
  }
  void AllowNothing() { is_silent_ = true; }
  void AllowStep(const std::string& name, int working_hours) {
    TimeRule rule = rule_;
    rule.limit.set_amount(working_hours);
    rule.limit.set_unit(TimeLimit::UNIT_WORKING_HOURS);
    rule.basis = absl::StrCat(working_hours, " working hours, ", name);
    steps_[name] = rule;
  }
  std::shared_ptr<const Calendar> CalendarFor(const Dossier&) const override {
    return rule_.calendar;
  }
  std::map<std::string, TimeRule> StepRulesFor(const Dossier&) const override { return steps_; }
  std::optional<TimeRule> RuleFor(const Dossier&) const override {
    return is_silent_ ? std::nullopt : std::optional(rule_);
  }
  std::optional<absl::Time> ReceptionDue(const Dossier&) const override { return std::nullopt; }

 private:
  TimeRule rule_;
  std::map<std::string, TimeRule> steps_;
  bool is_silent_ = false;
};

// Received on Monday, 2 March 2026, at nine; three working days are over on Thursday.
class DeadlinesTest : public ::testing::Test {
 protected:
  DeadlinesTest() {
    dossier_ = DossierAt(Stage::kLed);
    *dossier_.mutable_reception()->mutable_received_time() = ToProto(At("2026-03-02 09:00"));
    Track(At("2026-03-02 09:00"));
  }

  // After a change of dossier_.
  void Track(absl::Time now) {
    TrackStanding(before_, now, dossier_);
    TrackStatutoryDue(before_, rule_, now, dossier_);
    before_ = dossier_;
  }
  void Turn(dossier::v1::Status status, const std::string& now) {
    dossier_.set_status(status);
    Track(At(now));
  }
  void Step(const std::string& id, dossier::v1::Status status, const std::string& time) {
    auto& step = *dossier_.add_steps();
    step.set_id(id);
    step.set_status(status);
    *step.mutable_time() = ToProto(At(time));
  }
  void Promise(const std::string& time) {
    *dossier_.mutable_deadline()->mutable_promised_due() = ToProto(At(time));
  }
  std::string Due() const {
    return dossier_.deadline().has_statutory_due() ? Told(dossier_.deadline().statutory_due()) : "";
  }
  std::vector<std::string> Standings() const {
    std::vector<std::string> all;
    for (const auto& one : dossier_.deadline().standing()) {
      all.push_back(absl::StrCat(Told(one.start_time()), " to ",
                                 one.has_end_time() ? Told(one.end_time()) : "now"));
    }
    return all;
  }

  OneRule rule_;
  Dossier before_;
  Dossier dossier_;
};

TEST_F(DeadlinesTest, TheDueDateComesWithTheReceptionAndSaysWhatItIsFrom) {
  EXPECT_EQ(Due(), "2026-03-05 17:00");
  EXPECT_EQ(dossier_.deadline().statutory_basis(), "3 working days");
  EXPECT_FALSE(dossier_.deadline().has_statutory_provisional());
}

TEST_F(DeadlinesTest, WithoutAReceptionOrARuleThereIsNone) {
  dossier_.mutable_reception()->clear_received_time();
  Track(At("2026-03-02 10:00"));
  EXPECT_EQ(Due(), "");
  *dossier_.mutable_reception()->mutable_received_time() = ToProto(At("2026-03-02 09:00"));
  rule_.AllowNothing();
  Track(At("2026-03-02 10:00"));
  EXPECT_EQ(Due(), "");
  EXPECT_FALSE(dossier_.deadline().has_statutory_basis());
}

TEST_F(DeadlinesTest, WhileTheStatusStopsTheClockThereIsNoneAndThenItIsLater) {
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  EXPECT_EQ(Due(), "");
  EXPECT_THAT(Standings(), ElementsAre("2026-03-03 09:00 to now"));
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-04 09:00");
  EXPECT_THAT(Standings(), ElementsAre("2026-03-03 09:00 to 2026-03-04 09:00"));
  EXPECT_EQ(Due(), "2026-03-06 17:00") << "a working day later";
  EXPECT_THAT(dossier_.deadline().superseded(), IsEmpty()) << "it was the dossier that changed";
}

TEST_F(DeadlinesTest, FromOneWaitIntoTheNextItStandsOn) {
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  Turn(dossier::v1::STATUS_PAYMENT_REQUESTED, "2026-03-03 10:00");
  EXPECT_THAT(Standings(), ElementsAre("2026-03-03 09:00 to now"));
}

TEST_F(DeadlinesTest, TheStepThatTellsOfTheStatusTellsItsTime) {
  Step("old", dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-02 10:00");
  Track(At("2026-03-02 16:00"));
  Step("asked", dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 15:00");
  EXPECT_THAT(Standings(), ElementsAre("2026-03-03 09:00 to now")) << "it came late, by a sync";
  Step("ahead", dossier::v1::STATUS_PROCESSING, "2026-03-09 09:00");
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-04 09:00");
  EXPECT_THAT(Standings(), ElementsAre("2026-03-03 09:00 to 2026-03-04 09:00"));
}

TEST_F(DeadlinesTest, WhoReportsThePauseKnowsItBetter) {
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:30");
  auto& pause = *dossier_.add_pauses();
  pause.set_id("p1");
  *pause.mutable_start_time() = ToProto(At("2026-03-03 09:00"));
  *pause.mutable_end_time() = ToProto(At("2026-03-03 11:00"));
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-04 09:00");
  ASSERT_EQ(WaitsOf(dossier_).size(), 1u);
  EXPECT_EQ(Due(), "2026-03-06 09:00") << "two working hours later, and not a day";
}

TEST_F(DeadlinesTest, AnotherCalendarOrProcedureLeavesTheDateOfBefore) {
  rule_.Allow(5);
  Track(At("2026-03-03 09:00"));
  EXPECT_EQ(Due(), "2026-03-09 17:00");
  ASSERT_EQ(dossier_.deadline().superseded_size(), 1);
  EXPECT_EQ(Told(dossier_.deadline().superseded(0).due()), "2026-03-05 17:00");
  EXPECT_EQ(Told(dossier_.deadline().superseded(0).superseded_time()), "2026-03-03 09:00");
  EXPECT_EQ(dossier_.deadline().superseded(0).reason(), "was 3 working days, is 5 working days");
  Track(At("2026-03-03 10:00"));
  EXPECT_EQ(dossier_.deadline().superseded_size(), 1) << "once";
}

TEST_F(DeadlinesTest, ThePromiseIsNeverMovedOnlyProposed) {
  Promise("2026-03-05 17:00");
  Track(At("2026-03-02 10:00"));
  rule_.Allow(5);
  Track(At("2026-03-03 09:00"));
  EXPECT_EQ(Told(dossier_.deadline().promised_due()), "2026-03-05 17:00");
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-09 17:00");
  Promise("2026-03-06 17:00");
  Track(At("2026-03-03 10:00"));
  EXPECT_FALSE(dossier_.deadline().has_proposed_due()) << "its owner has decided";
}

TEST_F(DeadlinesTest, APromiseOfItsOwnIsLeftAloneWhileTheLawAllowsIt) {
  Promise("2026-03-04 17:00");
  Track(At("2026-03-02 10:00"));
  rule_.Allow(5);
  Track(At("2026-03-03 09:00"));
  EXPECT_FALSE(dossier_.deadline().has_proposed_due());
  rule_.Allow(1);
  Track(At("2026-03-03 10:00"));
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-03 17:00");
}

TEST_F(DeadlinesTest, WhatHasEndedKeepsTheDatesThatItEndedWith) {
  Turn(dossier::v1::STATUS_FINISHED, "2026-03-04 09:00");
  rule_.Allow(1);
  Turn(dossier::v1::STATUS_RETURNED, "2026-03-05 09:00");
  EXPECT_EQ(Due(), "2026-03-05 17:00");
  EXPECT_THAT(dossier_.deadline().superseded(), IsEmpty());
}

TEST_F(DeadlinesTest, AnotherReceptionIsAnotherDueDateAndNoSupersededOne) {
  *dossier_.mutable_reception()->mutable_received_time() = ToProto(At("2026-03-03 09:00"));
  Track(At("2026-03-03 09:00"));
  EXPECT_EQ(Due(), "2026-03-06 17:00");
  EXPECT_THAT(dossier_.deadline().superseded(), IsEmpty());
}

TEST_F(DeadlinesTest, AWaitProposesThePromiseLaterByItsWorkingTime) {
  Promise("2026-03-05 17:00");
  Track(At("2026-03-02 10:00"));
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  EXPECT_FALSE(dossier_.deadline().has_proposed_due()) << "nobody knows when it ends";
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-04 10:00");
  EXPECT_EQ(Told(dossier_.deadline().promised_due()), "2026-03-05 17:00");
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), Due());
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-05 09:00");
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-05 10:00");
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), Due()) << "and by the next";
  rule_.Allow(5);
  Track(At("2026-03-05 11:00"));
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), Due()) << "and by the law's own change";
  Promise(Told(dossier_.deadline().proposed_due()));
  Track(At("2026-03-05 12:00"));
  EXPECT_FALSE(dossier_.deadline().has_proposed_due()) << "its owner has decided";
}

TEST_F(DeadlinesTest, APromiseEarlierThanTheLawMovesByAsMuch) {
  Promise("2026-03-03 17:00");
  rule_.AllowNothing();  // no more is known than when it was promised for
  Track(At("2026-03-02 10:00"));
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-03 11:00");
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-04 09:00");
}

TEST_F(DeadlinesTest, WhatWasPromisedDuringAWaitIsNotPutBeyondTheLaw) {
  Promise("2026-03-05 17:00");
  Track(At("2026-03-02 10:00"));
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 09:00");
  Promise("2026-03-06 17:00");  // it reckons with a day
  Track(At("2026-03-03 10:00"));
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-04 11:00");  // and it was a day and two hours
  EXPECT_EQ(Due(), "2026-03-09 09:00");
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-09 09:00");
  EXPECT_EQ(*DueToKeep(dossier_.deadline()), At("2026-03-09 09:00"));
}

TEST_F(DeadlinesTest, AWaitThatIsCorrectedMovesTheProposalBack) {
  Promise("2026-03-05 17:00");
  Track(At("2026-03-02 10:00"));
  auto& pause = *dossier_.add_pauses();
  pause.set_id("p1");
  *pause.mutable_start_time() = ToProto(At("2026-03-03 09:00"));
  *pause.mutable_end_time() = ToProto(At("2026-03-04 09:00"));
  Track(At("2026-03-04 09:00"));
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-06 17:00");
  *pause.mutable_end_time() = ToProto(At("2026-03-03 11:00"));
  Track(At("2026-03-04 10:00"));
  EXPECT_EQ(Told(dossier_.deadline().proposed_due()), "2026-03-06 09:00");
  *pause.mutable_end_time() = ToProto(At("2026-03-03 09:00"));
  Track(At("2026-03-04 11:00"));
  EXPECT_FALSE(dossier_.deadline().has_proposed_due());
}

TEST_F(DeadlinesTest, AWaitBehindTheEndOrWithoutWorkingTimeMovesNothing) {
  Promise("2026-03-05 17:00");
  Track(At("2026-03-02 10:00"));
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-03 18:00");
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-03 20:00");
  EXPECT_FALSE(dossier_.deadline().has_proposed_due()) << "offices were closed";
  Turn(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, "2026-03-06 09:00");
  Turn(dossier::v1::STATUS_PROCESSING, "2026-03-09 09:00");
  EXPECT_FALSE(dossier_.deadline().has_proposed_due()) << "it was late before";
  EXPECT_EQ(*DueToKeep(dossier_.deadline()), At("2026-03-05 17:00"));
}

TEST_F(DeadlinesTest, StepsOfTheProcessAreDueByTheirOwnLimits) {
  rule_.AllowStep("Thẩm định", 4);
  auto& step = *dossier_.add_steps();
  step.set_id("s1");
  step.set_content(" Thẩm định ");
  *step.mutable_time() = ToProto(At("2026-03-02 15:00"));
  Step("s2", dossier::v1::STATUS_PROCESSING, "2026-03-02 09:00");  // of which nothing is said
  Track(At("2026-03-02 15:00"));
  ASSERT_EQ(dossier_.deadline().step_dues_size(), 1);
  const auto& due = dossier_.deadline().step_dues(0);
  EXPECT_EQ(due.id(), "s1");
  EXPECT_EQ(Told(due.due()), "2026-03-03 09:00");
  EXPECT_EQ(due.basis(), "4 working hours, Thẩm định");
  EXPECT_EQ(*StepDueOf(dossier_), At("2026-03-03 09:00"));
  auto& newest = *dossier_.mutable_steps(1);
  *newest.mutable_time() = ToProto(At("2026-03-03 08:00"));
  *newest.mutable_due_time() = ToProto(At("2026-03-04 08:00"));
  EXPECT_EQ(*StepDueOf(dossier_), At("2026-03-04 08:00")) << "as it says itself";
}

}  // namespace
}  // namespace lienthong::domain
