#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/catalogue/agency_code.h"
#include "gateway/catalogue/import.h"
#include "gateway/domain/calendar_data.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::catalogue {
namespace {

struct Period {
  std::string from;
  std::string until;
  const Key* key;
};

std::string Place(const Key& key) {
  return StrCat(key.kind, " ", InWords(key), " in ", key.name_space);
}

bool Overlap(const Period& a, const Period& b) {
  return (a.until.empty() || b.from <= a.until) && (b.until.empty() || a.from <= b.until);
}

void CheckPeriod(const Key& key, const Entry& entry, std::vector<FieldViolation>& problems) {
  if (key.kind == "calendar") return;
  const std::string until = ValidUntil(entry);
  if (!domain::ParseDay(key.valid_from).has_value()) {
    problems.push_back(
        {Place(key), StrCat("has the first day '", key.valid_from, "'; write it as 2025-07-01")});
  } else if (!until.empty() && !domain::ParseDay(until).has_value()) {
    problems.push_back(
        {Place(key), StrCat("has the last day '", until, "'; write it as 2025-06-30")});
  } else if (!until.empty() && until < key.valid_from) {
    problems.push_back({Place(key), StrCat("ends on ", until, ", before it begins")});
  }
}

void CheckOverlaps(const std::map<std::string, std::vector<Period>>& codes,
                   std::vector<FieldViolation>& problems) {
  for (const auto& [code, periods] : codes) {
    for (size_t i = 0; i < periods.size(); ++i) {
      for (size_t j = i + 1; j < periods.size(); ++j) {
        if (periods[i].key == periods[j].key || !Overlap(periods[i], periods[j])) continue;
        problems.push_back(
            {Place(*periods[j].key),
             StrCat("shares the code ", code, " and some days with the entry ",
                    InWords(*periods[i].key), "; end that on the day before this begins")});
      }
    }
  }
}

// The agencies or units above one, on its first day, by their codes.
template <typename T>
void CheckParents(const Entries& entries, std::string_view kind,
                  std::vector<FieldViolation>& problems) {
  std::map<std::string, std::vector<const T*>> by_code;
  const auto code_of = [&](const std::string& code) {
    return kind == "agency" ? FoldAgencyCode(code) : domain::FoldCode(code);
  };
  for (const auto& [key, entry] : entries) {
    if (key.kind == kind) by_code[code_of(key.code)].push_back(&std::get<T>(entry));
  }
  for (const auto& [key, entry] : entries) {
    if (key.kind != kind) continue;
    std::set<std::string> above = {key.code};
    std::string code = code_of(std::get<T>(entry).parent());
    while (!code.empty()) {
      if (!above.insert(code).second || above.size() > kLevelsMax) {
        problems.push_back({Place(key), StrCat("stands below ", code, " in a circle, or more than ",
                                               kLevelsMax, " levels; name another parent")});
        break;
      }
      std::string next;
      for (const T* parent : by_code[code]) {
        if (HoldsOn(parent->valid_from(), parent->valid_until(), key.valid_from)) {
          next = code_of(parent->parent());
        }
      }
      code = next;
    }
  }
}

void CheckCalendars(const Entries& entries, std::vector<FieldViolation>& problems) {
  domain::WorkingCalendars all = domain::ShippedCalendars();
  for (const auto& [key, entry] : entries) {
    if (const auto* calendar = std::get_if<pb::WorkingCalendar>(&entry)) {
      all[calendar->id()] = *calendar;
    }
  }
  for (const auto& [id, calendar] : all) {
    for (const FieldViolation& problem : domain::CalendarProblems(calendar, all)) {
      problems.push_back(
          {StrCat("calendar ", id, " in -"), StrCat(problem.field, " ", problem.description)});
    }
  }
  for (const auto& [key, entry] : entries) {
    const auto* agency = std::get_if<pb::Agency>(&entry);
    if (agency == nullptr || agency->calendar().empty() || all.contains(agency->calendar())) {
      continue;
    }
    problems.push_back({Place(key), StrCat("works by the calendar ", agency->calendar(),
                                           ", which is unknown; import that first")});
  }
}

// Codes that are written from right to left have a place of their own in answers.
void CheckAgency(const Key& key, const pb::Agency& agency, std::vector<FieldViolation>& problems) {
  if (key.name_space == kAgencyNamespace && key.code != domain::FoldCode(agency.code())) {
    problems.push_back({Place(key), StrCat("is written from right to left, ", agency.code(),
                                           "; write its levels from left to right: ", key.code)});
  }
  for (const std::string& code : {agency.code(), agency.parent()}) {
    const std::string problem = code.empty() ? "" : domain::CodeProblem(code);
    if (!problem.empty()) problems.push_back({Place(key), StrCat("has a code that ", problem)});
  }
}

}  // namespace

std::vector<FieldViolation> Problems(const Entries& entries) {
  std::vector<FieldViolation> problems;
  std::map<std::string, std::vector<Period>> codes;
  for (const auto& [key, entry] : entries) {
    CheckPeriod(key, entry, problems);
    const Period period{key.valid_from, ValidUntil(entry), &key};
    codes[StrCat(key.kind, " ", key.name_space, ":", key.code)].push_back(period);
    const auto* agency = std::get_if<pb::Agency>(&entry);
    if (agency == nullptr) continue;
    CheckAgency(key, *agency, problems);
    for (const auto& other : agency->other_codes()) {
      const std::string code = other.namespace_() == kAgencyNamespace
                                   ? FoldAgencyCode(other.code())
                                   : domain::FoldCode(other.code());
      codes[StrCat("agency ", other.namespace_(), ":", code)].push_back(period);
    }
  }
  CheckOverlaps(codes, problems);
  CheckParents<pb::Agency>(entries, "agency", problems);
  CheckParents<pb::AdministrativeUnit>(entries, "unit", problems);
  CheckCalendars(entries, problems);
  return problems;
}

}  // namespace lienthong::catalogue
