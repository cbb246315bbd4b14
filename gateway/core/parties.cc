#include "gateway/core/parties.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"

namespace lienthong::core {
namespace {

// What the receiving unit or the lead agency does with a dossier, each with its time.
constexpr const char* kActsOfOthers[] = {"reception.received_time", "reception.refused_time",
                                         "deadline.promised_due", "outcome.finished_time",
                                         "outcome.returned_time"};

}  // namespace

std::vector<FieldViolation> CheckCreate(const Party& party, const dossier::v1::Dossier& dossier,
                                        std::string_view prefix) {
  const std::string& agency = dossier.reception().agency();
  const bool acts_for = party.agencies.contains(agency);
  if (!acts_for || (!party.receives && !party.submits)) {
    return {{StrCat(prefix, "reception.agency"),
             StrCat("is no agency that ", party.name, " receives or submits dossiers for")}};
  }
  if (party.receives) return {};
  std::vector<FieldViolation> violations;
  if (dossier.status() != dossier::v1::STATUS_SUBMITTED) {
    violations.push_back({StrCat(prefix, "status"),
                          StrCat(party.name, " submits dossiers; they begin as STATUS_SUBMITTED")});
  }
  if (dossier.origin().channel() != dossier::v1::CHANNEL_ONLINE) {
    violations.push_back({StrCat(prefix, "origin.channel"),
                          StrCat(party.name, " submits dossiers; they are CHANNEL_ONLINE")});
  }
  for (const char* path : kActsOfOthers) {
    if (!domain::GetField(dossier, path).has_value()) continue;
    violations.push_back(
        {StrCat(prefix, path), StrCat("is set by who receives the dossier, not by ", party.name,
                                      ", which submits it; leave it out")});
  }
  return violations;
}

absl::Status Parties::Add(Party party) {
  if (party.name.empty()) return absl::InvalidArgumentError("a party needs a name");
  if (party.agencies.empty()) {
    return absl::InvalidArgumentError(StrCat("party ", party.name, " acts for no agency"));
  }
  if (Find(party.name) != nullptr) {
    return absl::InvalidArgumentError(StrCat("party ", party.name, " is there twice"));
  }
  parties_.push_back(std::move(party));
  return absl::OkStatus();
}

const Party* Parties::Find(std::string_view name) const {
  const auto found = std::find_if(parties_.begin(), parties_.end(),
                                  [name](const Party& party) { return party.name == name; });
  return found == parties_.end() ? nullptr : &*found;
}

void Parties::NameLink(std::string link, std::string party) {
  parties_of_links_.insert_or_assign(std::move(link), std::move(party));
}

const Party* Parties::OfActor(std::string_view actor) const {
  constexpr std::string_view kLinkPrefix = "link/";
  if (!actor.starts_with(kLinkPrefix)) return Find(actor);
  actor.remove_prefix(kLinkPrefix.size());
  const auto named = parties_of_links_.find(actor);
  return Find(named == parties_of_links_.end() ? actor : named->second);
}

const Party* Parties::ReceiverFor(std::string_view agency) const {
  const Party* receiver = nullptr;
  for (const Party& party : parties_) {
    if (!party.receives || !party.agencies.contains(std::string(agency))) continue;
    if (receiver != nullptr) return nullptr;
    receiver = &party;
  }
  return receiver;
}

std::string Parties::SeriesProblem(const std::set<std::string>& own, std::string_view code) const {
  const absl::StatusOr<domain::DossierCode> parsed = domain::DossierCode::Parse(code);
  if (!parsed.ok()) return "";
  const bool is_own = own.contains(parsed->agency);
  const bool taken = std::any_of(parties_.begin(), parties_.end(), [&](const Party& party) {
    return party.agencies.contains(parsed->agency);
  });
  if (!is_own && !taken) return "";  // issued where nobody is connected, by what rules it may be
  if (!parsed->NamesADay()) {
    return StrCat("is like a code of ", parsed->agency, ", but ", parsed->day,
                  " is no day of the calendar; write it as it was printed");
  }
  if (is_own) return "";
  return StrCat("is a code of ", parsed->agency,
                ", which numbers its own dossiers; leave it out, or "
                "let ",
                parsed->agency, " register it");
}

absl::StatusOr<const Party*> Parties::ForCaller(const Caller& caller) const {
  const bool speaks = caller.kind == CallerKind::kAgency || caller.kind == CallerKind::kLink;
  const Party* party = speaks ? Find(caller.name) : nullptr;
  if (party == nullptr) return CallNotAllowed(caller.name, "change dossiers");
  return party;
}

}  // namespace lienthong::core
