#ifndef LIENTHONG_GATEWAY_DOMAIN_CALENDAR_H_
#define LIENTHONG_GATEWAY_DOMAIN_CALENDAR_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "lienthong/catalogue/v1/calendar.pb.h"

#include "gateway/domain/calendar_data.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::domain {

// When an agency works, by the clock on the wall in Viet Nam. Immutable, thread-safe; no question
// costs more the further away a day is. What lies outside of kCalendarYearMin to kCalendarYearMax
// counts as their nearest end.
//
// Hours are half open: at 11:30 sharp the morning is over. A day of a base that `works_as` a
// weekday works that weekday's hours of *this* calendar: who opens at 07:00 does so on a swapped
// Saturday. Whose week has that weekday off is not part of the swap: the day stays ordinary.
class Calendar {
 public:
  // Minutes from midnight.
  struct Hours {
    int opens;
    int closes;
  };

  // The calendar `id` of `all` with its bases. InvalidArgument `FIELD_INVALID` names every fault.
  static absl::StatusOr<Calendar> Make(std::string_view id, const WorkingCalendars& all);

  const std::string& id() const { return id_; }

  // In ascending order; none on a day off.
  const std::vector<Hours>& HoursOf(absl::CivilDay day) const { return PlanOf(day).hours; }
  bool IsWorkingDay(absl::CivilDay day) const { return PlanOf(day).minutes > 0; }
  // Why a day is not as its weekday: its name and source. Null for an ordinary day.
  const catalogue::v1::ExceptionalDay* ExceptionOn(absl::CivilDay day) const;
  // Whether the holidays of that time are known. Never, for a calendar that says so nowhere in its
  // chain of bases.
  bool IsKnown(absl::CivilDay day) const { return known_from_ <= day && day <= known_until_; }

  // Whether all days from one to another that are not as their weekday are known from a source that
  // can be relied on: a Tết that is only expected (CONFIDENCE_LOW) may still be moved.
  bool IsCertain(absl::CivilDay from, absl::CivilDay to) const;

  // The n-th working day after a day, which need not be one; the day itself for n <= 0. Not later
  // than the end of kCalendarYearMax.
  absl::CivilDay AddWorkingDays(absl::CivilDay day, int n) const;
  // When the last hours of a working day end; the end of a day off is its midnight before.
  absl::Time ClosesAt(absl::CivilDay day) const;

  // The instant itself within working hours, else when the next ones open.
  absl::Time NextWorkingMoment(absl::Time time) const;
  // Working time from `from` to `to`; negative when `to` is earlier.
  absl::Duration WorkingTimeBetween(absl::Time from, absl::Time to) const;
  // The first instant by which that much working time has passed since `from`: one hour from 16:00
  // is 17:00, not the next morning. `from` itself for nothing or less; InfiniteFuture beyond
  // kCalendarYearMax. WorkingTimeBetween(t, AddWorkingTime(t, d)) is d.
  absl::Time AddWorkingTime(absl::Time from, absl::Duration working_time) const;

 private:
  struct Plan {
    std::vector<Hours> hours;
    int minutes = 0;
  };
  struct Exception {
    int32_t day;  // days since the first of kCalendarYearMin
    Plan plan;
    // How much all exceptions up to and with this one add to the ordinary weeks.
    int64_t minutes_added;
    int32_t days_added;
    catalogue::v1::ExceptionalDay data;
  };
  // Of all days before one, from the first of kCalendarYearMin.
  struct Total {
    int64_t minutes = 0;
    int64_t days = 0;
  };

  using Periods = google::protobuf::RepeatedPtrField<catalogue::v1::WorkingHours>;

  Calendar() = default;
  static Plan PlanFrom(const Periods& periods);
  const Plan& PlanOf(absl::CivilDay day) const;
  const Exception* ExceptionAt(int32_t day) const;
  Total Before(int32_t day) const;
  absl::Duration WorkedBefore(absl::Time time) const;
  void TakeWeek(const catalogue::v1::WorkingCalendar& calendar);
  void TakeDays(const std::vector<const catalogue::v1::WorkingCalendar*>& chain);
  void TakeKnown(const std::vector<const catalogue::v1::WorkingCalendar*>& chain);
  void SumUp();

  std::string id_;
  std::array<Plan, 7> week_;  // from Monday
  Total week_total_;
  std::array<Total, 7> before_in_week_;
  std::vector<Exception> exceptions_;  // by day
  absl::CivilDay known_from_ = absl::CivilDay::max();
  absl::CivilDay known_until_ = absl::CivilDay::min();
};

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_CALENDAR_H_
