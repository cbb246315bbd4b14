#include "gateway/catalogue/import.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/completion.h"
#include "gateway/catalogue/differences.h"
#include "gateway/domain/calendar_data.h"

namespace lienthong::catalogue {
namespace {

absl::Status Refused(std::vector<FieldViolation> problems) {
  const size_t count = problems.size();
  if (count > kProblemsMax) problems.resize(kProblemsMax);
  std::string message = StrCat("nothing was imported; ", count, " places are wrong: ");
  for (size_t i = 0; i < problems.size(); ++i) {
    StrAppend(message, i == 0 ? "" : "; ", problems[i].field, ": ", problems[i].description);
  }
  ErrorDetails details;
  details.reason = "IMPORT_REFUSED";
  details.metadata = {{"problems", StrCat(count)}};
  details.fields = std::move(problems);
  return WithDetails(absl::InvalidArgumentError(message), details);
}

// Places of what was handed in, for problems that are found in the whole catalogue.
using Places = std::map<std::string, std::string>;

template <typename T>
void WarnOfSuccessors(const Snapshot& after, const T& entry, const std::string& name,
                      std::vector<std::string>& warnings) {
  if (entry.valid_until().empty()) {
    if (!entry.successors().empty()) {
      warnings.push_back(StrCat(name, ": has successors and no last day"));
    }
    return;
  }
  if (entry.successors().empty()) warnings.push_back(StrCat(name, ": ends without a successor"));
  for (const std::string& code : entry.successors()) {
    const std::string day = DayAfter(entry.valid_until());
    const bool known = std::is_same_v<T, pb::Agency>
                           ? after.FindAgency(code, day, entry.namespace_()).ok()
                           : after.FindUnit(code, day, entry.namespace_()).ok();
    if (!known) {
      warnings.push_back(
          StrCat(name, ": its successor ", code, " is not in the catalogue on ", day));
    }
  }
}

void Warn(const Snapshot& after, const Entry& entry, std::vector<std::string>& warnings) {
  const std::string name = InWords(KeyOf(entry));
  if (const auto* agency = std::get_if<pb::Agency>(&entry)) {
    WarnOfSuccessors(after, *agency, name, warnings);
    if (!agency->parent().empty() &&
        !after.FindAgency(agency->parent(), agency->valid_from(), agency->namespace_()).ok()) {
      warnings.push_back(StrCat(name, ": its parent ", agency->parent(),
                                " is not in the catalogue on ", agency->valid_from()));
    }
  } else if (const auto* unit = std::get_if<pb::AdministrativeUnit>(&entry)) {
    WarnOfSuccessors(after, *unit, name, warnings);
  } else if (const auto* mapping = std::get_if<pb::ProcedureMapping>(&entry)) {
    if (!after.FindProcedure(mapping->to(), mapping->valid_from()).ok()) {
      warnings.push_back(StrCat(name, ": the procedure ", mapping->to(),
                                " is not in the catalogue on ", mapping->valid_from()));
    }
  }
}

// What is new or another, into `entries` and the plan.
void Merge(std::vector<ReadEntry> read, Entries& entries, ImportPlan& plan) {
  for (ReadEntry& item : read) {
    Key key = KeyOf(item.entry);
    const auto found = entries.find(key);
    pb::CatalogueChange change;
    change.set_entry(InWords(key));
    if (found == entries.end()) {
      change.set_kind(pb::CatalogueChange::KIND_ADDED);
    } else {
      for (std::string& line : Differences(MessageOf(found->second), MessageOf(item.entry))) {
        change.add_differences(std::move(line));
      }
      if (change.differences().empty()) {
        plan.told.set_unchanged_count(plan.told.unchanged_count() + 1);
        continue;
      }
      change.set_kind(pb::CatalogueChange::KIND_CHANGED);
    }
    plan.told.set_changed_count(plan.told.changed_count() + 1);
    if (plan.told.changes_size() < kChangesMax) *plan.told.add_changes() = std::move(change);
    plan.writes.push_back(item.entry);
    entries.insert_or_assign(std::move(key), std::move(item.entry));
  }
}

Places PlacesOf(const std::vector<ReadEntry>& read, std::vector<FieldViolation>& problems) {
  Places places;
  for (const ReadEntry& item : read) {
    const Key key = KeyOf(item.entry);
    const std::string name = StrCat(key.kind, " ", InWords(key));
    const auto [first, is_new] = places.emplace(StrCat(name, " in ", key.name_space), item.place);
    if (!is_new) {
      problems.push_back({item.place, StrCat(name, " stands on ", first->second,
                                             " already; leave one of them out")});
    }
  }
  return places;
}

}  // namespace

absl::StatusOr<ImportPlan> PlanImport(const Snapshot& snapshot, ReadTable table) {
  if (!table.problems.empty()) return Refused(std::move(table.problems));
  Complete(snapshot, table);
  const Places places = PlacesOf(table.entries, table.problems);
  if (!table.problems.empty()) return Refused(std::move(table.problems));
  ImportPlan plan;
  Entries entries = snapshot.entries();
  Merge(std::move(table.entries), entries, plan);
  std::vector<FieldViolation> problems = Problems(entries);
  for (FieldViolation& problem : problems) {
    const auto place = places.find(problem.field);
    if (place != places.end()) problem.field = StrCat(place->second, ", ", problem.field);
  }
  if (!problems.empty()) return Refused(std::move(problems));
  LIENTHONG_ASSIGN_OR_RETURN(const Snapshot after,
                             Snapshot::Make(std::move(entries), snapshot.version()));
  for (const Entry& entry : plan.writes) Warn(after, entry, table.warnings);
  for (std::string& warning : table.warnings) {
    if (plan.told.warnings_size() < kWarningsMax) plan.told.add_warnings(std::move(warning));
  }
  return plan;
}

}  // namespace lienthong::catalogue
