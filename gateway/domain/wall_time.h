#ifndef LIENTHONG_GATEWAY_DOMAIN_WALL_TIME_H_
#define LIENTHONG_GATEWAY_DOMAIN_WALL_TIME_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace lienthong::domain {

// Days and hours by the clock on the wall in Viet Nam: +07:00 without daylight saving, since 1975.
//
// An hour of the day is told in minutes from midnight; 1440 is the day's end, "24:00".

// No calendar says anything outside of these years.
inline constexpr int kCalendarYearMin = 1900;
inline constexpr int kCalendarYearMax = 2199;

// The day on which an instant falls.
absl::CivilDay WallDay(absl::Time time);
// The instant at which the clock shows that minute of the day.
absl::Time AtWall(absl::CivilDay day, int minute);

// "2026-08-22"; none for another shape, a day that no month has or another year.
std::optional<absl::CivilDay> ParseDay(std::string_view text);
std::string FormatDay(absl::CivilDay day);
// "07:30", and "24:00"; none for another shape or hour.
std::optional<int> ParseMinute(std::string_view text);
std::string FormatMinute(int minute);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_WALL_TIME_H_
