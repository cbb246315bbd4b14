#include "gateway/domain/time_limit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::TimeLimit;

bool IsAfterClosing(const Calendar& calendar, absl::Time time) {
  return time > calendar.ClosesAt(WallDay(time));
}

absl::Time EndOfSameDay(const Calendar& calendar, absl::Time start, const TimeLimit& limit) {
  const absl::CivilDay day = WallDay(start);
  const bool late =
      IsAfterClosing(calendar, start) ||
      (!limit.cut_off().empty() && start > AtWall(day, *ParseMinute(limit.cut_off())));
  return calendar.ClosesAt(calendar.IsWorkingDay(day) && !late ? day
                                                               : calendar.AddWorkingDays(day, 1));
}

absl::Time EndOfDays(const Calendar& calendar, absl::Time start, const TimeLimit& limit) {
  const absl::CivilDay day = WallDay(start) + limit.amount();
  return calendar.ClosesAt(calendar.IsWorkingDay(day) ? day : calendar.AddWorkingDays(day, 1));
}

// Without any pause.
absl::Time EndOf(const Calendar& calendar, absl::Time start, const TimeLimit& limit) {
  switch (limit.unit()) {
    case TimeLimit::UNIT_WORKING_DAYS:
      return calendar.ClosesAt(
          calendar.AddWorkingDays(ReceptionDay(calendar, start), limit.amount()));
    case TimeLimit::UNIT_DAYS:
      return EndOfDays(calendar, start, limit);
    case TimeLimit::UNIT_WORKING_HOURS:
      return calendar.AddWorkingTime(start,
                                     absl::Hours(limit.amount()) + absl::Minutes(limit.minutes()));
    default:
      return EndOfSameDay(calendar, start, limit);
  }
}

// Of each unit on its own.
std::string AmountProblem(const TimeLimit& limit) {
  if (limit.unit() == TimeLimit::UNIT_SAME_DAY) {
    if (limit.amount() == 0) return "";
    return StrCat("is ", limit.amount(), "; give 0 with UNIT_SAME_DAY, or another unit");
  }
  if (limit.amount() >= 1 && limit.amount() <= kLimitAmountMax) return "";
  return StrCat("is ", limit.amount(), "; give 1 to ", kLimitAmountMax);
}

std::string StartProblem(absl::Time start) {
  const int64_t year = WallDay(start).year();
  if (year >= kCalendarYearMin && year <= kReceptionYearMax) return "";
  return StrCat("is in the year ", year, "; give an instant from ", kCalendarYearMin, " to ",
                kReceptionYearMax);
}

}  // namespace

std::vector<FieldViolation> TimeLimitProblems(const TimeLimit& limit, std::string_view path) {
  std::vector<FieldViolation> problems;
  const auto add = [&](std::string_view field, std::string problem) {
    problems.push_back({StrCat(path, field), std::move(problem)});
  };
  if (limit.unit() == TimeLimit::UNIT_UNSPECIFIED || !TimeLimit::Unit_IsValid(limit.unit())) {
    add("unit", StrCat("is ", static_cast<int>(limit.unit()),
                       "; give UNIT_WORKING_DAYS, UNIT_DAYS, UNIT_WORKING_HOURS or UNIT_SAME_DAY"));
    return problems;
  }
  if (std::string problem = AmountProblem(limit); !problem.empty()) {
    add("amount", std::move(problem));
  }
  if (limit.unit() != TimeLimit::UNIT_WORKING_HOURS && limit.minutes() != 0) {
    add("minutes", StrCat("is ", limit.minutes(), "; only UNIT_WORKING_HOURS has minutes, give 0"));
  } else if (limit.minutes() < 0 || limit.minutes() > 59) {
    add("minutes", StrCat("is ", limit.minutes(), "; give 0 to 59"));
  }
  if (limit.cut_off().empty()) return problems;
  if (limit.unit() != TimeLimit::UNIT_SAME_DAY) {
    add("cut_off", StrCat("is ", limit.cut_off(), "; only UNIT_SAME_DAY has one, leave it out"));
  } else if (!ParseMinute(limit.cut_off())) {
    add("cut_off", StrCat("is `", limit.cut_off(), "`; write HH:MM, e.g. `15:00`"));
  }
  return problems;
}

absl::CivilDay ReceptionDay(const Calendar& calendar, absl::Time start) {
  const absl::CivilDay day = WallDay(start);
  const bool counts = calendar.IsWorkingDay(day) && !IsAfterClosing(calendar, start);
  return counts ? day : calendar.AddWorkingDays(day, 1);
}

std::vector<Wait> JoinWaits(absl::Time start, std::vector<Wait> waits) {
  const auto end_of = [](const Wait& wait) { return wait.end.value_or(absl::InfiniteFuture()); };
  std::sort(waits.begin(), waits.end(),
            [](const Wait& a, const Wait& b) { return a.start < b.start; });
  std::vector<Wait> joined;
  for (Wait& wait : waits) {
    wait.start = std::max(wait.start, start);
    if (end_of(wait) <= wait.start) continue;
    if (joined.empty() || end_of(joined.back()) < wait.start) {
      joined.push_back(wait);
    } else if (end_of(joined.back()) < end_of(wait)) {
      joined.back().end = wait.end;
    }
  }
  return joined;
}

absl::StatusOr<Due> DueOf(const Calendar& calendar, absl::Time start, const TimeLimit& limit,
                          const std::vector<Wait>& waits) {
  std::vector<FieldViolation> problems = TimeLimitProblems(limit, "limit.");
  if (std::string problem = StartProblem(start); !problem.empty()) {
    problems.push_back({"start_time", std::move(problem)});
  }
  if (!problems.empty()) return FieldsInvalid(std::move(problems));
  Due due = {.time = EndOf(calendar, start, limit)};
  if (WallDay(*due.time) >= absl::CivilDay(kCalendarYearMax, 12, 31)) {
    return FieldInvalid("limit", StrCat("is not over in the year ", kCalendarYearMax,
                                        " by the working hours of the calendar ", calendar.id(),
                                        "; give that more hours, or a shorter limit"));
  }
  for (const Wait& wait : JoinWaits(start, waits)) {
    if (wait.start >= *due.time) break;
    if (!wait.end) return Due{};
    due.time =
        calendar.AddWorkingTime(*due.time, calendar.WorkingTimeBetween(wait.start, *wait.end));
    if (*due.time == absl::InfiniteFuture()) return Due{};
  }
  const absl::CivilDay first = WallDay(start);
  const absl::CivilDay last = WallDay(*due.time);
  due.provisional =
      !calendar.IsKnown(first) || !calendar.IsKnown(last) || !calendar.IsCertain(first, last);
  return due;
}

const TimeLimit& ReceptionLimit() {
  static const TimeLimit limit = [] {
    TimeLimit eight_hours;
    eight_hours.set_unit(TimeLimit::UNIT_WORKING_HOURS);
    eight_hours.set_amount(8);
    return eight_hours;
  }();
  return limit;
}

}  // namespace lienthong::domain
