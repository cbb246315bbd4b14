#include "gateway/domain/calendar_data.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/domain/calendars/vn-2026-2027.textproto.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::ExceptionalDay;
using catalogue::v1::Weekday;
using catalogue::v1::Weekday_IsValid;
using catalogue::v1::Weekday_Name;
using catalogue::v1::WorkingCalendar;
using catalogue::v1::WorkingHours;
using Hours = google::protobuf::RepeatedPtrField<WorkingHours>;

constexpr size_t kIdCharactersMax = 63;

// Collects faults under the names of their fields.
class Faults {
 public:
  void Add(std::string_view field, std::string_view problem) {
    found_.push_back({std::string(field), std::string(problem)});
  }
  bool empty() const { return found_.empty(); }
  std::vector<FieldViolation> Take() { return std::move(found_); }

 private:
  std::vector<FieldViolation> found_;
};

void CheckId(const WorkingCalendar& calendar, Faults& faults) {
  const std::string& id = calendar.id();
  const bool fits = !id.empty() && id.size() <= kIdCharactersMax &&
                    id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == id.npos;
  if (!fits) {
    faults.Add("id", StrCat("is `", id, "`; give 1 to ", kIdCharactersMax,
                            " characters of a-z, 0-9 and `-`"));
  }
}

void CheckHours(const Hours& hours, const std::string& field, Faults& faults) {
  if (hours.size() > kHoursPerDayMax) {
    faults.Add(field, StrCat("are ", hours.size(), " periods; the limit is ", kHoursPerDayMax));
    return;
  }
  int closed = -1;  // of the period before
  for (int i = 0; i < hours.size(); ++i) {
    const std::string at = StrCat(field, "[", i, "]");
    const std::optional<int> opens = ParseMinute(hours[i].opens());
    const std::optional<int> closes = ParseMinute(hours[i].closes());
    for (const auto& [name, text, minute] : {std::tuple("opens", hours[i].opens(), opens),
                                             std::tuple("closes", hours[i].closes(), closes)}) {
      if (!minute) {
        faults.Add(StrCat(at, ".", name), StrCat("is `", text, "`; write HH:MM, e.g. `07:30`"));
      }
    }
    if (!opens || !closes) continue;
    if (*closes <= *opens) {
      faults.Add(StrCat(at, ".closes"),
                 StrCat("is ", hours[i].closes(), ", not later than `opens`, ", hours[i].opens(),
                        "; exchange them, or give a day's end as 24:00"));
    }
    if (*opens <= closed) {
      faults.Add(
          StrCat(at, ".opens"),
          StrCat("is ", hours[i].opens(), ", but the period before closes at ",
                 FormatMinute(closed), "; put the periods in order and join those that touch"));
    }
    closed = std::max(closed, *closes);
  }
}

void CheckWeek(const WorkingCalendar& calendar, Faults& faults) {
  std::set<Weekday> seen;
  for (int i = 0; i < calendar.weekdays_size(); ++i) {
    const catalogue::v1::WorkingWeekday& day = calendar.weekdays(i);
    const std::string at = StrCat("weekdays[", i, "]");
    if (day.weekday() == catalogue::v1::WEEKDAY_UNSPECIFIED || !Weekday_IsValid(day.weekday())) {
      faults.Add(StrCat(at, ".weekday"), StrCat("is ", static_cast<int>(day.weekday()),
                                                "; give WEEKDAY_MONDAY to WEEKDAY_SUNDAY"));
    } else if (!seen.insert(day.weekday()).second) {
      faults.Add(StrCat(at, ".weekday"), StrCat("is ", Weekday_Name(day.weekday()),
                                                " a second time; put its hours in one entry"));
    }
    if (day.hours().empty()) {
      faults.Add(StrCat(at, ".hours"),
                 "is empty; give hours, or leave the weekday out if it is off");
    }
    CheckHours(day.hours(), StrCat(at, ".hours"), faults);
  }
}

}  // namespace

