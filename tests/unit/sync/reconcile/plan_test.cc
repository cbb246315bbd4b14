// What it means that the two sides of a link say otherwise, case by case.
#include "gateway/sync/reconcile/plan.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using storage::v1::JournalEntry;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Field = v1::Finding::Field;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kSelf = "link/city";
constexpr const char* kAgency = "agency/H29.X05";
const absl::Time kToday = absl::FromUnixSeconds(1772500000);

// The city receives for H29.X01, and the district has accepted to lead.
class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    parties_.Add({.name = "city", .receives = true, .agencies = {"H29.X01"}}).IgnoreError();
    parties_.Add({.name = "district", .leads = true, .agencies = {"H29.X05"}}).IgnoreError();
    Set("code", "H29.X01-260303-0001", head_);
    Set("origin.system", "city", head_);
    Set("reception.agency", "H29.X01", head_);
    Set("reception.system", "city", head_);
    Set("status", "2", head_);
    Set("subject", "A", head_);
    Set("assignments[d].agency", "H29.X05", head_);
    Set("assignments[d].role", "1", head_);
    Set("assignments[d].answer", "1", head_);
    head_.set_revision(1);
    lane_.set_key("TP-1");
    lane_.set_confirmed_revision(1);
    lane_.set_source_version(5);
    can_.set_feed_versions(true);
    held_.set_key("TP-1");
    held_.set_version(5);
    *held_.mutable_dossier() = head_;
    held_.mutable_dossier()->clear_revision();
  }

  static void Set(const std::string& path, const std::string& value, Dossier& dossier) {
    const absl::Status status =
        value.empty() ? domain::ClearField(dossier, path) : domain::SetField(dossier, path, value);
    ASSERT_TRUE(status.ok()) << path << ": " << status;
  }
  // Somebody changed the dossier here.
  void Change(const std::string& actor, const std::string& path, const std::string& value) {
    JournalEntry entry;
    entry.set_actor(actor);
    entry.add_paths(path);
    *entry.mutable_before() = domain::Extract(head_, {path});
    Set(path, value, head_);
    head_.set_revision(head_.revision() + 1);
    entry.set_revision(head_.revision());
    entries_.push_back(std::move(entry));
    lane_.set_confirmed_revision(head_.revision());
  }
  // The counterpart was seen to hold all that is here now.
  void Delivered() {
    const int64_t version = held_.version();
    *held_.mutable_dossier() = head_;
    held_.mutable_dossier()->clear_revision();
    held_.set_version(version);
  }
  void There(const std::string& path, const std::string& value) {
    Set(path, value, *held_.mutable_dossier());
  }
  void ReportedThere(const std::string& path, const std::string& value) {
    storage::v1::ShadowField& field = *lane_.add_shadow();
    field.set_path(path);
    field.set_reported(ValueDigest(value));
  }
  Verdict Judge(bool feed_read = false) {
    const auto verdict =
        Classify({.lane = lane_,
                  .head = head_,
                  .held = is_there_ ? &held_ : nullptr,
                  .can = can_,
                  .party = *parties_.Find("city"),
                  .parties = parties_,
                  .graph = domain::StatusGraph::Shipped(),
                  .self = kSelf,
                  .now = kToday,
                  .represent =
                      [](const Dossier& dossier) {
                        adapter::v1::Representation shown;
                        *shown.mutable_dossier() = dossier;
                        shown.mutable_dossier()->clear_voiding();
                        shown.mutable_dossier()->clear_revision();
                        return shown;
                      },
                  .history = [this]() -> absl::StatusOr<std::vector<JournalEntry>> {
                    ++histories_read_;
                    return entries_;
                  }},
                 feed_read);
    EXPECT_TRUE(verdict.ok()) << verdict.status();
    return *verdict;
  }
  // `path kind`, of each field that differs.
  std::vector<std::string> Kinds() {
    const Verdict verdict = Judge();
    EXPECT_EQ(verdict.kind, Verdict::Kind::kDiffers);
    std::vector<std::string> kinds;
    for (const auto& field : verdict.finding.fields()) {
      kinds.push_back(field.path() + " " +
                      Field::Kind_Name(static_cast<Field::Kind>(field.kind())).substr(5));
    }
    return kinds;
  }

  core::Parties parties_;
  Dossier head_;
  LaneState lane_;
  adapter::v1::InboundItem held_;
  bool is_there_ = true;
  adapter::v1::Capabilities can_;
  std::vector<JournalEntry> entries_;
  int histories_read_ = 0;
};

using Kind = std::vector<std::string>;

TEST_F(PlanTest, WhatIsAlikeIsEqualAndNeedsNoHistory) {
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
  EXPECT_EQ(histories_read_, 0);
}

TEST_F(PlanTest, WhatIsOnItsWayIsInMotion) {
  There("subject", "B");
  for (const LaneState::Phase phase :
       {LaneState::PHASE_READY, LaneState::PHASE_IN_FLIGHT, LaneState::PHASE_UNKNOWN}) {
    lane_.set_phase(phase);
    EXPECT_EQ(Judge().kind, Verdict::Kind::kInMotion) << phase;
  }
  lane_.set_phase(LaneState::PHASE_IDLE);
  head_.set_revision(2);  // which the lane does not know yet
  EXPECT_EQ(Judge().kind, Verdict::Kind::kInMotion);
}

