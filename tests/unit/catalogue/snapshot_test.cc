#include "gateway/catalogue/snapshot.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/catalogue/catalogue_fixture.h"

namespace lienthong::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kUnits =
    "code,valid_from,valid_until,name,kind,successors,source\n"
    "26737,2000-01-01,2025-06-30,Phường Đa Kao,ward,26737|26740,s\n"
    "26737,2025-07-01,,Phường Tân Định,ward,,s\n"
    "26740,2025-07-01,,Phường Sài Gòn,ward,,s\n";

constexpr std::string_view kAgencies =
    "code,valid_from,valid_until,name,other_codes,parent,successors,calendar,source\n"
    "H29,2020-01-01,,Thành phố,,,,vn,s\n"
    "H29.05,2020-01-01,2025-06-30,Quận,agency:38.98.H29,H29,H29.06,,s\n"
    "H29.06,2025-07-01,2025-12-31,Phường một,,H29,H29.07|H29.08,,s\n"
    "H29.07,2026-01-01,,Phường hai,,H29,,,s\n"
    "H29.08,2026-01-01,,Phường ba,,H29,,,s\n";

TEST(SnapshotTest, AReusedCodeWithoutADayDoesNotResolve) {
  const Snapshot units = After(Empty(), Request::CONTENT_UNITS, kUnits);
  const auto found = units.FindUnit("26737", "");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(found), "AMBIGUOUS_CODE");
  EXPECT_THAT(std::string(found.status().message()),
              ::testing::AllOf(HasSubstr("Đa Kao (2000-01-01 to 2025-06-30)"),
                               HasSubstr("Tân Định (2025-07-01 to now)")));
  EXPECT_EQ((*units.FindUnit("26737", "2025-06-30"))->name(), "Phường Đa Kao");
  EXPECT_EQ((*units.FindUnit("26737", "2025-07-01"))->name(), "Phường Tân Định");
  EXPECT_EQ((*units.FindUnit("26740", ""))->name(), "Phường Sài Gòn");
  EXPECT_EQ(ReasonOf(units.FindUnit("26740", "2025-06-30")), "UNKNOWN_CODE");
}

TEST(SnapshotTest, SuccessorsAreThoseOfTheDayAfterAlsoUnderTheSameCode) {
  const Snapshot units = After(Empty(), Request::CONTENT_UNITS, kUnits);
  std::vector<std::string> names;
  for (const auto* unit : units.Current(**units.FindUnit("26737", "2025-01-01"), "2026-03-02")) {
    names.push_back(unit->name());
  }
  EXPECT_THAT(names, ElementsAre("Phường Tân Định", "Phường Sài Gòn"));
}

TEST(SnapshotTest, AnAgencyIsFoundByEachOfItsCodes) {
  const Snapshot agencies = After(Empty(), Request::CONTENT_AGENCIES, kAgencies);
  for (const char* code : {"H29.05", "h29.05", "000.00.05.H29", "38.98.H29", "H29.98.38"}) {
    const auto found = agencies.FindAgency(code, "");
    ASSERT_TRUE(found.ok()) << code << found.status();
    EXPECT_EQ((*found)->name(), "Quận") << code;
  }
  EXPECT_EQ(ReasonOf(agencies.FindAgency("H29.05", "", "local")), "UNKNOWN_CODE");
}

TEST(SnapshotTest, ASuccessionIsFollowedToItsEnd) {
  const Snapshot agencies = After(Empty(), Request::CONTENT_AGENCIES, kAgencies);
  const pb::Agency& first = **agencies.FindAgency("H29.05", "");
  const auto codes = [&](std::string_view day) {
    std::vector<std::string> result;
    for (const auto* agency : agencies.Current(first, day)) result.push_back(agency->code());
    return result;
  };
  EXPECT_THAT(codes("2025-06-30"), ElementsAre("H29.05"));
  EXPECT_THAT(codes("2025-07-01"), ElementsAre("H29.06"));
  EXPECT_THAT(codes("2026-03-02"), ElementsAre("H29.07", "H29.08"));
}

TEST(SnapshotTest, NothingIsIssuedBeforeTheBeginningNorAfterTheEnd) {
  const Snapshot agencies = After(Empty(), Request::CONTENT_AGENCIES, kAgencies);
  EXPECT_TRUE(agencies.MayIssue("H29.05", "2025-06-30"));
  EXPECT_FALSE(agencies.MayIssue("H29.05", "2025-07-01"));
  EXPECT_FALSE(agencies.MayIssue("000.00.05.H29", "2025-07-01"));
  EXPECT_TRUE(agencies.MayIssue("H29.07", "2026-01-01"));
  EXPECT_FALSE(agencies.MayIssue("H29.07", "1999-12-31"));
  EXPECT_TRUE(agencies.MayIssue("H29.99", "2026-01-01"));
}

