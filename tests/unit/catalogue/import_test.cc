#include "gateway/catalogue/import.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/text.h"
#include "tests/unit/catalogue/catalogue_fixture.h"

namespace lienthong::catalogue {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

constexpr std::string_view kHead = "code,valid_from,valid_until,name,parent,other_codes,source\n";

std::string Agencies(std::string_view rows) { return std::string(kHead) + std::string(rows); }

TEST(ImportTest, NamesLineColumnValueAndWhatToDo) {
  const absl::Status refused =
      Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2025-13-01,,a,,,s\nH29.06,,,b,,,s\n"));
  EXPECT_EQ(DetailsOf(refused).reason, "IMPORT_REFUSED");
  EXPECT_THAT(Message(refused),
              AllOf(HasSubstr("line 2, column valid_from: '2025-13-01' is no day; write it as"),
                    HasSubstr("line 3, column valid_from: '' is empty; it is required")));
}

TEST(ImportTest, ReadsQuotesBlanksSemicolonsAndTheByteOrderMark) {
  const Snapshot after = After(Empty(), Request::CONTENT_AGENCIES,
                               "\xEF\xBB\xBF"
                               "Code;Valid_From;Name;Source\r\n"
                               "H29.05;2025-07-01;\"Phường \"\"A\"\";\nhai dòng\";s\r\n"
                               ";;;\r\n H29.06 ;2025-07-01;b;s");
  EXPECT_EQ((*after.FindAgency("H29.05", ""))->name(), "Phường \"A\";\nhai dòng");
  EXPECT_EQ((*after.FindAgency("H29.06", ""))->name(), "b");
}

TEST(ImportTest, RefusesTablesThatAreNone) {
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, "code,colour\n")),
              HasSubstr("'colour' is no column of this table"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2025-07-01\n"))),
              HasSubstr("line 2: has 2 cells and the header 7"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, Agencies("\"H29.05\n"))),
              HasSubstr("not closed"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, "\xff\n")), HasSubstr("UTF-8"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, "")), HasSubstr("is empty"));
}

TEST(ImportTest, PeriodsOfOneCodeDoNotOverlap) {
  EXPECT_THAT(
      Message(Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2020-01-01,2025-07-01,a,,,s\n"
                                                          "H29.05,2025-07-01,,b,,,s\n"))),
      AllOf(HasSubstr("line 3"), HasSubstr("shares the code")));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES,
                              Agencies("H29.05,2020-01-01,,a,,,s\n"
                                       "H29.06,2025-07-01,,b,,agency:000.00.05.H29,s\n"))),
              HasSubstr("shares the code"));
  EXPECT_THAT(
      Message(Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2020-01-01,2019-01-01,a,,,s\n"))),
      HasSubstr("before it begins"));
}

TEST(ImportTest, RefusesCirclesAndCodesFromRightToLeft) {
  EXPECT_THAT(
      Message(Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2020-01-01,,a,H29.06,,s\n"
                                                          "H29.06,2020-01-01,,b,H29.05,,s\n"))),
      HasSubstr("circle"));
  EXPECT_THAT(
      Message(Refusal(Request::CONTENT_AGENCIES, Agencies("000.00.05.H29,2020-01-01,,a,,,s\n"))),
      HasSubstr("from left to right: H29.05"));
}

TEST(ImportTest, OneRowIsNoTwo) {
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES, Agencies("H29.05,2020-01-01,,a,,,s\n"
                                                                  "h29.05,2020-01-01,,b,,,s\n"))),
              HasSubstr("stands on line 2 already"));
}

