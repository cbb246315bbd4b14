// What becomes of a lane when an operator closes a dead letter.
#include "gateway/sync/lane_letters.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/letters.h"
#include "gateway/sync/shadow.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"
#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using ::testing::Contains;
using ::testing::IsEmpty;

// A counterpart that answers before it works on what it was sent, and reports it back later.
class LaneLettersTest : public EngineTest {
 protected:
  LaneLettersTest() {
    adapter_.can().set_reports_echoes(true);
    Begin();
  }

  // A dossier that it has.
  std::string Known() {
    std::string code = PushNew();
    Run();
    pb::ItemOutcome applied;
    applied.set_outcome(pb::OUTCOME_APPLIED);
    applied.set_key("DVC.9");
    Answer(applied);
    ReportSubject(1, "A");
    RunLater();
    return code;
  }
  pb::InboundItem& ReportRow(int64_t version) {
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key("DVC.9");
    item.set_version(version);
    return item;
  }
  void ReportSubject(int64_t version, const std::string& subject) {
    *ReportRow(version).mutable_dossier() = DossierWith({{"subject", subject}});
  }
  // It could not take the subject of a delivery.
  void RefuseLate(const std::string& delivery_id) {
    pb::ItemOutcome& late = *adapter_.report.add_outcomes();
    late.set_delivery_id(delivery_id);
    late.set_outcome(pb::OUTCOME_REJECTED);
    late.set_field("subject");
    late.set_reason("too long");
    RunLater();
  }
  void Discard(const std::string& code) {
    ASSERT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
    Do(kActDiscard, Lane(code).dead_letter_id());
  }
  void Do(const std::string& kind, const std::string& letter) {
    ASSERT_THAT(link_->Do({.kind = kind,
                           .id = letter,
                           .actor = "operator/lan",
                           .reason = "ticket 88",
                           .request_id = random_->Uuid(),
                           .edit = {}}),
                IsOk());
    Run();
  }
};

TEST_F(LaneLettersTest, WhatWentWithAFieldAtFaultGoesWithoutItThoughNoAnswerHadCome) {
  const std::string code = Known();
  Push(DossierWith({{"code", code},
                    {"subject", "B"},
                    {"steps[s1].time", "2026-03-03T01:00:00Z"},
                    {"steps[s1].content", "done"}}));
  Run();
  Answer(pb::OUTCOME_UNKNOWN);
  RefuseLate(adapter_.sent.back().delivery_id());
  Discard(code);
  EXPECT_EQ(adapter_.sent.back().dossier().steps_size(), 1);
  EXPECT_FALSE(adapter_.sent.back().dossier().has_subject()) << "it was given up";
}

TEST_F(LaneLettersTest, NothingIsGivenUpWhenTheFieldAtFaultWasToldOtherwiseSince) {
  const std::string code = Known();
  Push(DossierWith({{"code", code},
                    {"subject", "B"},
                    {"steps[s1].time", "2026-03-03T01:00:00Z"},
                    {"steps[s1].content", "done"}}));
  Run();
  const std::string refused = adapter_.sent.back().delivery_id();
  Answer(pb::OUTCOME_APPLIED);
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  Run();
  Answer(pb::OUTCOME_APPLIED);
  ReportSubject(2, "C");
  RefuseLate(refused);
  const size_t before = adapter_.sent.size();
  Discard(code);
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().steps_size(), 1) << "it came with the refused subject";
  EXPECT_THAT(Lane(code).losses(), IsEmpty());
}

// The row that nobody could read had told that ours was there: what was told later stands there,
// and not ours.
TEST_F(LaneLettersTest, AnUnreadableRowThatOnlyToldOursIsNotWaitedForOnceItIsRead) {
  const std::string code = Known();
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  Answer(pb::OUTCOME_APPLIED);
  pb::InboundItem& row = ReportRow(2);
  row.set_raw("B");
  row.mutable_error()->set_reason("was not understood");
  RunLater();
  ReportSubject(3, "X");
  RunLater();
  ASSERT_EQ(Stored(code).subject(), "B") << "X is a conflict";
  const size_t before = adapter_.sent.size();
  adapter_.interprets = true;
  const auto rows = store_.Read({.table = store::Table::kDeadLetter}).value();
  ASSERT_EQ(rows.size(), 1U);
  Do(kActReplay, ReadLetter(engine_, rows[0])->id);
  EXPECT_EQ(Stored(code).subject(), "B");
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
}

// Given up with all the rest, the names of the dossier do not bring the same record there again.
TEST(GoOnWithoutTest, AWholeRecordIsGivenUpWithTheNamesInIt) {
  storage::v1::DeadLetterRecord letter;
  letter.set_revision(2);
  letter.mutable_sent()->mutable_dossier()->set_receipt_number("H29.X01-260303-0001");
  letter.mutable_sent()->mutable_dossier()->set_subject("B");
  for (const bool patch : {false, true}) {
    LaneState lane;
    lane.set_key("DVC.9");
    lane.set_wanted_revision(2);
    Shadow(lane).At("subject").set_reported(ValueDigest("A"));
    GoOnWithout(letter, {.patch = patch}, {.now = kNow}, lane);
    EXPECT_TRUE(IsGivenUp(Shadow(lane).At("subject")));
    EXPECT_EQ(IsGivenUp(Shadow(lane).At("receipt_number")), !patch);
    EXPECT_EQ(lane.phase(), LaneState::PHASE_READY);
  }
}

class ToldSinceTest : public LaneTest {};

TEST_F(ToldSinceTest, AFieldThatWasClearedSinceWasToldSince) {
  Begin();
  const int64_t refused = lane_.reports();
  InboundItem item = Record(2, "");
  item.clear_dossier();
  item.add_cleared("subject");
  ASSERT_TRUE(Do(Reported{.item = &item}).edit.has_value());
  EXPECT_THAT(PathsToldSince(lane_, refused, /*version=*/1), Contains("subject"));
}

}  // namespace
}  // namespace lienthong::sync
