#include "gateway/domain/calendar.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/base/text.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::ExceptionalDay;
using catalogue::v1::WorkingCalendar;

constexpr int kDaysPerWeek = 7;
constexpr absl::CivilDay kFirstDay(kCalendarYearMin, 1, 1);  // a Monday
constexpr auto kDays = static_cast<int32_t>(absl::CivilDay(kCalendarYearMax + 1, 1, 1) - kFirstDay);

// Days since the first; the nearest of both ends for a day outside.
int32_t Number(absl::CivilDay day) {
  return static_cast<int32_t>(std::clamp<int64_t>(day - kFirstDay, 0, kDays - 1));
}

absl::Time Inside(absl::Time time) {
  static const absl::Time first = AtWall(kFirstDay, 0);
  static const absl::Time last = AtWall(kFirstDay + kDays, 0);
  return std::clamp(time, first, last);
}

// The smallest number from `first` for which `reached` holds, which it does for all behind one;
// kDays when it holds for none.
template <typename Reached>
int32_t FirstDayThat(int32_t first, const Reached& reached) {
  int32_t last = kDays;
  while (first < last) {
    const int32_t middle = first + (last - first) / 2;
    if (reached(middle)) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}

int PlaceInWeek(catalogue::v1::Weekday weekday) {
  return static_cast<int>(weekday) - static_cast<int>(catalogue::v1::WEEKDAY_MONDAY);
}

}  // namespace

absl::StatusOr<Calendar> Calendar::Make(std::string_view id, const WorkingCalendars& all) {
  const auto found = all.find(id);
  if (found == all.end()) {
    return FieldInvalid("calendar", StrCat("is `", id,
                                           "`, and there is no such calendar; name "
                                           "one of those that are there, or import it first"));
  }
  std::vector<FieldViolation> problems = CalendarProblems(found->second, all);
  if (!problems.empty()) {
    for (FieldViolation& problem : problems) {
      problem.field = StrCat("calendars[", id, "].", problem.field);
    }
    return FieldsInvalid(std::move(problems));
  }
  Calendar calendar;
  calendar.id_ = std::string(id);
  const std::vector<const WorkingCalendar*> chain = CalendarChain(found->second, all);
  for (const WorkingCalendar* link : chain) {
    if (link->weekdays().empty()) continue;
    calendar.TakeWeek(*link);
    break;
  }
  calendar.TakeDays(chain);
  calendar.TakeKnown(chain);
  calendar.SumUp();
  return calendar;
}

Calendar::Plan Calendar::PlanFrom(const Periods& periods) {
  Plan plan;
  for (const catalogue::v1::WorkingHours& period : periods) {
    const int opens = *ParseMinute(period.opens());
    const int closes = *ParseMinute(period.closes());
    plan.hours.push_back({opens, closes});
    plan.minutes += closes - opens;
  }
  return plan;
}

void Calendar::TakeWeek(const WorkingCalendar& calendar) {
  for (const catalogue::v1::WorkingWeekday& day : calendar.weekdays()) {
    week_.at(PlaceInWeek(day.weekday())) = PlanFrom(day.hours());
  }
}

void Calendar::TakeDays(const std::vector<const WorkingCalendar*>& chain) {
  std::map<int32_t, Exception> by_day;
  for (const WorkingCalendar* link : chain) {  // the nearest first: what is there stays
    for (const ExceptionalDay& day : link->days()) {
      const int32_t number = Number(*ParseDay(day.date()));
      if (by_day.contains(number)) continue;
      const bool swapped = day.works_as() != catalogue::v1::WEEKDAY_UNSPECIFIED;
      Plan plan = swapped ? week_.at(PlaceInWeek(day.works_as())) : PlanFrom(day.hours());
      // Who does not work that weekday anyway gives nothing in exchange for it.
      if (swapped && plan.minutes == 0) plan = week_.at(number % kDaysPerWeek);
      by_day.emplace(number, Exception{number, std::move(plan), 0, 0, day});
    }
  }
  for (auto& [number, exception] : by_day) exceptions_.push_back(std::move(exception));
}

void Calendar::TakeKnown(const std::vector<const WorkingCalendar*>& chain) {
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    if (!(*link)->known_from().empty()) known_from_ = *ParseDay((*link)->known_from());
    if (!(*link)->known_until().empty()) known_until_ = *ParseDay((*link)->known_until());
  }
}

void Calendar::SumUp() {
  int64_t minutes = 0;
  int32_t days = 0;
  for (Exception& exception : exceptions_) {
    const Plan& ordinary = week_.at(exception.day % kDaysPerWeek);
    minutes += exception.plan.minutes - ordinary.minutes;
    days += static_cast<int>(exception.plan.minutes > 0) - static_cast<int>(ordinary.minutes > 0);
    exception.minutes_added = minutes;
    exception.days_added = days;
  }
  week_total_ = {};
  for (int place = 0; place < kDaysPerWeek; ++place) {
    before_in_week_.at(place) = week_total_;
    week_total_.minutes += week_.at(place).minutes;
    week_total_.days += static_cast<int>(week_.at(place).minutes > 0);
  }
}