std::vector<const WorkingCalendar*> CalendarChain(const WorkingCalendar& calendar,
                                                  const WorkingCalendars& all) {
  std::vector<const WorkingCalendar*> chain = {&calendar};
  std::set<std::string_view> seen = {calendar.id()};
  while (!chain.back()->base().empty()) {
    const auto base = all.find(chain.back()->base());
    if (base == all.end() || !seen.insert(base->first).second) break;
    chain.push_back(&base->second);
  }
  return chain;
}

namespace {

// Whose weekdays hold.
const WorkingCalendar* WeekOf(const std::vector<const WorkingCalendar*>& chain) {
  const auto found = std::find_if(chain.begin(), chain.end(),
                                  [](const auto* link) { return !link->weekdays().empty(); });
  return found == chain.end() ? nullptr : *found;
}

bool Works(const WorkingCalendar& week, Weekday weekday) {
  return std::any_of(week.weekdays().begin(), week.weekdays().end(), [&](const auto& day) {
    return day.weekday() == weekday && !day.hours().empty();
  });
}

void CheckDay(const ExceptionalDay& day, const std::string& at, const WorkingCalendar* week,
              Faults& faults) {
  if (!ParseDay(day.date())) {
    faults.Add(StrCat(at, ".date"),
               StrCat("is `", day.date(), "`; write a day that exists as ", "YYYY-MM-DD, from ",
                      kCalendarYearMin, " to ", kCalendarYearMax));
  }
  if (day.works_as() != catalogue::v1::WEEKDAY_UNSPECIFIED) {
    const std::string field = StrCat(at, ".works_as");
    if (!Weekday_IsValid(day.works_as())) {
      faults.Add(field, StrCat("is ", static_cast<int>(day.works_as()),
                               "; give WEEKDAY_MONDAY to WEEKDAY_SUNDAY"));
    } else if (!day.hours().empty()) {
      faults.Add(field, "is given together with `hours`; give one of them");
    } else if (week != nullptr && !Works(*week, day.works_as())) {
      faults.Add(field, StrCat("is ", Weekday_Name(day.works_as()),
                               ", which is off; leave it out for a day off, or give `hours`"));
    }
  }
  CheckHours(day.hours(), StrCat(at, ".hours"), faults);
  if (IsBlank(day.name())) {
    faults.Add(StrCat(at, ".name"), "is missing; say what the day is, e.g. `Quốc khánh`");
  }
  if (IsBlank(day.source())) {
    faults.Add(StrCat(at, ".source"), "is missing; say where the day is written");
  }
}

void CheckDays(const WorkingCalendar& calendar, const WorkingCalendar* week, Faults& faults) {
  if (calendar.days_size() > kExceptionalDaysMax) {
    faults.Add("days", StrCat("are ", calendar.days_size(), "; the limit is ", kExceptionalDaysMax,
                              "; leave out years that no dossier needs"));
    return;
  }
  std::map<std::string_view, int> seen;
  for (int i = 0; i < calendar.days_size(); ++i) {
    const std::string at = StrCat("days[", i, "]");
    CheckDay(calendar.days(i), at, week, faults);
    const auto [first, is_new] = seen.emplace(calendar.days(i).date(), i);
    if (!is_new) {
      faults.Add(StrCat(at, ".date"), StrCat("is ", calendar.days(i).date(), " as that of days[",
                                             first->second, "]; a date stands once"));
    }
  }
}

void CheckBase(const WorkingCalendar& calendar, const std::vector<const WorkingCalendar*>& chain,
               const WorkingCalendars& all, Faults& faults) {
  const std::string& open = chain.back()->base();
  if (!open.empty()) {
    const std::string whose = chain.size() == 1 ? ""
                                                : StrCat("has a chain that ends at `",
                                                         chain.back()->id(), "`, whose base ");
    const bool circle = open == calendar.id() || all.contains(open);
    faults.Add("base", circle ? StrCat(whose, "is `", open, "`, which closes a circle; ",
                                       "end the chain at a calendar without a base")
                              : StrCat(whose, "is `", open, "`, and there is no such calendar; ",
                                       "name one that is there, or import it first"));
  }
  if (chain.size() > kCalendarChainMax) {
    faults.Add("base",
               StrCat("leads over ", chain.size(), " calendars; the limit is ", kCalendarChainMax));
  }
}

void CheckKnown(const std::vector<const WorkingCalendar*>& chain, Faults& faults) {
  const WorkingCalendar& calendar = *chain.front();
  for (const auto& [field, text] : {std::pair("known_from", calendar.known_from()),
                                    std::pair("known_until", calendar.known_until())}) {
    if (!text.empty() && !ParseDay(text)) {
      faults.Add(field, StrCat("is `", text, "`; write a day as YYYY-MM-DD, or leave it out"));
    }
  }
  std::string from;
  std::string until;
  for (const WorkingCalendar* link : chain) {  // the nearest counts
    if (from.empty()) from = link->known_from();
    if (until.empty()) until = link->known_until();
  }
  if (from.empty() != until.empty()) {
    faults.Add(from.empty() ? "known_from" : "known_until",
               "is missing, here and in the bases; give both ends of the known dates or none");
  } else if (ParseDay(from) && ParseDay(until) && until < from) {
    faults.Add("known_until",
               StrCat("is ", until, ", before the first known date, ", from, "; exchange them"));
  }
}

// Without what its bases have at fault.
std::vector<FieldViolation> OwnProblems(const WorkingCalendar& calendar,
                                        const WorkingCalendars& all) {
  Faults faults;
  const std::vector<const WorkingCalendar*> chain = CalendarChain(calendar, all);
  const WorkingCalendar* week = WeekOf(chain);
  CheckId(calendar, faults);
  CheckBase(calendar, chain, all, faults);
  CheckWeek(calendar, faults);
  CheckDays(calendar, week, faults);
  CheckKnown(chain, faults);
  if (week == nullptr) {
    faults.Add("weekdays",
               "is empty, here and in the bases: no working hour in the whole week; "
               "give the ordinary week");
  }
  return faults.Take();
}

}  // namespace

