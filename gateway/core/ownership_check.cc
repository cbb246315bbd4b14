#include "gateway/core/ownership_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"
#include "gateway/core/editor.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/domain/roles.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

using dossier::v1::Assignment;
using dossier::v1::Dossier;
using dossier::v1::Status;
using options::v1::Owner;

// Those that are one party's at each stage, whatever the element. Elements of authors, issuers and
// collectors are theirs by name, and a reply may come to several.
constexpr std::string_view kAgencyPrefix = "agency/";  // of the parties of callers by gRPC

constexpr Owner kRoleOwners[] = {options::v1::OWNER_APPLICANT_DATA, options::v1::OWNER_RECEIVING,
                                 options::v1::OWNER_LEAD, options::v1::OWNER_STAGE};

std::string NamesOf(const std::vector<const Party*>& parties) {
  return absl::StrJoin(parties, " and ",
                       [](std::string* out, const Party* party) { *out += party->name; });
}

// One path of the schema for each owner: all of an owner's are judged alike.
std::map<std::string, Owner> Examples() {
  std::map<std::string, Owner> examples;
  for (const Owner owner : kRoleOwners) {
    const auto& paths = domain::SchemaPaths();
    const auto found = std::find_if(paths.begin(), paths.end(), [owner](const std::string& path) {
      const options::v1::FieldRules* rules = domain::RulesOf(path);
      return domain::SplitPath(path).list.empty() && rules->owner() == owner && !rules->immutable();
    });
    if (found != paths.end()) examples.emplace(*found, owner);
  }
  return examples;
}

bool MayChange(const Party& party, const domain::StatusGraph& graph, const Dossier& dossier,
               std::string_view path, const options::v1::FieldRules& rules, const Dossier& wanted) {
  const domain::Writer writer = WriterOf(party);
  const domain::Roles roles = domain::RolesOf(writer, dossier);
  if (rules.owner() != options::v1::OWNER_TRANSITION) {
    return domain::Owns(rules.owner(), path, writer, roles, dossier, wanted);
  }
  return domain::OwnsTransition(graph.Judge(dossier.status(), wanted.status()).owner, roles);
}

std::vector<const Party*> OwnersAmong(const std::vector<const Party*>& parties,
                                      const domain::StatusGraph& graph, const Dossier& dossier,
                                      std::string_view path, const Dossier& wanted) {
  const options::v1::FieldRules* rules = domain::RulesOf(path);
  if (rules == nullptr || dossier.has_voiding() || dossier.has_joined()) return {};
  if (rules->immutable() && domain::GetField(dossier, path).has_value()) return {};
  std::vector<const Party*> owners;
  for (const Party* party : parties) {
    if (MayChange(*party, graph, dossier, path, *rules, wanted)) owners.push_back(party);
  }
  return owners;
}

class OwnerCheck {
 public:
  OwnerCheck(const Parties& parties, const domain::StatusGraph& graph)
      : parties_(parties), graph_(graph), examples_(Examples()) {}

  std::vector<OwnershipFinding> Run() {
    std::set<std::string> agencies;
    for (const Party& party : parties_.all()) {
      agencies.insert(party.agencies.begin(), party.agencies.end());
    }
    for (const std::string& agency : agencies) CheckAgency(agency);
    return std::move(findings_);
  }

 private:
  using Role = bool Party::*;

  std::vector<const Party*> Having(Role role, const std::string& agency) const {
    std::vector<const Party*> found;
    for (const Party& party : parties_.all()) {
      if (party.*role && party.agencies.contains(agency)) found.push_back(&party);
    }
    return found;
  }

  void CheckAgency(const std::string& agency) {
    const std::vector<const Party*> receivers = Having(&Party::receives, agency);
    const std::vector<const Party*> submitters = Having(&Party::submits, agency);
    const bool is_led = !Having(&Party::leads, agency).empty();
    if (receivers.empty() && !submitters.empty()) {
      Add(agency,
          StrCat(NamesOf(submitters), " may hand in dossiers for it, but nobody receives them"),
          false);
    }
    if (receivers.size() > 1) {
      Add(agency,
          StrCat(NamesOf(receivers), " receive for it; who takes a dossier in first keeps it"),
          false);
    }
    if (!receivers.empty() && !is_led) {
      Add(agency,
          StrCat("nobody leads for it; its dossiers stay with ", NamesOf(receivers),
                 " until they are given to another agency"),
          false);
    }
    shared_.clear();
    for (const Party* receiver : receivers) CheckStages(agency, *receiver, "");
    if (is_led) CheckLed(agency);
    for (const auto& [owners, paths] : shared_) {
      // What an agency says by itself and by its own software, it has to keep apart itself.
      const bool is_own = owners.find(kAgencyPrefix) != std::string::npos;
      Add(agency, StrCat("fields like ", absl::StrJoin(paths, ", "), " belong to ", owners),
          !is_own);
    }
  }