TEST(SnapshotTest, WorksByItsParentsCalendarAndAtLastByThatOfAll) {
  const Snapshot agencies = After(
      Empty(), Request::CONTENT_AGENCIES,
      "code,valid_from,name,parent,calendar,source\nH29,2020-01-01,a,,,s\nH29.05,2020-01-01,b,H29,,"
      "s\n");
  EXPECT_EQ(agencies.CalendarOf("H29.05", "2026-01-01"), "vn");
  EXPECT_EQ(agencies.CalendarOf("unknown", "2026-01-01"), "vn");
  EXPECT_NE(agencies.FindCalendar("vn"), nullptr);
  const Snapshot own = After(
      After(Empty(), Request::CONTENT_CALENDARS,
            R"({"calendars": [{"id": "city", "name": "c", "base": "vn"}]})"),
      Request::CONTENT_AGENCIES,
      "code,valid_from,name,parent,calendar,source\nH29,2020-01-01,a,,city,s\nH29.05,2020-01-01,b,"
      "000.00.00.H29,,s\n");
  EXPECT_EQ(own.CalendarOf("H29.05", "2026-01-01"), "city");
}

TEST(SnapshotTest, AGrantHoldsOnItsDays) {
  pb::ActingGrant grant;
  grant.set_agency("H29.06");
  grant.set_acts_for("H29.05");
  grant.set_valid_from("2025-07-01");
  grant.set_valid_until("2025-12-31");
  const Snapshot grants = *Snapshot::Make({{KeyOf(Entry(grant)), grant}}, 1);
  EXPECT_THAT(grants.ActsFor("h29.06", "2025-07-01"), ElementsAre("H29.05"));
  EXPECT_THAT(grants.ActsFor("H29.06", "2026-01-01"), IsEmpty());
  EXPECT_THAT(grants.ActsFor("H29.05", "2025-07-01"), IsEmpty());
}

TEST(SnapshotTest, TheProcedureIsThatOfTheDayAndTheMappingThatOfTheLevel) {
  const Snapshot procedures =
      After(Empty(), Request::CONTENT_PROCEDURES,
            "code,valid_from,valid_until,name,source\n1.001193,2020-01-01,2025-06-30,cũ,s\n"
            "1.001193,2025-07-01,,mới,s\n1.000656,2020-01-01,,xã,s\n");
  EXPECT_EQ((*procedures.FindProcedure("1.001193", "2025-06-30")).procedure->name(), "cũ");
  EXPECT_EQ((*procedures.FindProcedure("1.001193", "2025-07-01")).procedure->name(), "mới");
  const Snapshot mapped =
      After(procedures, Request::CONTENT_MAPPINGS,
            "from,to,level,valid_from,reviewer\n1.006714,1.001193,district,2020-01-01,r\n"
            "1.006714,1.000656,commune,2020-01-01,r\n");
  EXPECT_EQ((*mapped.FindProcedure("1.006714", "2026-01-01", pb::LEVEL_COMMUNE)).procedure->code(),
            "1.000656");
  EXPECT_EQ((*mapped.FindProcedure("1.006714", "2026-01-01", pb::LEVEL_DISTRICT)).procedure->name(),
            "mới");
  EXPECT_EQ(ReasonOf(mapped.FindProcedure("1.006714", "2026-01-01")), "AMBIGUOUS_CODE");
  EXPECT_EQ(ReasonOf(mapped.FindProcedure("1.006714", "2019-01-01", pb::LEVEL_COMMUNE)),
            "UNKNOWN_CODE");
}

TEST(SnapshotTest, SaysWhatBecameOfProcedures) {
  const Snapshot procedures = After(
      Empty(), Request::CONTENT_PROCEDURES,
      "code,valid_from,valid_until,name,replaced_by,source\n1.000001,2020-01-01,2025-06-30,a,,s\n"
      "1.000001,2025-07-01,,b,,s\n1.000002,2025-07-01,,c,,s\n"
      "1.000003,2020-01-01,2025-07-31,d,,s\n1.000004,2020-01-01,2025-07-31,e,1.000002,s\n");
  std::vector<std::string> told;
  for (const auto& change : procedures.ProcedureChanges("2025-07-01", "2025-08-01")) {
    told.push_back(change.date() + " " + change.code() + " " +
                   pb::ProcedureChange::Kind_Name(change.kind()) +
                   (change.fields_size() > 0 ? " " + change.fields(0) : ""));
  }
  EXPECT_THAT(
      told, ElementsAre("2025-07-01 1.000001 KIND_AMENDED name", "2025-07-01 1.000002 KIND_ADDED",
                        "2025-08-01 1.000003 KIND_REPEALED", "2025-08-01 1.000004 KIND_REPLACED"));
  EXPECT_THAT(procedures.ProcedureChanges("2025-08-02", "2026-01-01"), IsEmpty());
}

}  // namespace
}  // namespace lienthong::catalogue
