#include "gateway/core/overrule.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/validate.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

constexpr std::string_view kRoot = "dossier.";

bool Names(const std::vector<std::string>& paths, std::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

absl::Status Check(const Engine& engine, const StoredDossier& stored,
                   const domain::Change& change) {
  LIENTHONG_RETURN_IF_ERROR(CheckOpen(stored.dossier));
  std::vector<FieldViolation> bad =
      domain::Validate(change.dossier, /*complete=*/false, engine.clock.Now(), kRoot);
  std::vector<FieldViolation> cleared = domain::ValidateClears(stored.dossier, change.clear, kRoot);
  std::move(cleared.begin(), cleared.end(), std::back_inserter(bad));
  for (const std::vector<std::string>* paths : {&change.set, &change.clear}) {
    for (const std::string& path : *paths) {
      const options::v1::FieldRules* rules = domain::RulesOf(path);
      if (rules == nullptr || rules->owner() != options::v1::OWNER_GATEWAY || path == "code") {
        continue;  // the code only names the dossier
      }
      bad.push_back({StrCat(kRoot, path), "is set by the gateway alone; leave it out"});
    }
  }
  return bad.empty() ? absl::OkStatus() : FieldsInvalid(std::move(bad));
}

void SayWhyDueMoves(const dossier::v1::Dossier& stored, const std::string& reason,
                    domain::Change& change) {
  constexpr std::string_view kDue = "deadline.promised_due", kReason = "deadline.change_reason";
  const bool names = Names(change.set, kDue) || Names(change.clear, kDue);
  const bool moves = domain::GetField(change.dossier, kDue) != domain::GetField(stored, kDue);
  if (!names || !moves || Names(change.set, kReason)) return;
  std::erase(change.clear, kReason);
  change.dossier.mutable_deadline()->set_change_reason(reason);
  change.set.emplace_back(kReason);
  change.says_why_due_moves = true;
}

}  // namespace

absl::StatusOr<PreparedEdit> PrepareOverrule(const Engine& engine, const StoredDossier& stored,
                                             domain::Change change, std::string actor,
                                             std::string reason, std::string resolves) {
  LIENTHONG_RETURN_IF_ERROR(Check(engine, stored, change));
  SayWhyDueMoves(stored.dossier, reason, change);
  EditContext context;
  context.writer.system = actor;
  context.actor = std::move(actor);
  context.reason = std::move(reason);
  context.resolves = std::move(resolves);
  context.overrules = true;
  context.act = storage::v1::REASONED_ACT_CORRECT;
  LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit,
                             PrepareEdit(engine, stored, change, std::move(context)));
  std::vector<FieldViolation> kept;
  for (const domain::Proposal& proposal : edit.merge.proposals) {
    kept.push_back({StrCat(kRoot, proposal.path), proposal.path == "status"
                                                      ? "is a terminal one, which nobody leaves"
                                                      : "is its issuer's alone, for ever"});
  }
  if (!kept.empty()) return FieldsInvalid(std::move(kept));
  return edit;
}

}  // namespace lienthong::core
