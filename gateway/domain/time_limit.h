#ifndef LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_
#define LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "lienthong/catalogue/v1/calendar.pb.h"

#include "gateway/base/errors.h"
#include "gateway/domain/calendar.h"

namespace lienthong::domain {

// When the time that the law allows is over. How it counts, and from where we know (the choices are
// argued in docs/adr/2026-11-23-how-time-limits-are-counted.md):
//
// * The day of reception is day 0 and is not counted (Civil Code 2015, Art. 147(2); high).
// * Working days: what is received on a day off or after closing counts as received on the next
//   working day (domain.md 4.4; medium). Due when the n-th working day behind day 0 closes.
// * Days of the calendar: day 0 is the date of reception at any hour, since days off count as well.
//   An end on a day off moves to the next working day (Civil Code, Art. 148(5); high). Due when
//   that day closes, not at midnight as in Art. 148(6): results are handed out within working
//   hours.
// * Working hours: from the reception, or the next working moment (domain.md 4.4; medium), to the
//   minute. Due at the first instant by which they have passed: at 17:00, not at 07:00 next day.
// * Same day: received up to and with the cut-off, the day's closing time; "after 15:00" is the
// next
//   working day (Decree 23/2015, Art. 7; high). A day that closes before the cut-off has its
//   closing time as cut-off.
// * Whoever comes at closing time sharp is still in time; a second later is late.
// * Pauses move the end, whatever the unit, by exactly the working time between reception and end
//   that they cover (domain.md 4.4; high), overlapping ones once. A day's closing time thereby
//   becomes an hour of the day. What begins when the time is over moves nothing.
inline constexpr int kLimitAmountMax = 10000;   // of any unit: 27 years of days
inline constexpr int kReceptionYearMax = 2099;  // so that no end lies behind all calendars

// An interval in which the clock stands. One that ends before it starts is none.
struct Wait {
  absl::Time start;
  std::optional<absl::Time> end;  // none: it has no end yet
};

struct Due {
  std::optional<absl::Time> time;  // none: the clock stands, without an end in sight
  bool provisional = false;        // runs over dates whose holidays are not known for certain
};

// Everything that is wrong with a time limit as data; field names stand behind `path`, which is
// empty or ends with a dot. Empty when nothing is.
std::vector<FieldViolation> TimeLimitProblems(const catalogue::v1::TimeLimit& limit,
                                              std::string_view path = "");

// When the limit ends for what was validly received at `start`. InvalidArgument `FIELD_INVALID`
// when the limit has problems, `start` lies before kCalendarYearMin or after kReceptionYearMax, or
// the calendar has too few working hours for the limit ever to end.
absl::StatusOr<Due> DueOf(const Calendar& calendar, absl::Time start,
                          const catalogue::v1::TimeLimit& limit,
                          const std::vector<Wait>& waits = {});

// The working day on which that counts as received, where working days are counted.
absl::CivilDay ReceptionDay(const Calendar& calendar, absl::Time start);

// What the waits cover from `start` on, in order, none touching the next.
std::vector<Wait> JoinWaits(absl::Time start, std::vector<Wait> waits);

// How long an online dossier may wait to be received or answered: 8 working hours (Decree 118/2025,
// Arts 17 and 18; high).
const catalogue::v1::TimeLimit& ReceptionLimit();

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_
