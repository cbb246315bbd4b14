// The checks of what operators look at: conflicts, acts, health.
#include <algorithm>
#include <map>
#include <set>

#include "gateway/base/text.h"
#include "gateway/core/conflicts.h"
#include "gateway/domain/fields.h"
#include "tests/simulation/invariants.h"

namespace lienthong::simulation {
namespace {

using storage::v1::JournalEntry;

// A field's value at a revision, as the journal tells it.
std::string ValueThen(const Gateway& gateway, const storage::v1::ConflictRecord& conflict,
                      int64_t revision) {
  std::string value;
  for (const JournalEntry& entry : gateway.journal()) {
    if (entry.dossier_id() != conflict.dossier_id() || entry.revision() > revision) continue;
    const bool changed = std::find(entry.paths().begin(), entry.paths().end(), conflict.path()) !=
                         entry.paths().end();
    if (changed) value = domain::GetField(entry.after(), conflict.path()).value_or("");
  }
  return value;
}

// Revisions of a dossier that were committed before a time and that a link was to show.
int64_t RevisionToShow(const Gateway& gateway, const Traits& traits, const std::string& code,
                       absl::Duration before) {
  int64_t revision = 0;
  for (size_t i = 0; i < gateway.journal().size() && gateway.SeenAt(i) <= before; ++i) {
    const JournalEntry& entry = gateway.journal()[i];
    const bool concerned =
        traits.all_dossiers ||
        std::any_of(entry.agencies().begin(), entry.agencies().end(), [&](const auto& agency) {
          return std::find(traits.agencies.begin(), traits.agencies.end(), agency) !=
                 traits.agencies.end();
        });
    if (entry.code() == code && concerned) revision = entry.revision();
  }
  return revision;
}

}  // namespace

void CheckConflicts(const Scene& scene, Findings& findings) {
  for (const storage::v1::ConflictRecord& conflict : scene.gateway.Conflicts()) {
    const std::string name = StrCat("conflict ", conflict.code(), " ", conflict.path(), ": ");
    const std::string stored = ValueThen(scene.gateway, conflict, conflict.revision());
    findings.Check(conflict.stored_value() == stored,
                   StrCat(name, "says '", conflict.stored_value(), "' was stored at ",
                          conflict.revision(), ", it was '", stored, "'"));
    if (conflict.base_revision() == 0) continue;
    const std::string base = ValueThen(scene.gateway, conflict, conflict.base_revision());
    findings.Check(conflict.base_value() == base && conflict.base_revision() <= conflict.revision(),
                   StrCat(name, "its base at ", conflict.base_revision(), " is '",
                          conflict.base_value(), "', it was '", base, "'"));
  }
}

void CheckReports(const Scene& scene, Findings& findings) {
  for (const std::string& code : scene.gateway.WrongInReports()) {
    findings.Check(false, StrCat(code, ": reports read something else than the dossier says"));
  }
}

void CheckActs(const Scene& scene, Findings& findings) {
  std::map<std::string, storage::v1::ActRecord> acts;  // by request
  for (storage::v1::ActRecord& act : scene.gateway.Acts()) {
    if (act.actor() != kOperatorName || act.kind() == core::kActAgreed) continue;
    const std::string request = act.request_id();
    const bool is_new = acts.emplace(request, std::move(act)).second;
    findings.Check(is_new, StrCat("request ", request, " was done twice"));
  }
  for (const Operators::Asked& asked : scene.operators.asked()) {
    const auto found = acts.find(asked.request_id);
    findings.Check(found != acts.end() || !asked.is_done,
                   StrCat(asked.kind, " ", asked.target, " is not on record"));
    if (found == acts.end()) continue;
    const storage::v1::ActRecord& act = found->second;
    findings.Check(
        act.kind() == asked.kind && act.target() == asked.target && !act.reason().empty(),
        StrCat(asked.kind, " ", asked.target, " is on record as ", act.kind(), " ", act.target()));
    acts.erase(found);
  }
  for (const auto& [request, act] : acts) {
    findings.Check(false, StrCat(act.kind(), " ", act.target(), " is on record, nobody asked"));
  }
}

void CheckHealth(const Gateway& gateway, const Systems& systems, absl::Duration now,
                 Findings& findings) {
  if (!gateway.running()) return;
  std::set<std::string> codes;
  for (const JournalEntry& entry : gateway.journal()) codes.insert(entry.code());
  std::set<std::string> stuck;
  for (const sync::StoredLetter& letter : gateway.DeadLetters()) stuck.insert(letter.record.link());
  for (Side side = 0; side < systems.size(); ++side) {
    const Traits& traits = systems[side].traits();
    if (!gateway.IsConnected(side) || gateway.IsNew(side)) continue;
    if (gateway.DescribeLink(side).state() != sync::v1::Link::STATE_OK) continue;
    findings.Check(!stuck.contains(traits.name),
                   traits.name + ": says that it is well, and has dead letters");
    for (const std::string& code : codes) {
      if (systems[side].HasRefused(code)) continue;  // what was refused late waits from then on
      const int64_t to_show = RevisionToShow(gateway, traits, code, now - gateway.objective(side));
      const int64_t shown = to_show == 0 ? 0 : gateway.LaneOf(side, code).confirmed_revision();
      findings.Check(shown >= to_show, StrCat(traits.name, ": says that it is well, and ", code,
                                              " is at ", shown, " and not at ", to_show));
    }
  }
}

}  // namespace lienthong::simulation