TEST(ImportTest, SaysWhatIsNewWhatIsAnotherAndWhatStays) {
  const Snapshot before = After(Empty(), Request::CONTENT_AGENCIES,
                                Agencies("H29.05,2020-01-01,,a,,,s\nH29.06,2020-01-01,,b,,,s\n"));
  const auto plan = PlanImport(
      before, Read(Request::CONTENT_AGENCIES,
                   Agencies("H29.05,2020-01-01,2025-06-30,a2,,,s\nH29.06,2020-01-01,,b,,,s\n"
                            "H29.07,2020-01-01,,c,,,s\n"),
                   ""));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->told.changed_count(), 2);
  EXPECT_EQ(plan->told.unchanged_count(), 1);
  ASSERT_EQ(plan->told.changes_size(), 2);
  EXPECT_EQ(plan->told.changes(0).entry(), "H29.05 from 2020-01-01");
  EXPECT_THAT(plan->told.changes(0).differences(),
              ElementsAre("valid_until: nothing -> 2025-06-30", "name: a -> a2"));
  EXPECT_EQ(plan->told.changes(1).kind(), pb::CatalogueChange::KIND_ADDED);
  EXPECT_THAT(plan->told.warnings(), ElementsAre(HasSubstr("ends without a successor")));
  EXPECT_EQ(plan->writes.size(), 2U);
}

TEST(ImportTest, ReadsTheStepsOfAnAgencysProcess) {
  const Snapshot after = After(Empty(), Request::CONTENT_PROCEDURES,
                               "code,valid_from,name,steps,source\n"
                               "1.000001,2025-07-01,a,Tiếp nhận|Thẩm định = 2 working days,s\n");
  const auto& procedure = *(*after.FindProcedure("1.000001", "2026-01-01")).procedure;
  ASSERT_EQ(procedure.steps_size(), 2);
  EXPECT_EQ(procedure.steps(0).name(), "Tiếp nhận");
  EXPECT_FALSE(procedure.steps(0).has_limit());
  EXPECT_EQ(procedure.steps(1).name(), "Thẩm định");
  EXPECT_EQ(procedure.steps(1).limit().amount(), 2);
  for (const char* steps : {"=2 days", "Thẩm định=soon"}) {
    EXPECT_THAT(Message(Refusal(Request::CONTENT_PROCEDURES,
                                StrCat("code,valid_from,name,steps,source\n1.000001,2025-07-01,a,",
                                       steps, ",s\n"))),
                HasSubstr("column steps"));
  }
}

TEST(ImportTest, ReadsTheLimitsOfTables) {
  const Snapshot after =
      After(Empty(), Request::CONTENT_PROCEDURES,
            "code,valid_from,name,counter_limit,online_limit,postal_limit,counter_fee_vnd,source\n"
            "1.000001,2025-07-01,a,same day 15:00,8:30 working hours,3 days,50000,s\n");
  const auto& procedure = *(*after.FindProcedure("1.000001", "2026-01-01")).procedure;
  ASSERT_EQ(procedure.channels_size(), 3);
  EXPECT_EQ(procedure.channels(0).limit().cut_off(), "15:00");
  EXPECT_EQ(procedure.channels(0).fees(0).amount_vnd(), 50000);
  EXPECT_EQ(procedure.channels(1).limit().minutes(), 30);
  EXPECT_EQ(procedure.channels(2).limit().unit(), pb::TimeLimit::UNIT_DAYS);
  EXPECT_THAT(Message(Refusal(Request::CONTENT_PROCEDURES,
                              "code,valid_from,name,counter_limit,source\n"
                              "1.000001,2025-07-01,a,three weeks,s\n")),
              HasSubstr("'three weeks' is no time limit"));
  EXPECT_FALSE(Refusal(Request::CONTENT_PROCEDURES,
                       "code,valid_from,name,counter_limit,source\n"
                       "1.000001,2025-07-01,a,0 days,s\n")
                   .ok());
}

std::string Portal(std::string_view amount, std::string_view unit) {
  return R"({"error_code": "0", "result": [{"MATTHC": "1.001193", "TENTTHC": "Khai sinh",
    "CAPTHUCHIEN": 3, "CACHTHUCTHUCHIEN": [{"KENH": "2", "THOIGIAN": [{"THOIGIANGIAIQUYET": ")" +
         std::string(amount) + R"(", "DONVITINH": ")" + std::string(unit) +
         R"(", "MOTA": "m"}], "PHILEPHI": [{"SOTIEN": "8000", "MOTA": "lệ phí"}]}]}]})";
}

