#include "tests/unit/domain/calendars_fixture.h"

#include <map>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/text.h"

namespace lienthong::domain {
namespace {

const absl::TimeZone& VietNamZone() {
  static const absl::TimeZone zone = absl::FixedTimeZone(7 * 60 * 60);
  return zone;
}

std::string Week(const std::string& days, const std::string& hours) {
  std::string week;
  for (const char day : days) {
    StrAppend(week, "weekdays { weekday: ", std::string(1, day), " ", hours, " } ");
  }
  return week;
}

}  // namespace

catalogue::v1::WorkingCalendar CalendarFrom(const std::string& text) {
  catalogue::v1::WorkingCalendar calendar;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &calendar)) << text;
  return calendar;
}

const WorkingCalendars& CalendarsOfTests() {
  static const WorkingCalendars calendars = [] {
    WorkingCalendars all = ShippedCalendars();
    const std::string office =
        "hours { opens: '07:00' closes: '11:30' } hours { opens: '13:30' closes: '17:00' }";
    const std::string morning = "hours { opens: '07:00' closes: '11:30' }";
    const std::string invented = " name: 'invented' source: 'this test' } ";
    all["ward-saturday"] = CalendarFrom("id: 'ward-saturday' base: 'vn' " + Week("12345", office) +
                                        Week("6", "hours { opens: '07:30' closes: '11:30' }"));
    all["ward-local"] =
        CalendarFrom("id: 'ward-local' base: 'ward-saturday' days { date: '2026-06-15'" + invented +
                     "days { date: '2026-12-31' " + morning + invented +
                     "days { date: '2026-11-24' " + morning + invented);
    all["day-and-night"] = CalendarFrom(
        "id: 'day-and-night' " + Week("1234567", "hours { opens: '00:00' closes: '24:00' }"));
    return all;
  }();
  return calendars;
}

const Calendar& CalendarOfTests(std::string_view id) {
  static std::map<std::string, Calendar, std::less<>> made;
  const auto known = made.find(id);
  if (known != made.end()) return known->second;
  return made.emplace(id, Calendar::Make(id, CalendarsOfTests()).value()).first->second;
}

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  const bool good = absl::ParseTime(text.size() > 16 ? "%a %Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M",
                                    ToAbsl(text), VietNamZone(), &time, &error);
  EXPECT_TRUE(good) << text << ": " << error;
  if (text.size() > 16) {
    EXPECT_EQ(Shown(time), text) << "not that weekday";
  }
  return time;
}

std::string Shown(absl::Time time) {
  const bool whole = absl::ToUnixNanos(time) % 60'000'000'000 == 0;
  return absl::FormatTime(whole ? "%a %Y-%m-%d %H:%M" : "%a %Y-%m-%d %H:%M:%E*S", time,
                          VietNamZone());
}

}  // namespace lienthong::domain
