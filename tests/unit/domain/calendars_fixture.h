// Calendars and short spellings that the tests of calendars and deadlines share.
#ifndef LIENTHONG_TESTS_UNIT_DOMAIN_CALENDARS_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_DOMAIN_CALENDARS_FIXTURE_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "gateway/domain/calendar.h"

namespace lienthong::domain {

// The shipped calendars with those of some invented agencies.
const WorkingCalendars& CalendarsOfTests();
// One of them.
const Calendar& CalendarOfTests(std::string_view id);
// A calendar in text format.
catalogue::v1::WorkingCalendar CalendarFrom(const std::string& text);

// "2026-03-02 08:00", or with its weekday in front, which must be right. Fails the test otherwise.
absl::Time At(std::string_view text);
// "Mon 2026-03-02 08:00"; with seconds where there are any.
std::string Shown(absl::Time time);

}  // namespace lienthong::domain

#endif  // LIENTHONG_TESTS_UNIT_DOMAIN_CALENDARS_FIXTURE_H_