TEST_F(PlanTest, WhatADeadLetterStopsWaitsForAPerson) {
  There("subject", "B");
  lane_.set_phase(LaneState::PHASE_DEAD);
  EXPECT_EQ(Judge().kind, Verdict::Kind::kDeadLettered);
}

TEST_F(PlanTest, AnEarlierValueOfOursIsStale) {
  Change(kAgency, "subject", "B");
  Change(kAgency, "subject", "C");
  Delivered();
  for (const char* earlier : {"A", "B"}) {
    There("subject", earlier);
    EXPECT_EQ(Kinds(), Kind{"subject STALE"}) << earlier;
  }
}

TEST_F(PlanTest, AnAdditionThatIsNotThereIsStale) {
  Change("link/district", "steps[b1].content", "done");
  There("steps[b1].content", "");
  held_.mutable_dossier()->clear_steps();
  EXPECT_EQ(Kinds(), Kind{"steps[b1].content STALE"});
}

TEST_F(PlanTest, AClearedValueIsAnEditUnlessItWasNotSetBefore) {
  Change("link/district", "outcome.tax_result", "Phòng A");
  Delivered();
  ReportedThere("subject", "A");
  There("subject", "");
  There("outcome.tax_result", "");
  EXPECT_EQ(Kinds(), (Kind{"outcome.tax_result STALE", "subject THEIRS"}));
}

TEST_F(PlanTest, AValueThatWasNeverOursIsTheirsOrAltered) {
  Change("link/district", "outcome.tax_result", "Phòng A");
  Delivered();
  There("outcome.tax_result", "Phòng lạ");  // the lead agency's to say
  There("note", "viết ở quầy");             // the receiving unit's
  EXPECT_EQ(Kinds(), (Kind{"note THEIRS", "outcome.tax_result ALTERED"}));
}

TEST_F(PlanTest, WhatItHasReportedIsNoNews) {
  ReportedThere("note", "viết ở quầy");
  There("note", "viết ở quầy");
  EXPECT_EQ(Kinds(), Kind{"note ALTERED"});
}

// The last word was ours and it holds what was before: our word was lost. It was its own: it went
// back on it.
TEST_F(PlanTest, WhoseWordCameLastTellsALossFromAnEdit) {
  Change(kSelf, "note", "một");
  Change(kAgency, "note", "hai");
  Delivered();
  There("note", "một");
  EXPECT_EQ(Kinds(), Kind{"note STALE"});
  Change(kSelf, "note", "ba");
  EXPECT_EQ(Kinds(), Kind{"note THEIRS"});
}

// It was set back, perhaps to a backup of its own: what it holds is older than what it has told.
TEST_F(PlanTest, ARecordBehindWhatItHasToldIsForAPerson) {
  There("note", "viết ở quầy");
  EXPECT_EQ(Kinds(), Kind{"note THEIRS"});
  lane_.set_source_version(9);
  EXPECT_EQ(Kinds(), Kind{"note ALTERED"});
  Change(kSelf, "note", "một");
  Change(kSelf, "note", "hai");
  There("note", "một");
  EXPECT_EQ(Kinds(), Kind{"note STALE"}) << "and what is newer here goes there";
}

TEST_F(PlanTest, ElementsThatComeBackWithoutTheirIdsAreNotCompared) {
  There("fees[n1].name", "Lệ phí");
  EXPECT_NE(Judge().kind, Verdict::Kind::kEqual);
  can_.add_unnamed_elements("fees");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
}

TEST_F(PlanTest, WhatWasGivenUpIsNoDifference) {
  storage::v1::ShadowField& field = *lane_.add_shadow();
  field.set_path("subject");
  field.set_reported(ValueDigest("B"));
  GiveUp(ValueDigest("A"), field);
  There("subject", "B");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
}

TEST_F(PlanTest, AppendedListsAndInternalIdsAreNotCompared) {
  can_.add_append_only("steps");
  There("steps[b1].content", "done");
  There("codes[x].issuer", "city");
  There("codes[x].kind", std::to_string(dossier::v1::CodeReference::KIND_LOCAL_ID));
  There("codes[x].code", "17");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
}

TEST_F(PlanTest, OnlyWhatTheCounterpartHoldsIsCompared) {
  can_.add_fields("subject");
  There("note", "viết ở quầy");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
  There("subject", "B");
  EXPECT_EQ(Kinds(), Kind{"subject THEIRS"});
}

