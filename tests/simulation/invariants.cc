#include "tests/simulation/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/ownership.h"

namespace lienthong::simulation {
namespace {

using dossier::v1::Dossier;
using storage::v1::JournalEntry;

const std::string kDistrictAgencyPrefix = "H29.Q";

std::optional<Dossier> DossierOf(const Gateway& gateway, const Case& work) {
  if (!work.code.empty()) return gateway.Find(work.code, "");
  return work.portal_key.empty() ? gateway.Find(work.city_key, "city")
                                 : gateway.Find(work.portal_key, "portal");
}

bool ConcernsDistrict(const Dossier& dossier) {
  return std::any_of(dossier.assignments().begin(), dossier.assignments().end(),
                     [](const auto& assignment) {
                       return assignment.agency().starts_with(kDistrictAgencyPrefix);
                     });
}

Fields SetOnly(const Fields& fields) {
  Fields set;
  for (const auto& [path, value] : fields) {
    if (!value.empty()) set[path] = value;
  }
  return set;
}

// The first difference, in words; empty when there is none.
std::string Difference(const Fields& expected, const Fields& found) {
  for (const auto& [path, value] : expected) {
    const std::string there = ValueAt(found, path);
    if (there != value) return StrCat(path, ": expected '", value, "', is '", there, "'");
  }
  for (const auto& [path, value] : found) {
    if (!expected.contains(path)) return StrCat(path, ": is '", value, "', expected nothing");
  }
  return "";
}

std::string Join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) StrAppend(text, text.empty() ? "" : " ", item);
  return text;
}

// Statuses of a dossier in the order of commit, with who set them.
std::vector<std::pair<std::string, std::string>> StatusChain(const Gateway& gateway,
                                                             const std::string& code) {
  std::vector<std::pair<std::string, std::string>> chain;
  for (const JournalEntry& entry : gateway.journal()) {
    if (entry.code() != code || !entry.status_changed()) continue;
    chain.emplace_back(StrCat(static_cast<int>(entry.after().status())), entry.actor());
  }
  return chain;
}

// What the gateway writes itself, or for its own sake.
bool IsGatewaysOwn(std::string_view path) {
  return path == "code" || path == "receipt_number" || path.starts_with("codes[");
}

// What was refused, as far as the reports of conflicts tell.
class Refusals {
 public:
  explicit Refusals(const Gateway& gateway) {
    for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
      refused_.emplace(conflict.code(), conflict.proposer(), conflict.path());
    }
  }

  // An element that a counterpart added without having a part in the dossier stays there: nothing
  // is ever deleted elsewhere. But it must have been reported.
  bool IsRefusedElement(const Counterpart& counterpart, const Dossier& dossier,
                        const std::string& path) const {
    return IsRefusedElement(StrCat("link/", counterpart.traits().name), dossier, path);
  }
  bool IsRefusedElement(const std::string& proposer, const Dossier& dossier,
                        const std::string& path) const {
    return !domain::SplitPath(path).list.empty() && !domain::ElementExists(dossier, path) &&
           refused_.contains({dossier.code(), proposer, path});
  }

 private:
  std::set<std::tuple<std::string, std::string, std::string>> refused_;
};

}  // namespace

void CheckCopies(const Gateway& gateway, const Systems& systems, Findings& findings) {
  const Refusals refusals(gateway);
  std::map<const Counterpart*, size_t> expected_records;
  for (const Dossier& dossier : gateway.Dossiers()) {
    for (const Counterpart* counterpart : systems.all()) {
      if (counterpart == &systems.district && !ConcernsDistrict(dossier)) continue;
      ++expected_records[counterpart];
      const std::string name = StrCat(counterpart->traits().name, " ", dossier.code());
      const Counterpart::Record* record = counterpart->FindByCode(dossier.code());
      findings.Check(record != nullptr, name + ": has no record");
      if (record == nullptr) continue;
      Fields held = SetOnly(record->fields);
      std::erase_if(held, [&](const auto& field) {
        return refusals.IsRefusedElement(*counterpart, dossier, field.first);
      });
      Dossier shared = dossier;  // internal ids are nobody's but their system's
      auto& codes = *shared.mutable_codes();
      codes.erase(std::remove_if(codes.begin(), codes.end(),
                                 [](const auto& code) {
                                   return code.kind() == dossier::v1::CodeReference::KIND_LOCAL_ID;
                                 }),
                  codes.end());
      Dossier shown = counterpart->Represent(shared).dossier();
      if (counterpart->traits().appends) shown.clear_steps();  // CheckAppended
      const std::string difference = Difference(domain::Flatten(shown), held);
      findings.Check(difference.empty(), StrCat(name, ": copies differ: ", difference));
    }
  }
  for (const auto& [counterpart, count] : expected_records) {
    findings.Check(counterpart->records().size() == count,
                   StrCat(counterpart->traits().name, ": has ", counterpart->records().size(),
                          " records, expected ", count));
  }
}