std::vector<FieldViolation> CalendarProblems(const WorkingCalendar& calendar,
                                             const WorkingCalendars& all) {
  std::vector<FieldViolation> problems = OwnProblems(calendar, all);
  const std::vector<const WorkingCalendar*> chain = CalendarChain(calendar, all);
  if (!chain.back()->base().empty()) return problems;  // an open end is every link's: said once
  for (size_t i = 1; i < chain.size(); ++i) {
    const std::vector<FieldViolation> of_base = OwnProblems(*chain[i], all);
    if (of_base.empty()) continue;
    problems.push_back({"base", StrCat("leads to `", chain[i]->id(), "`, which has faults of its ",
                                       "own (", of_base.front().field, " ",
                                       of_base.front().description, "); mend that one first")});
    break;
  }
  return problems;
}

const WorkingCalendars& ShippedCalendars() {
  static const WorkingCalendars& calendars = *[] {
    catalogue::v1::ListCalendarsResponse file;
    bool good = google::protobuf::TextFormat::ParseFromString(
        std::string(embedded::kVn20262027Textproto), &file);
    auto* shipped = new WorkingCalendars;
    for (const WorkingCalendar& calendar : file.calendars()) {
      good = good && CalendarProblems(calendar, *shipped).empty();
      shipped->emplace(calendar.id(), calendar);
    }
    if (!good) {  // our own file: a bug, not the world
      LogError("shipped_calendars_invalid", {{"file", "vn-2026-2027.textproto"}});
      std::abort();
    }
    return shipped;
  }();
  return calendars;
}

}  // namespace lienthong::domain
