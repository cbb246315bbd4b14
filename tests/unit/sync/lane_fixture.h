#ifndef LIENTHONG_TESTS_UNIT_SYNC_LANE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_SYNC_LANE_FIXTURE_H_

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/domain/derived.h"
#include "gateway/sync/lane.h"

namespace lienthong::sync {

using adapter::v1::InboundItem;
using adapter::v1::ItemOutcome;
using adapter::v1::Representation;
using dossier::v1::Dossier;

inline const absl::Time kNow = absl::FromUnixSeconds(1772500000);

// One lane of a counterpart that holds `subject`, `note`, `status` and steps.
class LaneTest : public ::testing::Test {
 protected:
  LaneTest() {
    link_.now = link_.wall = kNow;
    link_.read_back = true;
    link_.reports_echoes = true;
    dossier_.set_code("H29.X01-260303-0001");
    dossier_.set_receipt_number("H29.X01-260303-0001");
    dossier_.set_revision(1);
    dossier_.set_subject("A");
  }

  Effects Do(const Event& event) {
    Effects effects = Step(lane_, link_, "city-7", event);
    lane_ = effects.lane;
    return effects;
  }
  Effects Turned() {
    shown_.Clear();
    shown_.mutable_dossier()->set_subject(dossier_.subject());
    if (dossier_.has_note()) shown_.mutable_dossier()->set_note(dossier_.note());
    *shown_.mutable_dossier()->mutable_steps() = dossier_.steps();
    *shown_.mutable_losses() = {losses_.begin(), losses_.end()};
    return Do(Turn{.target = &dossier_, .shown = &shown_, .later = later_});
  }
  Effects Seen(int64_t revision) {
    dossier_.set_revision(revision);
    return Do(ChangeSeen{.revision = revision, .committed = kNow});
  }
  ItemOutcome OutcomeOf(adapter::v1::Outcome outcome) const {
    ItemOutcome answer;
    answer.set_delivery_id(lane_.intent().delivery_id());
    answer.set_outcome(outcome);
    return answer;
  }
  Effects Answer(adapter::v1::Outcome outcome, int64_t version = 0) {
    ItemOutcome answer = OutcomeOf(outcome);
    answer.set_version(version);
    return Do(Answered{.outcome = answer});
  }
  static InboundItem Record(int64_t version, const std::string& subject) {
    InboundItem item;
    item.set_key("TP-1");
    item.set_version(version);
    item.mutable_dossier()->set_subject(subject);
    return item;
  }
  Effects Report(int64_t version, const std::string& subject) {
    const InboundItem item = Record(version, subject);
    return Do(Reported{&item});
  }
  Effects LookedUp(int64_t version, const std::string& subject) {
    const InboundItem item = Record(version, subject);
    return Do(ReadBack{&item});
  }
  // The counterpart holds revision 1 and has reported it back, as its version 1.
  void Begin() {
    Seen(1);
    Turned();
    Answer(adapter::v1::OUTCOME_APPLIED, 1);
    Report(1, "A");
    ASSERT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  }
  // Revision 2 with another subject is on its way.
  void SendSubject(const std::string& subject) {
    dossier_.set_subject(subject);
    Seen(dossier_.revision() + 1);
    ASSERT_TRUE(Turned().deliver.has_value());
  }
  absl::Duration Wait() const { return domain::FromProto(lane_.next_attempt_time()) - kNow; }

  LinkState link_;
  LaneState lane_;
  Dossier dossier_;
  Representation shown_;
  std::set<std::string> later_;
  std::vector<adapter::v1::Loss> losses_;
};

// A counterpart that appends steps, two at a time, and takes whole records.
class AppendingLaneTest : public LaneTest {
 protected:
  AppendingLaneTest() {
    link_.reports_echoes = false;
    link_.patch = false;
    link_.append_only = {"steps"};
    link_.append_items_max = 2;
  }

  void AddStep(const std::string& id, const std::string& content) {
    dossier::v1::Step& step = *dossier_.add_steps();
    step.set_id(id);
    step.set_content(content);
  }
  static std::vector<std::string> StepsOf(const adapter::v1::OutboundItem& item) {
    std::vector<std::string> ids;
    for (const auto& step : item.dossier().steps()) ids.push_back(step.id());
    return ids;
  }
  // Turns and answers until nothing is sent any more; the steps of each delivery that had some.
  std::vector<std::vector<std::string>> SendAll() {
    std::vector<std::vector<std::string>> sent;
    for (Effects effects = Turned(); effects.deliver.has_value(); effects = Turned()) {
      if (effects.deliver->appends()) sent.push_back(StepsOf(*effects.deliver));
      Answer(adapter::v1::OUTCOME_APPLIED);
    }
    return sent;
  }
  // It holds revision 1 and has reported it back, as its version 1.
  void BeginThere() {
    Seen(1);
    SendAll();
    Report(1, "A");
    ASSERT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  }
  // The record is there, and the step b1 is on its way.
  void SendStep() {
    AddStep("b1", "first");
    Seen(1);
    Turned();
    Answer(adapter::v1::OUTCOME_APPLIED);
    ASSERT_TRUE(Turned().deliver->appends());
  }
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_TESTS_UNIT_SYNC_LANE_FIXTURE_H_
