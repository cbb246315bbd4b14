#include "gateway/core/reports.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/text.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/records.h"
#include "gateway/core/unsynced.h"
#include "gateway/domain/derived.h"
#include "lienthong/sync/v1/sync_service.pb.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;
using report::v1::DueClass;
using store::Table;

constexpr char kAgency[] = "H29.X05";
constexpr char kOther[] = "H29.X01";

// Eight hours after a submission, and every hour of every day is worked; no limit is known.
class EightHours final : public domain::Timetable {
 public:
  EightHours() {
    domain::WorkingCalendars all;
    auto& calendar = all["always"];
    calendar.set_id("always");
    for (int day = 1; day <= 7; ++day) {
      auto& weekday = *calendar.add_weekdays();
      weekday.set_weekday(static_cast<catalogue::v1::Weekday>(day));
      auto& hours = *weekday.add_hours();
      hours.set_opens("00:00");
      hours.set_closes("24:00");
    }
    calendar_ = std::make_shared<const domain::Calendar>(*domain::Calendar::Make("always", all));
  }
  std::shared_ptr<const domain::Calendar> CalendarFor(const Dossier&) const override {
    return calendar_;
  }
  std::map<std::string, domain::TimeRule> StepRulesFor(const Dossier&) const override { return {}; }
  std::optional<domain::TimeRule> RuleFor(const Dossier&) const override { return std::nullopt; }
  std::optional<absl::Time> ReceptionDue(const Dossier& dossier) const override {
    if (!dossier.origin().has_submitted_time()) return std::nullopt;
    return domain::FromProto(dossier.origin().submitted_time()) + absl::Hours(8);
  }

 private:
  std::shared_ptr<const domain::Calendar> calendar_;
};

class OneTimetable final : public Timetables {
 public:
  std::shared_ptr<const domain::Timetable> Now() const override { return timetable_; }

 private:
  const std::shared_ptr<const domain::Timetable> timetable_ = std::make_shared<EightHours>();
};

// The warning time counts by the clock.
class ReportsTest : public CoreTest {
 protected:
  ReportsTest() { engine_.timetables = &timetables_; }

  // Due so long from now; an agency's own.
  std::string Due(absl::Duration in, const std::string& agency = kAgency,
                  const std::string& unit = "") {
    Dossier dossier = NewDossier(agency);
    *dossier.mutable_reception()->mutable_received_time() = domain::ToProto(clock_.Now());
    *dossier.mutable_deadline()->mutable_promised_due() = domain::ToProto(clock_.Now() + in);
    if (!unit.empty()) dossier.set_processing_unit(unit);
    const auto pushed = Push(Agency(agency), dossier);
    EXPECT_THAT(pushed, IsOk());
    return pushed.ok() ? pushed->code() : "";
  }
  report::v1::DeadlineReport Report(const RequestContext& context) {
    const auto report = reports_.Deadlines(context, {});
    EXPECT_THAT(report, IsOk());
    return report.value_or(report::v1::DeadlineReport());
  }
  report::v1::DeadlineReport Report() { return Report(Operator()); }
  std::vector<std::string> Codes(DueClass due_class, const RequestContext& context,
                                 int page_size = 0) {
    report::v1::ListDueDossiersRequest request;
    request.set_due_class(due_class);
    request.set_page_size(page_size);
    std::vector<std::string> codes;
    do {
      const auto page = reports_.ListDue(context, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return codes;
      for (const auto& dossier : page->dossiers()) codes.push_back(dossier.code());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  std::vector<std::string> WithDefect(dossier::v1::Defect::Kind kind, int page_size,
                                      const RequestContext& context) {
    report::v1::ListDefectDossiersRequest request;
    request.set_kind(kind);
    request.set_page_size(page_size);
    std::vector<std::string> codes;
    do {
      const auto page = reports_.ListDefects(context, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return codes;
      for (const auto& dossier : page->dossiers()) {
        codes.push_back(dossier.code());
        EXPECT_EQ(dossier.defects_size(), 1);
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  std::vector<std::string> WithDefect(dossier::v1::Defect::Kind kind, int page_size = 0) {
    return WithDefect(kind, page_size, Operator());
  }
  std::vector<std::string> Codes(DueClass due_class) { return Codes(due_class, Operator()); }
  int64_t IdOf(const std::string& code) { return *FindDossier(engine_, code); }
  void Put(Table table, store::Values columns, std::string body = "") {
    store::WriteSet set;
    set.mutations.push_back({store::Mutation::Kind::kPut,
                             table,
                             {.columns = std::move(columns), .body = std::move(body)}});
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }
  // A change of the dossier waits on the link `city` since an instant.
  void LetWait(const std::string& code, absl::Time since) {
    Put(Table::kLink, {"city"});
    Put(Table::kLane, {"city", IdOf(code), int64_t{0}, int64_t{0}, absl::ToUnixMicros(since), ""});
  }
  void LetterAbout(const std::string& code, sync::v1::DeadLetter::Direction direction) {
    storage::v1::DeadLetterRecord letter;
    letter.set_link("city");
    letter.set_direction(direction);
    letter.set_dossier_id(IdOf(code));
    Put(Table::kDeadLetter, {"letter-" + code, "city", int64_t{1}}, Seal(engine_, 0, letter));
  }

  OneTimetable timetables_;
  Reports reports_{engine_, [](const std::string&, absl::Time now, int soon_hours) {
                     return now + absl::Hours(soon_hours);
                   }};
};

TEST_F(ReportsTest, AnOpenDossierIsInOneClassAsTimeGoesBy) {
  const std::string code = Due(absl::Hours(24));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_ON_TIME), ElementsAre(code));
  clock_.Advance(absl::Hours(16) - absl::Microseconds(1));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_DUE_SOON), IsEmpty());
  clock_.Advance(absl::Microseconds(1));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_DUE_SOON), ElementsAre(code));
  EXPECT_EQ(Report().total().due_soon(), 1);
  clock_.Advance(absl::Hours(8));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), IsEmpty()) << "due at this very moment";
  clock_.Advance(absl::Microseconds(1));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), ElementsAre(code));
  EXPECT_EQ(Report().total().overdue(), 1);
  EXPECT_EQ(Report().total().due_soon(), 0);
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "9"), IsOk());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), IsEmpty());
  EXPECT_EQ(RowsOf(Table::kDue), 0);
}

