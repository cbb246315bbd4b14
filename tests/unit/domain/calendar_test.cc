#include "gateway/domain/calendar.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/domain/calendars_fixture.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(WallTimeTest, DaysBeginAtMidnightInVietNam) {
  EXPECT_EQ(WallDay(absl::FromUnixSeconds(17 * 3600 - 1)), absl::CivilDay(1970, 1, 1));
  EXPECT_EQ(WallDay(absl::FromUnixSeconds(17 * 3600)), absl::CivilDay(1970, 1, 2));
  EXPECT_EQ(AtWall(absl::CivilDay(1970, 1, 2), 90), absl::FromUnixSeconds(17 * 3600 + 5400));
}

TEST(WallTimeTest, ReadsDaysAndMinutesInOneShape) {
  EXPECT_EQ(ParseDay("2028-02-29"), absl::CivilDay(2028, 2, 29));
  for (const char* bad : {"", "2026-02-29", "2026-2-9", "2026-13-01", "26-08-22", "2026-08-22 ",
                          "2026/08/22", "22-08-2026", "1899-12-31", "2200-01-01", "2026-00-10"}) {
    EXPECT_EQ(ParseDay(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(ParseMinute("07:30"), 450);
  EXPECT_EQ(ParseMinute("24:00"), 1440);
  for (const char* bad : {"", "7:30", "07:60", "24:01", "25:00", "07.30", "07:30:00", "0730"}) {
    EXPECT_EQ(ParseMinute(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(FormatDay(absl::CivilDay(2026, 8, 2)), "2026-08-02");
  EXPECT_EQ(FormatMinute(450), "07:30");
}

TEST(ShippedCalendarsTest, AreWithoutFault) {
  for (const auto& [id, calendar] : ShippedCalendars()) {
    EXPECT_EQ(id, calendar.id());
    EXPECT_THAT(Calendar::Make(id, ShippedCalendars()), IsOk());
    for (const auto& day : calendar.days()) {
      EXPECT_NE(day.confidence(), catalogue::v1::CONFIDENCE_UNSPECIFIED) << day.date();
    }
  }
  EXPECT_TRUE(ShippedCalendars().contains("vn"));
}

// domain.md 4.5, with the weekday that it names: what moves a due time is checked twice.
TEST(ShippedCalendarsTest, DaysOffFallOnTheWeekdaysThatTheSourcesName) {
  const std::map<std::string, std::string> off = {
      {"2026-01-01", "Thu"}, {"2026-01-02", "Fri"}, {"2026-02-16", "Mon"}, {"2026-02-17", "Tue"},
      {"2026-02-18", "Wed"}, {"2026-02-19", "Thu"}, {"2026-02-20", "Fri"}, {"2026-04-26", "Sun"},
      {"2026-04-27", "Mon"}, {"2026-04-30", "Thu"}, {"2026-05-01", "Fri"}, {"2026-08-31", "Mon"},
      {"2026-09-01", "Tue"}, {"2026-09-02", "Wed"}, {"2026-11-24", "Tue"}, {"2027-01-01", "Fri"},
      {"2027-02-04", "Thu"}, {"2027-02-05", "Fri"}, {"2027-02-06", "Sat"}, {"2027-02-07", "Sun"},
      {"2027-02-08", "Mon"}, {"2027-02-09", "Tue"}, {"2027-02-10", "Wed"}, {"2027-04-16", "Fri"},
      {"2027-04-30", "Fri"}, {"2027-05-01", "Sat"}, {"2027-05-03", "Mon"}, {"2027-09-02", "Thu"},
      {"2027-09-03", "Fri"}, {"2027-11-24", "Wed"}};
  const std::map<std::string, std::string> worked = {{"2026-01-10", "Sat"}, {"2026-08-22", "Sat"}};
  const Calendar& vn = CalendarOfTests("vn");
  for (const auto& day : ShippedCalendars().at("vn").days()) {
    const bool works = worked.contains(day.date());
    ASSERT_TRUE(works || off.contains(day.date())) << day.date() << " is not in this table";
    const absl::CivilDay date = *ParseDay(day.date());
    EXPECT_EQ(Shown(AtWall(date, 0)).substr(0, 3), (works ? worked : off).at(day.date()))
        << day.date();
    EXPECT_EQ(vn.IsWorkingDay(date), works) << day.date();
    ASSERT_NE(vn.ExceptionOn(date), nullptr) << day.date();
    EXPECT_EQ(vn.ExceptionOn(date)->name(), day.name());
  }
  EXPECT_EQ(ShippedCalendars().at("vn").days_size(), off.size() + worked.size());
}

// 12 holidays a year since 2026 (Labour Code Art. 112, NQ 28/2026/QH16), each worth a working day:
// what falls on a weekend is made up for, and a swapped day is worked on a Saturday.
TEST(ShippedCalendarsTest, EachYearHasTwelveWorkingDaysOff) {
  const Calendar& vn = CalendarOfTests("vn");
  for (const int year : {2026, 2027}) {
    int weekdays = 0;
    int worked = 0;
    for (absl::CivilDay day(year, 1, 1); day.year() == year; ++day) {
      weekdays += static_cast<int>(absl::GetWeekday(day) < absl::Weekday::saturday);
      worked += static_cast<int>(vn.IsWorkingDay(day));
    }
    EXPECT_EQ(weekdays - worked, 12) << year;
  }
}

TEST(CalendarTest, ADayHasTheHoursOfItsWeekday) {
  const Calendar& vn = CalendarOfTests("vn");
  const auto& monday = vn.HoursOf(absl::CivilDay(2026, 3, 2));
  ASSERT_EQ(monday.size(), 2);
  EXPECT_EQ(monday[0].opens, 7 * 60);
  EXPECT_EQ(monday[0].closes, 11 * 60 + 30);
  EXPECT_EQ(monday[1].opens, 13 * 60 + 30);
  EXPECT_EQ(monday[1].closes, 17 * 60);
  EXPECT_THAT(vn.HoursOf(absl::CivilDay(2026, 3, 7)), IsEmpty());
  EXPECT_EQ(vn.ExceptionOn(absl::CivilDay(2026, 3, 2)), nullptr);
  EXPECT_EQ(Shown(vn.ClosesAt(absl::CivilDay(2026, 3, 2))), "Mon 2026-03-02 17:00");
  EXPECT_EQ(Shown(vn.ClosesAt(absl::CivilDay(2026, 3, 7))), "Sat 2026-03-07 00:00");
}

TEST(CalendarTest, TheNextWorkingMomentIsNowOrWhenTheNextHoursOpen) {
  const Calendar& vn = CalendarOfTests("vn");
  const std::map<std::string, std::string> expected = {
      {"2026-03-02 06:59", "Mon 2026-03-02 07:00"}, {"2026-03-02 07:00", "Mon 2026-03-02 07:00"},
      {"2026-03-02 11:29", "Mon 2026-03-02 11:29"}, {"2026-03-02 11:30", "Mon 2026-03-02 13:30"},
      {"2026-03-02 13:00", "Mon 2026-03-02 13:30"}, {"2026-03-02 16:59", "Mon 2026-03-02 16:59"},
      {"2026-03-02 17:00", "Tue 2026-03-03 07:00"}, {"2026-02-13 17:00", "Mon 2026-02-23 07:00"},
      {"2026-08-21 20:00", "Sat 2026-08-22 07:00"}, {"2026-11-24 09:00", "Wed 2026-11-25 07:00"}};
  for (const auto& [from, to] : expected) {
    EXPECT_EQ(Shown(vn.NextWorkingMoment(At(from))), to) << from;
  }
}

TEST(CalendarTest, NothingOrLessToAddIsTheInstantItself) {
  const Calendar& vn = CalendarOfTests("vn");
  const absl::Time saturday = At("2026-03-07 10:00");
  EXPECT_EQ(vn.AddWorkingTime(saturday, absl::ZeroDuration()), saturday);
  EXPECT_EQ(vn.AddWorkingTime(saturday, absl::Hours(-3)), saturday);
  EXPECT_EQ(vn.AddWorkingDays(absl::CivilDay(2026, 3, 7), 0), absl::CivilDay(2026, 3, 7));
  EXPECT_EQ(vn.AddWorkingDays(absl::CivilDay(2026, 3, 7), -2), absl::CivilDay(2026, 3, 7));
}

TEST(CalendarTest, HasAnEndInBothDirections) {
  const Calendar& vn = CalendarOfTests("vn");
  const absl::Time from = At("2026-03-02 08:00");
  EXPECT_EQ(vn.AddWorkingTime(from, absl::Hours(10'000'000)), absl::InfiniteFuture());
  EXPECT_EQ(vn.AddWorkingTime(from, absl::InfiniteDuration()), absl::InfiniteFuture());
  EXPECT_EQ(vn.AddWorkingDays(absl::CivilDay(2026, 3, 2), 2'000'000'000),
            absl::CivilDay(2199, 12, 31));
  EXPECT_EQ(vn.WorkingTimeBetween(from, absl::InfiniteFuture()),
            vn.WorkingTimeBetween(from, At("2200-01-01 00:00")));
  EXPECT_EQ(vn.WorkingTimeBetween(absl::InfinitePast(), from),
            vn.WorkingTimeBetween(At("1900-01-01 00:00"), from));
  EXPECT_TRUE(vn.IsWorkingDay(absl::CivilDay(1900, 1, 1)));
  EXPECT_EQ(vn.HoursOf(absl::CivilDay(99999, 1, 1)).size(),
            vn.HoursOf(absl::CivilDay(2199, 12, 31)).size());
}

TEST(CalendarTest, SaysForWhichDatesHolidaysAreKnown) {
  for (const char* id : {"vn", "vn-0730", "ward-local"}) {
    const Calendar& calendar = CalendarOfTests(id);
    EXPECT_FALSE(calendar.IsKnown(absl::CivilDay(2025, 12, 31))) << id;
    EXPECT_TRUE(calendar.IsKnown(absl::CivilDay(2026, 1, 1))) << id;
    EXPECT_TRUE(calendar.IsKnown(absl::CivilDay(2027, 12, 31))) << id;
    EXPECT_FALSE(calendar.IsKnown(absl::CivilDay(2028, 1, 1))) << id;
  }
  EXPECT_FALSE(CalendarOfTests("day-and-night").IsKnown(absl::CivilDay(2026, 6, 1)));
}

TEST(CalendarTest, TakesTheNearestOfItsChain) {
  WorkingCalendars all = CalendarsOfTests();
  all["later"] = CalendarFrom("id: 'later' base: 'vn' known_until: '2028-12-31'");
  const Calendar later = Calendar::Make("later", all).value();
  EXPECT_TRUE(later.IsKnown(absl::CivilDay(2026, 1, 1)));
  EXPECT_TRUE(later.IsKnown(absl::CivilDay(2028, 12, 31)));
  EXPECT_FALSE(CalendarOfTests("vn").IsKnown(absl::CivilDay(2028, 12, 31)));
}

TEST(CalendarTest, WhoDoesNotWorkTheWeekdayOfASwapIsNoPartOfIt) {
  WorkingCalendars all = CalendarsOfTests();
  std::string week = "id: 'tue-sat' base: 'vn' name: 'x' ";
  for (const char* day : {"TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}) {
    StrAppend(week, "weekdays { weekday: WEEKDAY_", day,
              " hours { opens: '08:00' closes: '12:00' } }");
  }
  all["tue-sat"] = CalendarFrom(week);
  const Calendar swapless = Calendar::Make("tue-sat", all).value();
  const absl::CivilDay saturday(2026, 8, 22);  // worked for Monday the 31st
  EXPECT_TRUE(swapless.IsWorkingDay(saturday)) << "as each Saturday";
  EXPECT_FALSE(swapless.IsWorkingDay(absl::CivilDay(2026, 8, 31))) << "as each Monday";
  EXPECT_EQ(swapless.AddWorkingDays(absl::CivilDay(2026, 8, 21), 1), saturday);
  EXPECT_TRUE(CalendarOfTests("vn").IsWorkingDay(saturday));
}

TEST(CalendarTest, AnUnknownIdOrAFaultIsAnError) {
  EXPECT_THAT(Calendar::Make("nowhere", CalendarsOfTests()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("`nowhere`"), HasSubstr("import it first"))));
  WorkingCalendars all;
  all["bad"] = CalendarFrom("id: 'bad' days { date: '2026-02-30' name: 'x' source: 'y' }");
  EXPECT_THAT(Calendar::Make("bad", all),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("calendars[bad].days[0].date: is `2026-02-30`"),
                             HasSubstr("calendars[bad].weekdays: is empty"))));
}

}  // namespace
}  // namespace lienthong::domain
