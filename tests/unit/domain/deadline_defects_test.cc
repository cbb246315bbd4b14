#include "gateway/domain/deadline_defects.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/derived.h"
#include "tests/unit/domain/calendars_fixture.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Whatever was filed is to be received by eleven on Monday, 2 March 2026.
class ByEleven : public Timetable {
 public:
  std::shared_ptr<const Calendar> CalendarFor(const Dossier&) const override { return nullptr; }
  std::optional<TimeRule> RuleFor(const Dossier&) const override { return std::nullopt; }
  std::map<std::string, TimeRule> StepRulesFor(const Dossier&) const override { return {}; }
  std::optional<absl::Time> ReceptionDue(const Dossier&) const override {
    return At("2026-03-02 11:00");
  }
};

class DeadlineDefectsTest : public ::testing::Test {
 protected:
  DeadlineDefectsTest() {
    dossier_.set_status(dossier::v1::STATUS_SUBMITTED);
    Track("2026-03-02 09:00");
  }
  std::vector<std::string> Track(const std::string& now) {
    TrackDeadlineDefects(before_, ByEleven(), At(now), dossier_);
    before_ = dossier_;
    std::vector<std::string> kinds;
    for (const Defect& defect : dossier_.defects()) kinds.push_back(defect.id());
    return kinds;
  }
  void Receive(const std::string& time) {
    dossier_.set_status(dossier::v1::STATUS_ACCEPTED);
    *dossier_.mutable_reception()->mutable_received_time() = ToProto(At(time));
  }
  void Promise(const std::string& time) {
    *dossier_.mutable_deadline()->mutable_promised_due() = ToProto(At(time));
  }
  void Allow(const std::string& time) {
    *dossier_.mutable_deadline()->mutable_statutory_due() = ToProto(At(time));
  }

  Dossier before_;
  Dossier dossier_;
};

TEST_F(DeadlineDefectsTest, ALateReceptionStaysNoted) {
  Receive("2026-03-02 11:01");
  EXPECT_THAT(Track("2026-03-02 13:00"), ElementsAre("late-reception"));
  dossier_.set_status(dossier::v1::STATUS_PROCESSING);
  EXPECT_THAT(Track("2026-03-05 13:00"), ElementsAre("late-reception"));
  dossier_.set_status(dossier::v1::STATUS_RETURNED);
  EXPECT_THAT(Track("2026-03-05 13:00"), ElementsAre("late-reception"));
  EXPECT_THAT(Track("2026-03-06 13:00"), ElementsAre("late-reception"));
}

TEST_F(DeadlineDefectsTest, AReceptionInTimeThatIsToldLateIsNone) {
  Receive("2026-03-02 11:00");
  EXPECT_THAT(Track("2026-03-04 13:00"), IsEmpty());
}

TEST_F(DeadlineDefectsTest, ARefusalIsAnAnswerToo) {
  dossier_.set_status(dossier::v1::STATUS_REFUSED);
  EXPECT_THAT(Track("2026-03-02 12:00"), ElementsAre("late-reception"));
  dossier_ = before_ = Dossier();
  dossier_.set_status(dossier::v1::STATUS_REFUSED);
  *dossier_.mutable_reception()->mutable_refused_time() = ToProto(At("2026-03-02 10:00"));
  EXPECT_THAT(Track("2026-03-02 12:00"), IsEmpty());
}

TEST_F(DeadlineDefectsTest, APromiseIsNotLaterThanTheLawAllowsUnlessALetterPutsItOff) {
  Receive("2026-03-02 10:00");
  Allow("2026-03-05 17:00");
  Promise("2026-03-05 18:00");
  EXPECT_THAT(Track("2026-03-02 12:00"), IsEmpty()) << "the same day";
  Promise("2026-03-06 08:00");
  EXPECT_THAT(Track("2026-03-02 12:00"), ElementsAre("promised-too-late"));
  dossier_.mutable_deadline()->clear_statutory_due();
  *dossier_.add_pauses()->mutable_start_time() = ToProto(At("2026-03-03 08:00"));
  EXPECT_THAT(Track("2026-03-03 12:00"), ElementsAre("promised-too-late")) << "while it waits";
  Allow("2026-03-05 17:00");
  *dossier_.add_apologies()->mutable_new_due() = ToProto(At("2026-03-06 08:00"));
  EXPECT_THAT(Track("2026-03-03 12:00"), IsEmpty());
}

TEST_F(DeadlineDefectsTest, APromiseLiesBehindTheReception) {
  Receive("2026-03-02 10:00");
  Promise("2026-03-02 09:59");
  EXPECT_THAT(Track("2026-03-02 12:00"), ElementsAre("promised-before-reception"));
  Promise("2026-03-02 10:00");
  EXPECT_THAT(Track("2026-03-02 12:00"), IsEmpty());
}

TEST_F(DeadlineDefectsTest, AProposalWaitsForADecisionUntilTheEnd) {
  Receive("2026-03-02 10:00");
  *dossier_.mutable_deadline()->mutable_proposed_due() = ToProto(At("2026-03-06 17:00"));
  EXPECT_THAT(Track("2026-03-02 12:00"), ElementsAre("promise-to-decide"));
  dossier_.set_status(dossier::v1::STATUS_FINISHED);
  EXPECT_THAT(Track("2026-03-02 12:00"), IsEmpty());
}

}  // namespace
}  // namespace lienthong::domain