TEST_F(ReportsTest, WhatIsFiledOnlineIsToBeReceived) {
  Dossier dossier = NewSubmission(kAgency);
  *dossier.mutable_origin()->mutable_submitted_time() = domain::ToProto(clock_.Now());
  const auto pushed = Push(Agency(kAgency), dossier);
  ASSERT_THAT(pushed, IsOk());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_TO_RECEIVE), ElementsAre(pushed->code()));
  clock_.Advance(absl::Hours(9));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_NOT_RECEIVED), ElementsAre(pushed->code()));
  EXPECT_EQ(Report().total().not_received(), 1);
  ASSERT_THAT(PushField(Agency(kAgency), pushed->code(), "status", "2"), IsOk());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_NOT_RECEIVED), IsEmpty());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_NO_DATE), ElementsAre(pushed->code()));
}

TEST_F(ReportsTest, WhileTheClockStandsNothingIsLate) {
  const std::string code = Due(absl::Hours(1));
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "4"), IsOk());
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "5"), IsOk());
  clock_.Advance(absl::Hours(100));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_PAUSED), ElementsAre(code));
  EXPECT_EQ(Report().total().overdue(), 0);
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "4"), IsOk());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), IsEmpty()) << "it was the citizen who was late";
  EXPECT_THAT(WithDefect(dossier::v1::Defect::KIND_PROMISE_TO_DECIDE), ElementsAre(code));
  clock_.Advance(absl::Hours(2));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), ElementsAre(code));
}

TEST_F(ReportsTest, WhatWasLateBeforeItsClockStoodStaysLate) {
  const std::string code = Due(absl::Hours(1));
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "4"), IsOk());
  clock_.Advance(absl::Hours(2));
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "5"), IsOk());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), ElementsAre(code));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_PAUSED), IsEmpty());
}

TEST_F(ReportsTest, AllDossiersWithADefectAreListedPageByPage) {
  std::vector<std::string> late;
  for (const std::string agency : {kAgency, kOther, kAgency}) {
    late.push_back(Due(-absl::Hours(1), agency));
  }
  Due(absl::Hours(1));
  constexpr auto kKind = dossier::v1::Defect::KIND_PROMISED_BEFORE_RECEPTION;
  EXPECT_EQ(WithDefect(kKind, 1), late);
  EXPECT_EQ(WithDefect(kKind, 2), late);
  EXPECT_THAT(WithDefect(kKind, 0, Agency(kOther)), ElementsAre(late[1]));
  report::v1::ListDefectDossiersRequest request;
  EXPECT_EQ(ReasonOf(reports_.ListDefects(Operator(), request)), "FIELD_INVALID");
  request.set_kind(dossier::v1::Defect::KIND_MISSING_APOLOGY);
  EXPECT_EQ(ReasonOf(reports_.ListDefects(Operator(), request)), "FIELD_INVALID");
  request.set_kind(kKind);
  request.add_agencies(kAgency);
  EXPECT_EQ(ReasonOf(reports_.ListDefects(Agency(kOther), request)), "NOT_SHARED");
}

