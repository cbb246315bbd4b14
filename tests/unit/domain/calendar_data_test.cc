#include "gateway/domain/calendar_data.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "tests/unit/domain/calendars_fixture.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kMonday =
    "weekdays { weekday: WEEKDAY_MONDAY hours { opens: '07:00' closes: '11:30' } } ";

std::vector<std::string> ProblemsOf(const std::string& text,
                                    const WorkingCalendars& all = ShippedCalendars()) {
  std::vector<std::string> problems;
  for (const FieldViolation& problem : CalendarProblems(CalendarFrom(text), all)) {
    problems.push_back(problem.field + ": " + problem.description);
  }
  return problems;
}

std::vector<std::string> ProblemsOfHours(const std::string& hours) {
  return ProblemsOf("id: 'x' weekdays { weekday: WEEKDAY_MONDAY " + hours + " }");
}

std::vector<std::string> ProblemsOfDay(const std::string& day) {
  return ProblemsOf(StrCat("id: 'x' ", kMonday, "days { ", day, " name: 'n' source: 's' }"));
}

TEST(CalendarProblemsTest, NoneWhereNothingIsWrong) {
  EXPECT_THAT(ProblemsOf(StrCat("id: 'x' ", kMonday)), IsEmpty());
  EXPECT_THAT(ProblemsOf("id: 'x-1' base: 'vn'"), IsEmpty());
  EXPECT_THAT(ProblemsOfDay("date: '2026-08-22' works_as: WEEKDAY_MONDAY"), IsEmpty());
  EXPECT_THAT(ProblemsOfDay("date: '2026-12-31' hours { opens: '00:00' closes: '24:00' }"),
              IsEmpty());
}

TEST(CalendarProblemsTest, Ids) {
  for (const char* id : {"", "VN", "vn 1", "một", "a_b"}) {
    EXPECT_THAT(ProblemsOf(StrCat("id: '", id, "' base: 'vn'")), ElementsAre(HasSubstr("id: is `")))
        << id;
  }
}

TEST(CalendarProblemsTest, Hours) {
  EXPECT_THAT(ProblemsOfHours("hours { opens: '7:00' closes: '25:00' }"),
              ElementsAre(HasSubstr("weekdays[0].hours[0].opens: is `7:00`; write HH:MM"),
                          HasSubstr("weekdays[0].hours[0].closes: is `25:00`")));
  EXPECT_THAT(ProblemsOfHours("hours { opens: '17:00' closes: '13:30' }"),
              ElementsAre(HasSubstr("hours[0].closes: is 13:30, not later than `opens`, 17:00")));
  EXPECT_THAT(ProblemsOfHours("hours { opens: '07:00' closes: '07:00' }"),
              ElementsAre(HasSubstr("not later than")));
  EXPECT_THAT(ProblemsOfHours("hours { opens: '07:00' closes: '12:00' } "
                              "hours { opens: '11:30' closes: '17:00' }"),
              ElementsAre(HasSubstr("hours[1].opens: is 11:30, but the period before closes at "
                                    "12:00")));
  EXPECT_THAT(ProblemsOfHours("hours { opens: '07:00' closes: '11:30' } "
                              "hours { opens: '11:30' closes: '17:00' }"),
              ElementsAre(HasSubstr("join those that touch")));
  EXPECT_THAT(ProblemsOfHours("hours { opens: '13:30' closes: '17:00' } "
                              "hours { opens: '07:00' closes: '11:30' }"),
              ElementsAre(HasSubstr("put the periods in order")));
  EXPECT_THAT(ProblemsOfHours(""), ElementsAre(HasSubstr("weekdays[0].hours: is empty")));
  std::string many;
  for (int hour = 0; hour <= kHoursPerDayMax; ++hour) {
    StrAppend(many, "hours { opens: '", FormatMinute(hour * 60), "' closes: '",
              FormatMinute(hour * 60 + 30), "' } ");
  }
  EXPECT_THAT(ProblemsOfHours(many), ElementsAre(HasSubstr("the limit is 12")));
}

TEST(CalendarProblemsTest, Weekdays) {
  EXPECT_THAT(ProblemsOf(StrCat("id: 'x' ", kMonday, kMonday)),
              ElementsAre(HasSubstr("weekdays[1].weekday: is WEEKDAY_MONDAY a second time")));
  EXPECT_THAT(ProblemsOf("id: 'x' weekdays { hours { opens: '07:00' closes: '11:30' } }"),
              ElementsAre(HasSubstr("weekdays[0].weekday: is 0; give")));
  EXPECT_THAT(
      ProblemsOf("id: 'x' weekdays { weekday: 9 hours { opens: '07:00' closes: '11:30' } }"),
      ElementsAre(HasSubstr("weekdays[0].weekday: is 9; give")));
  EXPECT_THAT(ProblemsOf("id: 'x'"),
              ElementsAre(HasSubstr("weekdays: is empty, here and in the bases: no working hour")));
}