TEST_F(PlanTest, WhatCannotBeChangedThereIsForAPerson) {
  can_.add_updatable("status");
  Change("link/district", "outcome.tax_result", "Phòng A");
  Delivered();
  There("outcome.tax_result", "Phòng lạ");
  const Verdict verdict = Judge();
  EXPECT_EQ(verdict.finding.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(verdict.finding.note(), HasSubstr("outcome.tax_result cannot be changed"));
}

TEST_F(PlanTest, AnEarlierValueWhereNothingCanBeChangedIsKnown) {
  can_.add_updatable("status");
  Change("link/district", "outcome.tax_result", "Phòng A");
  Change("link/district", "outcome.tax_result", "Phòng B");
  Delivered();
  There("outcome.tax_result", "Phòng A");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
}

TEST_F(PlanTest, AnElementThatIsNotHereIsForAPerson) {
  There("assignments[z].agency", "H29.X05");
  There("assignments[z].role", "1");
  parties_ = core::Parties();
  parties_.Add({.name = "city", .leads = true, .agencies = {"H29.X09"}}).IgnoreError();
  const Verdict verdict = Judge();
  EXPECT_EQ(verdict.finding.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(verdict.finding.note(), HasSubstr("of an element that is not here"));
}

TEST_F(PlanTest, ARecordThatIsNotThereIsMissing) {
  is_there_ = false;
  const Verdict verdict = Judge(/*feed_read=*/true);
  EXPECT_EQ(verdict.finding.class_(), v1::Finding::CLASS_MISSING_THERE);
  EXPECT_EQ(verdict.finding.state(), v1::Finding::STATE_OPEN);
  EXPECT_TRUE(NeedsNoJudgement(verdict.finding));
  head_.mutable_voiding()->set_reason("nhầm");
  EXPECT_EQ(Judge(/*feed_read=*/true).kind, Verdict::Kind::kEqual) << "it is not made again";
}

// People close its record there by hand, since their system has no word for it.
TEST_F(PlanTest, AClosedDossierIsNotBroughtBackToLife) {
  There("status", "8");
  There("note", "viết ở quầy");
  ASSERT_EQ(Judge().kind, Verdict::Kind::kDiffers);
  head_.mutable_voiding()->set_reason("nhầm");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
  head_.clear_voiding();
  head_.mutable_joined()->set_survivor("H29.X05-260302-0002");
  EXPECT_EQ(Judge().kind, Verdict::Kind::kEqual);
}

TEST_F(PlanTest, ARecordThatCannotBeUnderstoodIsForAPerson) {
  held_.mutable_error()->set_field("TrangThai");
  held_.mutable_error()->set_reason("has no code 77");
  const Verdict verdict = Judge();
  EXPECT_EQ(verdict.finding.state(), v1::Finding::STATE_MANUAL);
  EXPECT_EQ(verdict.finding.note(), "TrangThai has no code 77");
}

TEST_F(PlanTest, WhatTheFeedMayTellIsNotSettled) {
  There("note", "viết ở quầy");
  held_.set_version(6);
  EXPECT_EQ(Judge().kind, Verdict::Kind::kUnsettled);
  EXPECT_EQ(Judge(/*feed_read=*/true).kind, Verdict::Kind::kDiffers);
  can_.set_feed_versions(false);
  held_.set_version(0);
  EXPECT_EQ(Judge().kind, Verdict::Kind::kUnsettled) << "nothing else tells";
}

TEST_F(PlanTest, SaysWhatIsOverdueOnlyThere) {
  *head_.mutable_deadline()->mutable_promised_due() = domain::ToProto(kToday - absl::Hours(24));
  Delivered();
  There("note", "viết ở quầy");
  EXPECT_EQ(Judge().finding.overdue(), v1::Finding::OVERDUE_REALLY);
  Change("link/district", "status", "9");
  EXPECT_EQ(Judge().finding.overdue(), v1::Finding::OVERDUE_UNSYNCED);
  There("status", "9");
  EXPECT_EQ(Judge().finding.overdue(), v1::Finding::OVERDUE_UNSPECIFIED);
}

TEST_F(PlanTest, ARepairIsWhatWasApprovedAndIsStillSo) {
  Change("link/district", "outcome.tax_result", "Phòng A");
  There("note", "viết ở quầy");
  const Verdict found = Judge();
  ASSERT_EQ(found.finding.fields_size(), 2);
  const auto repair = RepairOf(found.finding, found);
  ASSERT_TRUE(repair.has_value());
  EXPECT_EQ(repair->push, std::set<std::string>{"outcome.tax_result"});
  EXPECT_EQ(repair->pull, std::set<std::string>{"note"});
  There("note", "lại khác");  // not what was approved
  EXPECT_THAT(RepairOf(found.finding, Judge())->pull, IsEmpty());
  There("note", "");
  There("outcome.tax_result", "Phòng A");
  EXPECT_FALSE(RepairOf(found.finding, Judge()).has_value()) << "it is equal by now";
}

TEST_F(PlanTest, OnlyWhatWasAlteredNeedsJudgement) {
  Change("link/district", "outcome.tax_result", "Phòng A");
  There("note", "viết ở quầy");
  EXPECT_TRUE(NeedsNoJudgement(Judge().finding));
  There("outcome.tax_result", "Phòng lạ");
  EXPECT_FALSE(NeedsNoJudgement(Judge().finding));
}

}  // namespace
}  // namespace lienthong::sync