TEST(ImportTest, ReadsThePortalsAnswers) {
  const Snapshot after = After(Empty(), Request::CONTENT_PORTAL_PROCEDURES,
                               Portal("5", "Ngày làm việc"), "2025-07-01");
  const auto& procedure = *(*after.FindProcedure("1.001193", "2026-01-01")).procedure;
  EXPECT_THAT(procedure.levels(), ElementsAre(pb::LEVEL_COMMUNE));
  EXPECT_EQ(procedure.channels(0).channel(), dossier::v1::CHANNEL_ONLINE);
  EXPECT_EQ(procedure.channels(0).limit().amount(), 5);
  EXPECT_EQ(procedure.channels(0).limit().unit(), pb::TimeLimit::UNIT_WORKING_DAYS);
  EXPECT_EQ(procedure.channels(0).fees(0).amount_vnd(), 8000);
}

TEST(ImportTest, ReadsUnitsAndAmountsAsPeopleWriteThem) {
  using pb::TimeLimit;
  const std::tuple<const char*, const char*, TimeLimit::Unit> limits[] = {
      {"03", "Ngày Làm Việc", TimeLimit::UNIT_WORKING_DAYS},
      {"3", "NGÀY", TimeLimit::UNIT_DAYS},
      {"3", "GIỜ làm VIỆC", TimeLimit::UNIT_WORKING_HOURS},
      {"03 Ngày Làm việc", "", TimeLimit::UNIT_WORKING_DAYS}};
  for (const auto& [amount, unit, expected] : limits) {
    const ReadTable table =
        Read(Request::CONTENT_PORTAL_PROCEDURES, Portal(amount, unit), "2025-07-01");
    EXPECT_THAT(table.warnings, IsEmpty()) << amount << unit;
    const auto& limit = std::get<pb::Procedure>(table.entries.at(0).entry).channels(0).limit();
    EXPECT_EQ(limit.amount(), 3) << amount << unit;
    EXPECT_EQ(limit.unit(), expected) << amount << unit;
  }
  const std::pair<const char*, int64_t> amounts[] = {
      {"8.000", 8000}, {"1,200,000", 1200000}, {"1.200.000 đồng", 1200000}, {"0", 0}};
  for (const auto& [text, expected] : amounts) {
    std::string answer = Portal("3", "Ngày");
    answer.replace(answer.find("\"8000\""), 6, StrCat("\"", text, "\""));
    const ReadTable table = Read(Request::CONTENT_PORTAL_PROCEDURES, answer, "2025-07-01");
    const auto& channel = std::get<pb::Procedure>(table.entries.at(0).entry).channels(0);
    ASSERT_EQ(channel.fees_size(), 1) << text;
    EXPECT_EQ(channel.fees(0).amount_vnd(), expected) << text;
  }
  for (const char* text : {"8.00", "free", "-5", "8.000.00"}) {
    std::string answer = Portal("3", "Ngày");
    answer.replace(answer.find("\"8000\""), 6, StrCat("\"", text, "\""));
    const ReadTable table = Read(Request::CONTENT_PORTAL_PROCEDURES, answer, "2025-07-01");
    EXPECT_THAT(table.warnings, ElementsAre(HasSubstr("the fee is left out"))) << text;
  }
}

TEST(ImportTest, AListThatSaysLessTakesNothingAway) {
  const Snapshot before = After(Empty(), Request::CONTENT_PORTAL_PROCEDURES,
                                Portal("5", "Ngày làm việc"), "2025-07-01");
  const auto same =
      PlanImport(before, Read(Request::CONTENT_PORTAL_PROCEDURES,
                              R"({"result": [{"MATTHC": "1.001193", "TENTTHC": "Khai sinh"}]})",
                              "2026-04-01"));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->told.changed_count(), 0) << "it says nothing new";
  EXPECT_EQ(same->told.unchanged_count(), 1);

  const Snapshot after = After(before, Request::CONTENT_PORTAL_PROCEDURES,
                               R"({"result": [{"MATTHC": "1.001193", "TENTTHC": "Khai sinh mới",
          "CACHTHUCTHUCHIEN": [{"KENH": "2"}]}]})",
                               "2026-04-01");
  const auto& then = *(*after.FindProcedure("1.001193", "2026-03-31")).procedure;
  EXPECT_EQ(then.name(), "Khai sinh");
  EXPECT_EQ(then.valid_until(), "2026-03-31") << "the new version ends the one before";
  const auto& now = *(*after.FindProcedure("1.001193", "2026-04-01")).procedure;
  EXPECT_EQ(now.name(), "Khai sinh mới");
  EXPECT_EQ(now.channels(0).limit().amount(), 5);
  EXPECT_EQ(now.channels(0).fees_size(), 1);
  EXPECT_THAT(now.levels(), ElementsAre(pb::LEVEL_COMMUNE));
}