TEST_F(ReportsTest, ADossierTellsWhenItsStepIsDue) {
  const std::string code = Due(absl::Hours(10));
  Dossier dossier;
  dossier.set_code(code);
  auto& step = *dossier.add_steps();
  step.set_id("s1");
  step.set_status(dossier::v1::STATUS_PROCESSING);
  *step.mutable_time() = domain::ToProto(clock_.Now());
  *step.mutable_due_time() = domain::ToProto(clock_.Now() + absl::Hours(4));
  ASSERT_THAT(Push(Agency(kAgency), dossier), IsOk());
  report::v1::ListDueDossiersRequest request;
  request.set_due_class(report::v1::DUE_CLASS_ON_TIME);
  request.set_soon_hours(1);
  const auto page = reports_.ListDue(Operator(), request);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->dossiers_size(), 1);
  EXPECT_EQ(domain::FromProto(page->dossiers(0).step_due_time()), clock_.Now() + absl::Hours(4));
}

TEST_F(ReportsTest, WhatEndedInTimeAndWaitsToBeToldOnlyLooksLate) {
  const std::string ended = Due(absl::Hours(10));
  const std::string late = Due(absl::Hours(10));
  const std::string told = Due(absl::Hours(10));
  ASSERT_THAT(PushField(Agency(kAgency), ended, "status", "9"), IsOk());
  ASSERT_THAT(PushField(Agency(kAgency), told, "status", "9"), IsOk());
  LetWait(ended, clock_.Now());
  clock_.Advance(absl::Hours(11));
  ASSERT_THAT(PushField(Agency(kAgency), late, "status", "9"), IsOk());
  LetWait(late, clock_.Now());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE_UNSYNCED), ElementsAre(ended));
  const auto total = Report().total();
  EXPECT_EQ(total.overdue_unsynced(), 1);
  EXPECT_EQ(total.overdue(), 0);
}

TEST_F(ReportsTest, WhatWaitsOnSeveralLinksIsOneDossier) {
  const std::string code = Due(absl::Hours(10));
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "9"), IsOk());
  LetWait(code, clock_.Now());
  Put(Table::kLink, {"portal"});
  Put(Table::kLane,
      {"portal", IdOf(code), int64_t{0}, int64_t{0}, absl::ToUnixMicros(clock_.Now()), ""});
  clock_.Advance(absl::Hours(11));
  report::v1::ListDueDossiersRequest request;
  request.set_due_class(report::v1::DUE_CLASS_OVERDUE_UNSYNCED);
  const auto page = reports_.ListDue(Operator(), request);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->dossiers_size(), 1);
  EXPECT_THAT(page->dossiers(0).links(), ElementsAre("city", "portal"));
}

TEST_F(ReportsTest, APauseThatWaitsToBeToldOnlyLooksLateAndIsCountedOnce) {
  const std::string code = Due(absl::Hours(10));
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "4"), IsOk());
  ASSERT_THAT(PushField(Agency(kAgency), code, "status", "5"), IsOk());
  LetWait(code, clock_.Now());
  EXPECT_EQ(Report().total().paused(), 1) << "its date is not over";
  clock_.Advance(absl::Hours(11));
  EXPECT_EQ(Report().total().paused(), 0);
  EXPECT_EQ(Report().total().overdue_unsynced(), 1);
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_PAUSED), IsEmpty());
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE_UNSYNCED), ElementsAre(code));
}

TEST_F(ReportsTest, WhatItsCounterpartSaidAndNobodyHasReadMayHaveEnded) {
  const std::string unread = Due(absl::Hours(1));
  const std::string unsent = Due(absl::Hours(1));
  const std::string in_time = Due(absl::Hours(100));
  LetterAbout(unread, sync::v1::DeadLetter::DIRECTION_INBOUND);
  LetterAbout(unsent, sync::v1::DeadLetter::DIRECTION_OUTBOUND);
  LetterAbout(in_time, sync::v1::DeadLetter::DIRECTION_INBOUND);
  clock_.Advance(absl::Hours(2));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE), ElementsAre(unsent));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE_UNSYNCED), ElementsAre(unread));
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_ON_TIME), ElementsAre(in_time));
  const auto total = Report().total();
  EXPECT_EQ(total.overdue(), 1);
  EXPECT_EQ(total.overdue_unsynced(), 1);
}

