#include "gateway/catalogue/snapshot.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/agency_code.h"
#include "gateway/catalogue/lookup_errors.h"
#include "gateway/domain/codes.h"

namespace lienthong::catalogue {
namespace {

constexpr std::string_view kCalendarOfAll = "vn";

std::string Fold(std::string_view name_space, std::string_view code) {
  return name_space == kAgencyNamespace ? FoldAgencyCode(code) : domain::FoldCode(code);
}

// An entry under one place, which it may have by several of its codes.
template <typename T>
void Add(std::vector<const T*>& entries, const T* entry) {
  if (std::ranges::find(entries, entry) == entries.end()) entries.push_back(entry);
}

template <typename T>
std::string Period(const T& entry) {
  return StrCat(entry.name(), " (", entry.valid_from(), " to ",
                entry.valid_until().empty() ? "now" : entry.valid_until(), ")");
}

template <typename T>
absl::StatusOr<const T*> Find(
    const std::map<std::pair<std::string, std::string>, std::vector<const T*>>& index,
    std::string_view type, std::string_view name_space, std::string_view code,
    std::string_view day) {
  const auto found = index.find({std::string(name_space), Fold(name_space, code)});
  if (found == index.end()) return UnknownCode(type, code, day, {});
  std::vector<const T*> there;
  std::vector<std::string> periods;
  for (const T* entry : found->second) {
    periods.push_back(Period(*entry));
    if (day.empty() || HoldsOn(entry->valid_from(), entry->valid_until(), day)) {
      there.push_back(entry);
    }
  }
  if (there.empty()) return UnknownCode(type, code, day, periods);
  if (there.size() > 1) return AmbiguousCode(type, code, periods);
  return there[0];
}

template <typename T>
bool ByCode(const T* a, const T* b) {
  return std::pair(a->code(), a->valid_from()) < std::pair(b->code(), b->valid_from());
}

// Follows successions with a bound, each entry once.
template <typename T, typename FindOn>
std::vector<const T*> Follow(const T& first, std::string_view day, const FindOn& find_on) {
  std::vector<const T*> current;
  std::vector<const T*> open = {&first};
  std::set<const T*> seen = {&first};
  for (int steps = 0; !open.empty() && steps < kSuccessionStepsMax; ++steps) {
    const T* entry = open.back();
    open.pop_back();
    if (entry->valid_until().empty() || day <= entry->valid_until()) {
      current.push_back(entry);
      continue;
    }
    for (const std::string& code : entry->successors()) {
      const absl::StatusOr<const T*> next = find_on(code, DayAfter(entry->valid_until()));
      if (next.ok() && seen.insert(*next).second) open.push_back(*next);
    }
  }
  std::ranges::sort(current, ByCode<T>);
  return current;
}

}  // namespace

absl::StatusOr<Snapshot> Snapshot::Make(Entries entries, int64_t version) {
  Snapshot snapshot;
  snapshot.version_ = version;
  snapshot.entries_ = std::move(entries);
  snapshot.IndexEntries();
  LIENTHONG_RETURN_IF_ERROR(snapshot.MakeCalendars());
  return snapshot;
}

void Snapshot::IndexEntries() {
  calendar_data_ = domain::ShippedCalendars();
  for (const auto& [key, entry] : entries_) {
    if (const auto* agency = std::get_if<pb::Agency>(&entry)) {
      Add(agencies_[{key.name_space, key.code}], agency);
      for (const auto& other : agency->other_codes()) {
        Add(agencies_[{other.namespace_(), Fold(other.namespace_(), other.code())}], agency);
      }
    } else if (const auto* unit = std::get_if<pb::AdministrativeUnit>(&entry)) {
      Add(units_[{key.name_space, key.code}], unit);
    } else if (const auto* procedure = std::get_if<pb::Procedure>(&entry)) {
      procedures_[key.code].push_back(procedure);
    } else if (const auto* mapping = std::get_if<pb::ProcedureMapping>(&entry)) {
      mappings_[key.code].push_back(mapping);
    } else if (const auto* calendar = std::get_if<pb::WorkingCalendar>(&entry)) {
      calendar_data_[calendar->id()] = *calendar;
    }
  }
}

absl::Status Snapshot::MakeCalendars() {
  for (const auto& [id, data] : calendar_data_) {
    LIENTHONG_ASSIGN_OR_RETURN(domain::Calendar calendar,
                               domain::Calendar::Make(id, calendar_data_));
    calendars_.emplace(id, std::move(calendar));
  }
  return absl::OkStatus();
}

absl::StatusOr<const pb::Agency*> Snapshot::FindAgency(std::string_view code, std::string_view day,
                                                       std::string_view name_space) const {
  return Find(agencies_, "agency", name_space.empty() ? kAgencyNamespace : name_space, code, day);
}

absl::StatusOr<const pb::AdministrativeUnit*> Snapshot::FindUnit(
    std::string_view code, std::string_view day, std::string_view name_space) const {
  return Find(units_, "administrative unit", name_space.empty() ? kUnitNamespace : name_space, code,
              day);
}

std::vector<const pb::Agency*> Snapshot::Current(const pb::Agency& agency,
                                                 std::string_view day) const {
  return Follow(agency, day, [&](std::string_view code, std::string_view on) {
    return FindAgency(code, on, agency.namespace_());
  });
}

std::vector<const pb::AdministrativeUnit*> Snapshot::Current(const pb::AdministrativeUnit& unit,
                                                             std::string_view day) const {
  return Follow(unit, day, [&](std::string_view code, std::string_view on) {
    return FindUnit(code, on, unit.namespace_());
  });
}

bool Snapshot::MayIssue(std::string_view agency, std::string_view day) const {
  const auto found = agencies_.find({std::string(kAgencyNamespace), FoldAgencyCode(agency)});
  if (found == agencies_.end()) return true;
  return std::ranges::any_of(found->second, [day](const pb::Agency* entry) {
    return HoldsOn(entry->valid_from(), entry->valid_until(), day);
  });
}

bool Snapshot::HasEnded(std::string_view agency, std::string_view day) const {
  const auto found = agencies_.find({std::string(kAgencyNamespace), FoldAgencyCode(agency)});
  return found != agencies_.end() && std::ranges::any_of(found->second, [day](const auto* entry) {
           return !entry->valid_until().empty() && entry->valid_until() < day;
         });
}

std::vector<std::string> Snapshot::ActsFor(std::string_view agency, std::string_view day) const {
  std::vector<std::string> codes;
  const std::string folded = FoldAgencyCode(agency);
  for (auto it = entries_.lower_bound({"grant", folded, "", ""});
       it != entries_.end() && it->first.kind == "grant" && it->first.name_space == folded; ++it) {
    const auto& grant = std::get<pb::ActingGrant>(it->second);
    if (HoldsOn(grant.valid_from(), grant.valid_until(), day)) codes.push_back(grant.acts_for());
  }
  return codes;
}

std::string Snapshot::CalendarOf(std::string_view agency, std::string_view day) const {
  std::string code(agency);
  for (int level = 0; level < kLevelsMax && !code.empty(); ++level) {
    const absl::StatusOr<const pb::Agency*> entry = FindAgency(code, day);
    if (!entry.ok()) break;
    if (!(*entry)->calendar().empty()) return (*entry)->calendar();
    code = (*entry)->parent();
  }
  return std::string(kCalendarOfAll);
}

const domain::Calendar* Snapshot::FindCalendar(std::string_view id) const {
  const auto found = calendars_.find(id);
  return found == calendars_.end() ? nullptr : &found->second;
}

}  // namespace lienthong::catalogue