  // Work that the agency has accepted to lead. Whoever received it owns the same of it, so that one
  // receiver tells for all.
  void CheckLed(const std::string& agency) {
    for (const Party& receiver : parties_.all()) {
      if (!receiver.receives || receiver.agencies.empty()) continue;
      return CheckStages(*receiver.agencies.begin(), receiver, agency);
    }
  }

  void CheckStages(const std::string& receiving, const Party& receiver, const std::string& lead) {
    concerned_.clear();  // nobody else owns anything of such a dossier
    for (const Party& party : parties_.all()) {
      if (party.agencies.contains(receiving) || party.agencies.contains(lead)) {
        concerned_.push_back(&party);
      }
    }
    for (int status = dossier::v1::Status_MIN; status <= dossier::v1::Status_MAX; ++status) {
      if (!dossier::v1::Status_IsValid(status)) continue;
      Dossier dossier;
      dossier.set_status(static_cast<Status>(status));
      dossier.mutable_origin()->set_system(receiver.name);
      dossier.mutable_reception()->set_agency(receiving);
      dossier.mutable_reception()->set_system(receiver.name);
      dossier.mutable_reception()->mutable_received_time();
      if (!lead.empty()) {
        Assignment& assignment = *dossier.add_assignments();
        assignment.set_agency(lead);
        assignment.set_role(Assignment::ROLE_LEAD);
        assignment.set_answer(Assignment::ANSWER_ACCEPTED);
      }
      for (const auto& [path, owner] : examples_) CheckOne(dossier, path, dossier);
      CheckTransitions(dossier);
    }
  }

  void CheckTransitions(const Dossier& dossier) {
    using Kind = domain::StatusGraph::Judgement::Kind;
    for (int to = dossier::v1::Status_MIN + 1; to <= dossier::v1::Status_MAX; ++to) {
      if (!dossier::v1::Status_IsValid(to)) continue;
      const auto judgement = graph_.Judge(dossier.status(), static_cast<Status>(to));
      if (judgement.kind != Kind::kRegular) continue;
      if (judgement.owner == domain::v1::StatusGraph::OWNER_EITHER) continue;
      Dossier wanted;
      wanted.set_status(static_cast<Status>(to));
      CheckOne(dossier, "status", wanted);
    }
  }

  void CheckOne(const Dossier& dossier, const std::string& path, const Dossier& wanted) {
    const std::vector<const Party*> owners = OwnersAmong(concerned_, graph_, dossier, path, wanted);
    if (owners.size() == 1) return;
    shared_[owners.empty() ? "nobody" : StrCat(NamesOf(owners), " alike")].insert(path);
  }

  void Add(const std::string& agency, std::string text, bool is_fault) {
    findings_.push_back({agency, std::move(text), is_fault});
  }

  const Parties& parties_;
  const domain::StatusGraph& graph_;
  const std::map<std::string, Owner> examples_;
  std::vector<const Party*> concerned_;                  // by the dossiers that are looked at
  std::map<std::string, std::set<std::string>> shared_;  // of one agency: owners -> paths
  std::vector<OwnershipFinding> findings_;
};

}  // namespace

std::vector<const Party*> OwnersOf(const Parties& parties, const domain::StatusGraph& graph,
                                   const Dossier& dossier, std::string_view path,
                                   const Dossier& wanted) {
  std::vector<const Party*> all;
  for (const Party& party : parties.all()) all.push_back(&party);
  return OwnersAmong(all, graph, dossier, path, wanted);
}

std::vector<OwnershipFinding> CheckOwners(const Parties& parties,
                                          const domain::StatusGraph& graph) {
  return OwnerCheck(parties, graph).Run();
}

}  // namespace lienthong::core