TEST_F(ReportsTest, AgenciesAreToldOfTheirOwn) {
  const std::string own = Due(absl::Hours(1), kAgency, "Hộ tịch");
  const std::string other = Due(absl::Hours(1), kOther);
  clock_.Advance(absl::Hours(2));
  const auto report = Report(Agency(kAgency));
  ASSERT_EQ(report.units_size(), 1);
  EXPECT_EQ(report.units(0).agency(), kAgency);
  EXPECT_EQ(report.units(0).unit(), "Hộ tịch");
  EXPECT_EQ(report.total().overdue(), 1);
  EXPECT_EQ(Report().total().overdue(), 2);
  EXPECT_THAT(Codes(report::v1::DUE_CLASS_OVERDUE, Agency(kAgency)), ElementsAre(own));
  report::v1::GetDeadlineReportRequest request;
  request.add_agencies(kOther);
  EXPECT_EQ(ReasonOf(reports_.Deadlines(Agency(kAgency), request)), "NOT_SHARED");
  EXPECT_EQ(reports_.Deadlines(Operator(), request)->total().overdue(), 1);
}

TEST_F(ReportsTest, ADossierIsCountedWhereItIsLed) {
  const std::string code = Due(absl::Hours(1));
  HandTo(code, kAgency, "H29.X07");
  clock_.Advance(absl::Hours(2));
  const auto report = Report();
  ASSERT_EQ(report.units_size(), 1);
  EXPECT_EQ(report.units(0).agency(), "H29.X07");
}

TEST_F(ReportsTest, PagesPartWhatIsDueAtOneInstant) {
  std::vector<std::string> codes;
  for (int i = 0; i < 23; ++i) codes.push_back(Due(absl::Hours(i < 20 ? 5 : 6)));
  clock_.Advance(absl::Hours(7));
  EXPECT_EQ(Codes(report::v1::DUE_CLASS_OVERDUE, Operator(), 7), codes);
  EXPECT_EQ(Codes(report::v1::DUE_CLASS_OVERDUE, Agency(kAgency), 7), codes);
}