void CheckAppended(const Gateway& gateway, const Systems& systems, Findings& findings) {
  for (const Dossier& dossier : gateway.Dossiers()) {
    const Counterpart::Record* record = systems.portal.FindByCode(dossier.code());
    if (record == nullptr) continue;  // told by CheckCopies
    const storage::v1::LaneState lane = gateway.PortalLane(dossier.code());
    const std::set<std::string> may_be_twice(lane.possible_duplicates().begin(),
                                             lane.possible_duplicates().end());
    std::vector<std::string> made, there;
    for (const auto& step : dossier.steps()) made.push_back(step.id());
    for (const std::string& id : record->appended) {
      const bool again = std::find(there.begin(), there.end(), id) != there.end();
      if (!again) there.push_back(id);
      findings.Check(
          !again || may_be_twice.contains(StrCat("steps[", id, "]")),
          StrCat("portal ", dossier.code(), ": step ", id, " is there twice, and nothing says so"));
    }
    findings.Check(there == made, StrCat("portal ", dossier.code(), ": steps ", Join(there),
                                         "; were made ", Join(made)));
  }
}

void CheckCodes(const Gateway& gateway, const Systems& systems, Findings& findings) {
  for (const Dossier& dossier : gateway.Dossiers()) {
    for (const Counterpart* counterpart : systems.all()) {
      const Counterpart::Record* record = counterpart->FindByCode(dossier.code());
      if (record == nullptr || record->key == dossier.code()) continue;
      const bool known =
          std::any_of(dossier.codes().begin(), dossier.codes().end(), [&](const auto& reference) {
            return reference.issuer() == counterpart->traits().name &&
                   reference.code() == record->key;
          });
      findings.Check(known, StrCat(dossier.code(), ": ", counterpart->traits().name, " calls it ",
                                   record->key, ", which is none of its codes"));
    }
  }
}

void CheckJournal(const Gateway& gateway, Findings& findings) {
  std::map<int64_t, int64_t> revisions;
  for (const JournalEntry& entry : gateway.journal()) {
    const int64_t expected = ++revisions[entry.dossier_id()];
    findings.Check(entry.revision() == expected, StrCat("journal: ", entry.code(), ": revision ",
                                                        entry.revision(), " after ", expected - 1));
  }
}

void CheckSteps(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                Findings& findings) {
  const Refusals refusals(gateway);
  for (const Case& work : oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(gateway, work);
    findings.Check(dossier.has_value(), StrCat("no dossier for ", work.city_key, work.code));
    if (!dossier.has_value()) continue;
    std::vector<std::string> made = ElementIds(work.last, "steps");
    std::erase_if(made, [&](const std::string& id) {
      const std::string path = ElementPath("steps", id, "content");
      return refusals.IsRefusedElement(systems.city, *dossier, path) ||
             refusals.IsRefusedElement(systems.district, *dossier, path) ||
             refusals.IsRefusedElement(std::string(NameOf(Side::kAgency)), *dossier, path);
    });
    std::vector<std::string> held;
    for (const auto& step : dossier->steps()) held.push_back(step.id());
    std::sort(held.begin(), held.end());
    findings.Check(held == made, StrCat("gateway ", work.code, ": steps ", Join(held),
                                        "; were made ", Join(made)));
    for (const Counterpart* counterpart : {&systems.city, &systems.district}) {
      const Counterpart::Record* record = counterpart->FindByCode(dossier->code());
      if (record == nullptr) continue;
      std::vector<std::string> there = ElementIds(SetOnly(record->fields), "steps");
      std::erase_if(there, [&](const std::string& id) {
        return refusals.IsRefusedElement(*counterpart, *dossier,
                                         ElementPath("steps", id, "content"));
      });
      findings.Check(there == made, StrCat(counterpart->traits().name, " ", work.code, ": steps ",
                                           Join(there), "; were made ", Join(made)));
    }
  }
}

