#ifndef LIENTHONG_GATEWAY_DOMAIN_CALENDAR_DATA_H_
#define LIENTHONG_GATEWAY_DOMAIN_CALENDAR_DATA_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lienthong/catalogue/v1/calendar.pb.h"

#include "gateway/base/errors.h"

namespace lienthong::domain {

// Calendars by their id: those that a calendar's `base` may name.
using WorkingCalendars = std::map<std::string, catalogue::v1::WorkingCalendar, std::less<>>;

inline constexpr int kExceptionalDaysMax = 5000;  // per calendar: fifty a year for a century
inline constexpr int kHoursPerDayMax = 12;        // periods of one day
inline constexpr int kCalendarChainMax = 8;       // a calendar and the bases behind each other

// Everything that is wrong with a calendar as data, and with its chain of bases: what to show for a
// line of an import. Empty when nothing is. `all` need not hold the calendar itself; if it does,
// the one given counts. Field names are those of the message: `days[3].works_as`.
std::vector<FieldViolation> CalendarProblems(const catalogue::v1::WorkingCalendar& calendar,
                                             const WorkingCalendars& all);

// A calendar and its bases, nearest first, as far as `all` has them; ends before a circle closes.
std::vector<const catalogue::v1::WorkingCalendar*> CalendarChain(
    const catalogue::v1::WorkingCalendar& calendar, const WorkingCalendars& all);

// The calendars that come with the gateway, `vn` and those on it, from calendars/. Live for ever.
const WorkingCalendars& ShippedCalendars();

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_CALENDAR_DATA_H_
