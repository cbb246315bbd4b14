#include "gateway/sync/planted_bugs.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/fields.h"

namespace lienthong::sync {
namespace {

bool SaysTheSame(const dossier::v1::Step& one, const dossier::v1::Step& other) {
  return one.id() != other.id() && one.content() == other.content() &&
         one.officer() == other.officer() &&
         one.time().SerializeAsString() == other.time().SerializeAsString();
}

}  // namespace

void ShiftOutcomes(adapter::v1::DeliverReply& reply) {
  auto& outcomes = *reply.mutable_outcomes();
  if (outcomes.empty()) return;
  std::string first = outcomes[0].delivery_id();
  for (int i = 0; i + 1 < outcomes.size(); ++i) {
    outcomes[i].set_delivery_id(outcomes[i + 1].delivery_id());
  }
  outcomes[outcomes.size() - 1].set_delivery_id(std::move(first));
}

void DropTwinSteps(const dossier::v1::Dossier& stored, domain::Change& change) {
  for (const auto& reported : change.dossier.steps()) {
    for (const auto& step : stored.steps()) {
      if (!SaysTheSame(reported, step)) continue;
      std::erase_if(change.set, [&reported](const std::string& path) {
        const domain::PathParts parts = domain::SplitPath(path);
        return parts.list == "steps" && parts.element == reported.id();
      });
    }
  }
}

}  // namespace lienthong::sync