void CheckStatuses(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                   bool disciplined, Findings& findings) {
  for (const Case& work : oracle.cases()) {
    for (const Counterpart* counterpart : systems.all()) {
      const Counterpart::Record* record = counterpart->FindByCode(work.code);
      if (record == nullptr) continue;
      const bool own = std::any_of(record->statuses.begin(), record->statuses.end(),
                                   [](const auto& seen) { return seen.own; });
      std::vector<std::string> seen, expected = work.statuses;
      for (const auto& status : record->statuses) seen.push_back(status.status);
      if (!disciplined) {
        // A side that moves it too may overtake the others; one that only listens sees all.
        if (own) continue;
        expected.clear();
        for (const auto& [status, actor] : StatusChain(gateway, work.code))
          expected.push_back(status);
      }
      findings.Check(seen == expected,
                     StrCat(counterpart->traits().name, " ", work.code, ": statuses ", Join(seen),
                            "; expected ", Join(expected)));
    }
  }
}

void CheckEdits(const Gateway& gateway, const Oracle& oracle, Findings& findings) {
  std::map<std::string, std::set<std::pair<std::string, std::string>>> written, refused;  // by code
  for (const JournalEntry& entry : gateway.journal()) {
    const Fields after = domain::Flatten(entry.after());
    for (const std::string& path : entry.paths()) {
      written[entry.code()].emplace(path, ValueAt(after, path));
    }
  }
  for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
    refused[conflict.code()].emplace(conflict.path(), conflict.proposed_value());
  }
  for (const storage::v1::DeadLetterRecord& letter : gateway.DeadLetters()) {
    for (auto& field : domain::Flatten(letter.item().dossier()))
      refused[letter.code()].insert(field);
  }
  for (const Case& work : oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(gateway, work);
    if (!dossier.has_value()) continue;  // told by CheckSteps
    const Fields final_fields = domain::Flatten(*dossier);
    Fields owners;
    for (const Edit& edit : work.edits) {
      const std::pair<std::string, std::string> key(edit.path, edit.value);
      // Values are unlike each other, but two may clear the same field: the second changes nothing.
      findings.Check(
          edit.value.empty() || written[work.code].contains(key) ||
              refused[work.code].contains(key) || ValueAt(final_fields, edit.path) == edit.value,
          StrCat(work.code, ": ", std::string(NameOf(edit.side)), " wrote ", edit.path, " = '",
                 edit.value, "', which is neither in the journal nor in a conflict"));
      Side owner;
      const bool fixed = HasFixedOwner(edit.path, work, &owner) && owner == edit.side;
      // An element that is not there was refused, or the check above has told of it.
      const bool element = !domain::SplitPath(edit.path).list.empty();
      if (fixed && (!element || domain::ElementExists(*dossier, edit.path))) {
        owners[edit.path] = edit.value;
      }
    }
    for (const auto& [path, value] : owners) {
      const std::string there = ValueAt(final_fields, path);
      findings.Check(there == value, StrCat(work.code, ": ", path, " is '", there,
                                            "', the owner's last word was '", value, "'"));
    }
  }
}

void CheckOwnersWords(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                      Findings& findings) {
  for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
    findings.Check(
        false, StrCat("conflict without a reason: ", conflict.code(), " ", conflict.path(), ": ",
                      conflict.proposer(), " proposed '", conflict.proposed_value(), "', stored '",
                      conflict.stored_value(), "'"));
  }
  for (const Case& work : oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(gateway, work);
    if (!dossier.has_value()) continue;  // told by CheckSteps
    Fields held;
    for (const auto& [path, value] : domain::Flatten(*dossier)) {
      const bool shared = systems.city.Holds(path) || path == "deadline.change_reason" ||
                          GenericPath(path) == "results[].result_code";
      if (shared && !IsGatewaysOwn(path)) held[path] = value;
    }
    Fields expected;
    for (const auto& [path, value] : SetOnly(work.last)) {
      if (!IsGatewaysOwn(path)) expected[path] = value;
    }
    const std::string difference = Difference(expected, held);
    findings.Check(difference.empty(),
                   StrCat(work.code, ": not as its owners wrote it: ", difference));
    // The feeds move the promised date without a word; that is noted beside the rest.
    const auto defects = std::count_if(
        dossier->defects().begin(), dossier->defects().end(),
        [](const auto& defect) { return defect.detail() != "deadline.promised_due"; });
    findings.Check(dossier->unobserved().empty() && defects <= 1,
                   StrCat(work.code, ": states that nobody set: ", dossier->unobserved_size(),
                          ", defects: ", defects));
  }
}

}  // namespace lienthong::simulation