TEST_F(ReportsTest, WrongRequestsNameTheField) {
  EXPECT_THAT(reports_.ListDue(Operator(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("due_class")));
  report::v1::GetDeadlineReportRequest request;
  request.set_soon_hours(kSoonHoursMax + 1);
  EXPECT_THAT(reports_.Deadlines(Operator(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("soon_hours")));
}

TEST_F(ReportsTest, AnAgencyThatNobodyKnowsIsASlipAndNoGoodNews) {
  report::v1::GetDeadlineReportRequest request;
  request.add_agencies("H29.XQQ");
  EXPECT_EQ(ReasonOf(reports_.Deadlines(Operator(), request)), "FIELD_INVALID");
  request.set_agencies(0, kOther);
  EXPECT_THAT(reports_.Deadlines(Operator(), request), IsOk()) << "it has no dossier yet";
}

TEST_F(ReportsTest, TheBacklogIsByAgeAndByLink) {
  const std::string old = Due(absl::Hours(9999));
  clock_.Advance(absl::Hours(24 * 40));
  const std::string young = Due(absl::Hours(9999));
  LetWait(young, clock_.Now());
  LetterAbout(old, sync::v1::DeadLetter::DIRECTION_INBOUND);
  const auto backlog = reports_.GetBacklog(Operator(), {});
  ASSERT_THAT(backlog, IsOk());
  ASSERT_EQ(backlog->agencies_size(), 1);
  const auto& agency = backlog->agencies(0);
  EXPECT_EQ(agency.open(), 2);
  EXPECT_EQ(agency.week(), 1);
  EXPECT_EQ(agency.month(), 0);
  EXPECT_EQ(agency.quarter(), 1);
  EXPECT_EQ(agency.older(), 0);
  EXPECT_EQ(agency.oldest_code(), old);
  ASSERT_EQ(backlog->links_size(), 1);
  EXPECT_EQ(backlog->links(0).waiting(), 1);
  EXPECT_EQ(backlog->links(0).dead_letters(), 1);
  EXPECT_EQ(reports_.GetBacklog(Agency(kAgency), {})->links_size(), 0);
}

TEST_F(ReportsTest, DefectsAreCountedAlsoOfWhatHasEnded) {
  const std::string stopped = Due(absl::Hours(5));
  ASSERT_THAT(PushField(Agency(kAgency), stopped, "status", "4"), IsOk());
  ASSERT_THAT(PushField(Agency(kAgency), stopped, "status", "8"), IsOk());
  std::map<std::string, int64_t> counts;
  const auto report = reports_.Defects(Operator(), {});
  ASSERT_THAT(report, IsOk());
  for (const auto& count : report->counts()) {
    counts[dossier::v1::Defect::Kind_Name(count.kind())] = count.dossiers();
    EXPECT_EQ(count.agency(), kAgency);
    EXPECT_THAT(count.examples(), ElementsAre(stopped));
  }
  EXPECT_EQ(counts["KIND_MISSING_REASON"], 1);
  EXPECT_EQ(counts["KIND_MISSING_LEGAL_BASIS"], 1);
}

TEST_F(ReportsTest, ALateDossierWithoutALetterOfApologyIsADefect) {
  const std::string silent = Due(absl::Hours(5));
  const std::string sorry = Due(absl::Hours(5));
  Dossier dossier;
  dossier.set_code(sorry);
  auto& apology = *dossier.add_apologies();
  apology.set_id("a1");
  *apology.mutable_original_due() = domain::ToProto(clock_.Now() + absl::Hours(5));
  *apology.mutable_new_due() = domain::ToProto(clock_.Now() + absl::Hours(50));
  *apology.mutable_time() = domain::ToProto(clock_.Now());
  apology.set_reason("a test");
  ASSERT_THAT(Push(Agency(kAgency), dossier), IsOk());
  EXPECT_EQ(reports_.Defects(Operator(), {})->counts_size(), 0);
  clock_.Advance(absl::Hours(6));
  const auto report = reports_.Defects(Operator(), {});
  ASSERT_THAT(report, IsOk());
  ASSERT_EQ(report->counts_size(), 1);
  EXPECT_EQ(report->counts(0).kind(), dossier::v1::Defect::KIND_MISSING_APOLOGY);
  EXPECT_THAT(report->counts(0).examples(), ElementsAre(silent));
}

// Whatever is done to dossiers, the rows are those that follow from them, and the counts those of
// going through all of them.
TEST_F(ReportsTest, RowsAndCountsAreThoseThatFollowFromTheDossiers) {
  const uint64_t seed = 20'261'123;
  SCOPED_TRACE(StrCat("seed ", seed));
  const auto dice = Random::Seeded(seed);
  std::vector<std::string> codes;
  const char* kStatuses[] = {"1", "2", "4", "5", "6", "7", "8", "9", "10"};
  const char* kUnits[] = {"", "Hộ tịch", "Đất đai"};
  for (int act = 0; act < 600; ++act) {
    clock_.Advance(absl::Minutes(static_cast<int64_t>(dice->Below(60))));
    const std::string agency = dice->Below(2) == 0 ? kAgency : kOther;
    if (codes.size() < 20 || dice->Below(5) == 0) {
      codes.push_back(Due(absl::Minutes(static_cast<int64_t>(dice->Below(6000))), agency));
      continue;
    }
    const std::string& code = codes[dice->Below(codes.size())];
    const std::string own = LoadDossier(engine_, IdOf(code))->dossier.reception().agency();
    if (dice->Below(10) < 7) {
      PushField(Agency(own), code, "status", kStatuses[dice->Below(9)]).IgnoreError();
    } else {
      PushField(Agency(own), code, "processing_unit", kUnits[dice->Below(3)]).IgnoreError();
    }
  }
  int64_t open = 0;
  std::map<std::pair<std::string, std::string>, int64_t> overdue;
  for (const std::string& code : codes) {
    const int64_t id = IdOf(code);
    const auto stored = LoadDossier(engine_, id);
    const auto follows = DueRowOf(id, stored->dossier, timetables_.Now().get());
    const auto row = store_.Get(Table::kDue, {id});
    ASSERT_THAT(row, IsOk());
    ASSERT_EQ(row->version > 0, follows.has_value()) << code;
    if (!follows.has_value()) continue;
    EXPECT_EQ(ReadDueRow(*row), *follows) << code;
    ++open;
    const bool is_late = follows->kind == storage::v1::DUE_KIND_RESULT &&
                         follows->due_us < absl::ToUnixMicros(clock_.Now());
    if (is_late) ++overdue[{follows->agency, follows->unit}];
  }
  EXPECT_GT(open, 20);
  EXPECT_GT(overdue.size(), 2U);
  EXPECT_EQ(RowsOf(Table::kDue), open);
  int64_t told = 0;
  const auto report = Report();
  for (const auto& unit : report.units()) {
    const std::pair<std::string, std::string> place = {unit.agency(), unit.unit()};
    EXPECT_EQ(unit.overdue(), overdue[place]) << unit.agency() << " " << unit.unit();
    told += unit.overdue() + unit.due_soon() + unit.on_time() + unit.paused() + unit.no_date() +
            unit.not_received() + unit.to_receive();
  }
  EXPECT_EQ(told, open);
}

}  // namespace
}  // namespace lienthong::core