const Calendar::Exception* Calendar::ExceptionAt(int32_t day) const {
  const auto at = std::lower_bound(exceptions_.begin(), exceptions_.end(), day,
                                   [](const Exception& one, int32_t key) { return one.day < key; });
  return at == exceptions_.end() || at->day != day ? nullptr : &*at;
}

const Calendar::Plan& Calendar::PlanOf(absl::CivilDay day) const {
  const int32_t number = Number(day);
  const Exception* exception = ExceptionAt(number);
  return exception == nullptr ? week_.at(number % kDaysPerWeek) : exception->plan;
}

const ExceptionalDay* Calendar::ExceptionOn(absl::CivilDay day) const {
  const Exception* exception = ExceptionAt(Number(day));
  return exception == nullptr ? nullptr : &exception->data;
}

Calendar::Total Calendar::Before(int32_t day) const {
  const Total& part = before_in_week_.at(day % kDaysPerWeek);
  const int64_t weeks = day / kDaysPerWeek;
  Total total = {weeks * week_total_.minutes + part.minutes, weeks * week_total_.days + part.days};
  const auto next =
      std::lower_bound(exceptions_.begin(), exceptions_.end(), day,
                       [](const Exception& one, int32_t key) { return one.day < key; });
  if (next != exceptions_.begin()) {
    total.minutes += std::prev(next)->minutes_added;
    total.days += std::prev(next)->days_added;
  }
  return total;
}

bool Calendar::IsCertain(absl::CivilDay from, absl::CivilDay to) const {
  const auto low = [](const Exception& exception) {
    return exception.data.confidence() == catalogue::v1::CONFIDENCE_LOW;
  };
  const auto begin =
      std::lower_bound(exceptions_.begin(), exceptions_.end(), Number(from),
                       [](const Exception& exception, int32_t day) { return exception.day < day; });
  const auto end =
      std::upper_bound(begin, exceptions_.end(), Number(to),
                       [](int32_t day, const Exception& exception) { return day < exception.day; });
  return std::none_of(begin, end, low);
}

absl::CivilDay Calendar::AddWorkingDays(absl::CivilDay day, int n) const {
  if (n <= 0) return day;
  const int32_t start = Number(day);
  const int64_t wanted = Before(start + 1).days + n;
  const int32_t found =
      FirstDayThat(start + 1, [&](int32_t number) { return Before(number + 1).days >= wanted; });
  return kFirstDay + std::min(found, kDays - 1);
}

absl::Time Calendar::ClosesAt(absl::CivilDay day) const {
  const std::vector<Hours>& hours = HoursOf(day);
  return AtWall(day, hours.empty() ? 0 : hours.back().closes);
}

absl::Time Calendar::NextWorkingMoment(absl::Time time) const {
  const absl::CivilDay day = WallDay(Inside(time));
  for (const Hours& period : HoursOf(day)) {
    if (time < AtWall(day, period.closes)) return std::max(time, AtWall(day, period.opens));
  }
  const absl::CivilDay next = AddWorkingDays(day, 1);
  const std::vector<Hours>& hours = HoursOf(next);
  return AtWall(next, hours.empty() ? 0 : hours.front().opens);
}

absl::Duration Calendar::WorkedBefore(absl::Time time) const {
  const absl::Time inside = Inside(time);
  const absl::CivilDay day = WallDay(inside);
  if (day - kFirstDay >= kDays) return absl::Minutes(Before(kDays).minutes);
  absl::Duration worked = absl::Minutes(Before(Number(day)).minutes);
  for (const Hours& period : HoursOf(day)) {
    const absl::Duration open = inside - AtWall(day, period.opens);
    worked += std::clamp(open, absl::ZeroDuration(), absl::Minutes(period.closes - period.opens));
  }
  return worked;
}

absl::Duration Calendar::WorkingTimeBetween(absl::Time from, absl::Time to) const {
  return WorkedBefore(to) - WorkedBefore(from);
}

absl::Time Calendar::AddWorkingTime(absl::Time from, absl::Duration working_time) const {
  if (working_time <= absl::ZeroDuration()) return from;
  const absl::Duration wanted = WorkedBefore(from) + working_time;
  const int32_t number = FirstDayThat(Number(WallDay(Inside(from))), [&](int32_t day) {
    return absl::Minutes(Before(day + 1).minutes) >= wanted;
  });
  if (number == kDays) return absl::InfiniteFuture();
  absl::Duration left = wanted - absl::Minutes(Before(number).minutes);
  const absl::CivilDay day = kFirstDay + number;
  for (const Hours& period : HoursOf(day)) {
    const absl::Duration length = absl::Minutes(period.closes - period.opens);
    if (left <= length) return AtWall(day, period.opens) + left;
    left -= length;
  }
  return ClosesAt(day);
}

}  // namespace lienthong::domain