TEST(ImportTest, ANewVersionEndsTheOneBeforeUnlessTheTableSaysWhen) {
  const std::string head = "code,valid_from,valid_until,name,source\n";
  const Snapshot before =
      After(Empty(), Request::CONTENT_PROCEDURES, head + "1.001193,2025-07-01,,a,s\n");
  const auto plan = PlanImport(
      before, Read(Request::CONTENT_PROCEDURES, head + "1.001193,2026-01-01,,b,s\n", ""));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->told.changed_count(), 2);
  EXPECT_THAT(plan->told.changes(1).differences(),
              ElementsAre("valid_until: nothing -> 2025-12-31"));
  EXPECT_FALSE(PlanImport(before, Read(Request::CONTENT_PROCEDURES,
                                       head + "1.001193,2025-07-01,,a,s\n"
                                              "1.001193,2026-01-01,,b,s\n",
                                       ""))
                   .ok())
      << "it says that both hold";
}

TEST(ImportTest, ADryRunNamesTheDaysOfACalendarThatChange) {
  const std::string days = R"("days": [{"date": "2026-03-03", "name": "off", "source": "s"})";
  const std::string head = R"({"calendars": [{"id": "six", "name": "c", "base": "vn", )";
  const Snapshot before = After(Empty(), Request::CONTENT_CALENDARS, head + days + "]}]}");
  const auto plan = PlanImport(
      before, Read(Request::CONTENT_CALENDARS,
                   head + days +
                       R"(, {"date": "2026-03-07", "worksAs": 2, "name": "bù", "source": "s"}]}]})",
                   ""));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->told.changes(0).differences(),
              ElementsAre("days 2026-03-07: nothing -> date 2026-03-07, works as tuesday, name bù, "
                          "source s"));
}

TEST(ImportTest, WhatCannotBeReadIsAWarningAndNoLimit) {
  const std::pair<const char*, const char*> odd[] = {
      {"5", "Tuần"}, {"1,5", "Ngày"}, {"", "Ngày"}, {"0", "Ngày"}, {"5", ""}};
  for (const auto& [amount, unit] : odd) {
    const ReadTable table =
        Read(Request::CONTENT_PORTAL_PROCEDURES, Portal(amount, unit), "2025-07-01");
    EXPECT_THAT(table.problems, IsEmpty());
    EXPECT_THAT(table.warnings, ElementsAre(HasSubstr("there is no limit"))) << amount << unit;
    const auto& procedure = std::get<pb::Procedure>(table.entries.at(0).entry);
    EXPECT_FALSE(procedure.channels(0).has_limit()) << amount << unit;
  }
}

TEST(ImportTest, ThePortalsAnswersNeedADay) {
  EXPECT_FALSE(
      PlanImport(Empty(), Read(Request::CONTENT_PORTAL_PROCEDURES, Portal("1", "Ngày"), "")).ok());
}

TEST(ImportTest, RefusesCalendarsThatAreNone) {
  EXPECT_THAT(Message(Refusal(Request::CONTENT_CALENDARS,
                              R"({"calendars": [{"id": "a", "name": "a", "base": "nowhere"}]})")),
              HasSubstr("calendars[0]"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_CALENDARS, "[")), HasSubstr("no JSON"));
  EXPECT_THAT(Message(Refusal(Request::CONTENT_AGENCIES,
                              "code,valid_from,name,calendar,source\nH29,2020-01-01,a,none,s\n")),
              HasSubstr("which is unknown"));
}

}  // namespace
}  // namespace lienthong::catalogue
