#include <algorithm>
#include <tuple>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/differences.h"
#include "gateway/catalogue/lookup_errors.h"
#include "gateway/catalogue/snapshot.h"
#include "gateway/domain/codes.h"

namespace lienthong::catalogue {
namespace {

using pb::ProcedureChange;

ProcedureChange Change(ProcedureChange::Kind kind, const pb::Procedure& procedure,
                       std::string_view date) {
  ProcedureChange change;
  change.set_kind(kind);
  change.set_code(procedure.code());
  change.set_name(procedure.name());
  change.set_date(std::string(date));
  return change;
}

// How a version began. `before` is the version until the day before, null when there is none.
ProcedureChange Beginning(const pb::Procedure* before, const pb::Procedure& version) {
  if (before == nullptr) {
    return Change(ProcedureChange::KIND_ADDED, version, version.valid_from());
  }
  ProcedureChange change = Change(ProcedureChange::KIND_AMENDED, version, version.valid_from());
  for (const std::string& field : DifferentFields(*before, version)) {
    if (field != "valid_from" && field != "valid_until" && field != "source") {
      change.add_fields(field);
    }
  }
  return change;
}

ProcedureChange Ending(const pb::Procedure& version) {
  const bool replaced = !version.replaced_by().empty();
  ProcedureChange change =
      Change(replaced ? ProcedureChange::KIND_REPLACED : ProcedureChange::KIND_REPEALED, version,
             DayAfter(version.valid_until()));
  *change.mutable_replaced_by() = version.replaced_by();
  return change;
}

}  // namespace

const pb::Procedure* Snapshot::ProcedureOn(std::string_view code, std::string_view day) const {
  const auto found = procedures_.find(domain::FoldCode(code));
  if (found == procedures_.end()) return nullptr;
  for (const pb::Procedure* version : found->second) {
    if (HoldsOn(version->valid_from(), version->valid_until(), day)) return version;
  }
  return nullptr;
}

absl::StatusOr<Snapshot::FoundProcedure> Snapshot::FindProcedure(std::string_view code,
                                                                 std::string_view day,
                                                                 pb::Level level) const {
  const pb::ProcedureMapping* chosen = nullptr;
  std::vector<std::string> of_levels;
  const auto mapped = mappings_.find(domain::FoldCode(code));
  if (mapped != mappings_.end()) {
    for (const pb::ProcedureMapping* mapping : mapped->second) {
      if (!HoldsOn(mapping->valid_from(), mapping->valid_until(), day)) continue;
      const bool for_all = mapping->level() == pb::LEVEL_UNSPECIFIED;
      if (!for_all && mapping->level() != level) {
        of_levels.push_back(StrCat(mapping->to(), " at ", pb::Level_Name(mapping->level())));
      } else if (chosen == nullptr || !for_all) {
        chosen = mapping;
      }
    }
  }
  const pb::Procedure* procedure = ProcedureOn(chosen == nullptr ? code : chosen->to(), day);
  if (procedure != nullptr) return FoundProcedure{procedure, chosen};
  if (chosen == nullptr && level == pb::LEVEL_UNSPECIFIED && !of_levels.empty()) {
    return AmbiguousCode("procedure", code, of_levels);
  }
  return UnknownCode("procedure", chosen == nullptr ? code : chosen->to(), day, {});
}

std::vector<ProcedureChange> Snapshot::ProcedureChanges(std::string_view from,
                                                        std::string_view until) const {
  std::vector<ProcedureChange> changes;
  const auto within = [&](std::string_view day) { return from <= day && day <= until; };
  for (const auto& [code, versions] : procedures_) {
    for (size_t i = 0; i < versions.size(); ++i) {
      const pb::Procedure& version = *versions[i];
      const bool goes_on =
          i > 0 && DayAfter(versions[i - 1]->valid_until()) == version.valid_from();
      if (within(version.valid_from())) {
        changes.push_back(Beginning(goes_on ? versions[i - 1] : nullptr, version));
      }
      if (version.valid_until().empty()) continue;
      const std::string after = DayAfter(version.valid_until());
      const bool followed = i + 1 < versions.size() && versions[i + 1]->valid_from() == after;
      if (!followed && within(after)) changes.push_back(Ending(version));
    }
  }
  std::ranges::stable_sort(changes, [](const ProcedureChange& a, const ProcedureChange& b) {
    return std::tie(a.date(), a.code()) < std::tie(b.date(), b.code());
  });
  return changes;
}

}  // namespace lienthong::catalogue