TEST(CalendarProblemsTest, Days) {
  EXPECT_THAT(ProblemsOfDay("date: '2026-02-29'"),
              ElementsAre(HasSubstr("days[0].date: is `2026-02-29`; write a day that exists")));
  EXPECT_THAT(ProblemsOfDay("date: '22/08/2026'"), ElementsAre(HasSubstr("days[0].date")));
  EXPECT_THAT(ProblemsOfDay("date: '2026-08-22' works_as: WEEKDAY_SUNDAY"),
              ElementsAre(HasSubstr("days[0].works_as: is WEEKDAY_SUNDAY, which is off")));
  EXPECT_THAT(ProblemsOfDay("date: '2026-08-22' works_as: 8"),
              ElementsAre(HasSubstr("days[0].works_as: is 8")));
  EXPECT_THAT(ProblemsOfDay("date: '2026-08-22' works_as: WEEKDAY_MONDAY "
                            "hours { opens: '07:00' closes: '11:30' }"),
              ElementsAre(HasSubstr("is given together with `hours`")));
  EXPECT_THAT(ProblemsOfDay("date: '2026-08-22' hours { opens: '11:30' closes: '07:00' }"),
              ElementsAre(HasSubstr("days[0].hours[0].closes")));
  EXPECT_THAT(
      ProblemsOf(StrCat("id: 'x' ", kMonday, "days { date: '2026-09-02' }")),
      ElementsAre(HasSubstr("days[0].name: is missing"), HasSubstr("days[0].source: is missing")));
  const std::string day = "days { date: '2026-09-02' name: 'n' source: 's' } ";
  EXPECT_THAT(ProblemsOf(StrCat("id: 'x' ", kMonday, day, day)),
              ElementsAre(HasSubstr("days[1].date: is 2026-09-02 as that of days[0]")));
}

TEST(CalendarProblemsTest, TooManyDays) {
  catalogue::v1::WorkingCalendar calendar = CalendarFrom("id: 'x' base: 'vn'");
  for (int i = 0; i <= kExceptionalDaysMax; ++i) calendar.add_days();
  const auto problems = CalendarProblems(calendar, ShippedCalendars());
  ASSERT_EQ(problems.size(), 1);
  EXPECT_THAT(problems[0].description, HasSubstr("are 5001; the limit is 5000"));
}

TEST(CalendarProblemsTest, KnownDates) {
  const auto known = [](const std::string& text) {
    return ProblemsOf(StrCat("id: 'x' ", kMonday, text));
  };
  EXPECT_THAT(known("known_from: '2026' known_until: '2027-12-31'"),
              ElementsAre(HasSubstr("known_from: is `2026`")));
  EXPECT_THAT(known("known_from: '2026-01-01'"),
              ElementsAre(HasSubstr("known_until: is missing, here and in the bases")));
  EXPECT_THAT(known("known_until: '2026-01-01'"), ElementsAre(HasSubstr("known_from: is missing")));
  EXPECT_THAT(known("known_from: '2027-01-01' known_until: '2026-12-31'"),
              ElementsAre(HasSubstr("known_until: is 2026-12-31, before the first known date")));
  EXPECT_THAT(ProblemsOf("id: 'x' base: 'vn' known_from: '2028-01-01'"),
              ElementsAre(HasSubstr("known_until: is 2027-12-31, before")));
}

TEST(CalendarProblemsTest, Bases) {
  EXPECT_THAT(ProblemsOf("id: 'x' base: 'nowhere'"),
              ElementsAre(HasSubstr("base: is `nowhere`, and there is no such calendar"),
                          HasSubstr("weekdays: is empty")));
  EXPECT_THAT(ProblemsOf(StrCat("id: 'x' base: 'x' ", kMonday)),
              ElementsAre(HasSubstr("base: is `x`, which closes a circle")));
  WorkingCalendars all;
  all["b"] = CalendarFrom(StrCat("id: 'b' base: 'c' ", kMonday));
  all["c"] = CalendarFrom("id: 'c' base: 'a'");
  EXPECT_THAT(ProblemsOf("id: 'a' base: 'b'", all),
              ElementsAre(HasSubstr("base: has a chain that ends at `c`, whose base is `a`, which "
                                    "closes a circle")));
  all["c"] = CalendarFrom("id: 'c' base: 'b'");  // a circle without the one that is looked at
  EXPECT_THAT(ProblemsOf("id: 'a' base: 'b'", all), ElementsAre(HasSubstr("closes a circle")));
  all["c"] = CalendarFrom(StrCat("id: 'c' ", kMonday, "days { date: 'soon' }"));
  EXPECT_THAT(
      ProblemsOf("id: 'a' base: 'b'", all),
      ElementsAre(HasSubstr("base: leads to `c`, which has faults of its own (days[0].date")));
}

TEST(CalendarProblemsTest, AChainHasALimit) {
  WorkingCalendars all = ShippedCalendars();
  std::string below = "vn";
  for (int i = 0; i < kCalendarChainMax; ++i) {
    const std::string id = StrCat("level-", i);
    all[id] = CalendarFrom(StrCat("id: '", id, "' base: '", below, "'"));
    const bool fits = i + 2 <= kCalendarChainMax;
    EXPECT_EQ(CalendarProblems(all[id], all).empty(), fits) << id;
    below = id;
  }
}

}  // namespace
}  // namespace lienthong::domain
