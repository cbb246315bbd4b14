// What a link's engine makes of refusals that come after their deliveries were answered.
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

// Others may change a lane meanwhile; more often than this in a row they do not.
constexpr int kRoundsMax = 50;

}  // namespace

// As LaneName and the lane's step make it: `city-17-3-5`, `city-e2-17-3-5`.
int64_t LinkEngine::DossierOf(std::string_view delivery_id) const {
  const std::string own = StrCat(options_.name, "-");
  if (!delivery_id.starts_with(own)) return 0;
  delivery_id.remove_prefix(own.size());
  if (delivery_id.starts_with('e')) {
    delivery_id.remove_prefix(std::min(delivery_id.size(), delivery_id.find('-')));
    if (!delivery_id.empty()) delivery_id.remove_prefix(1);
  }
  int64_t id = 0;
  const std::string_view number = delivery_id.substr(0, delivery_id.find('-'));
  return absl::SimpleAtoi(ToAbsl(number), &id) ? id : 0;
}

absl::Status LinkEngine::TakeLateAnswer(const adapter::v1::ItemOutcome& outcome) {
  const int64_t dossier_id = DossierOf(outcome.delivery_id());
  if (dossier_id == 0) return absl::OkStatus();  // of a link that had another name
  for (int round = 0; round < kRoundsMax; ++round) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, LoadLane(dossier_id));
    if (lane.version == 0) return absl::OkStatus();
    Effects effects = Step(std::move(lane.state), StateNow(), LaneName(dossier_id),
                           LateAnswer{.outcome = &outcome});
    if (effects.unchanged) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                               core::LoadDossier(engine_, dossier_id));
    std::vector<store::WriteSet> sets(1);
    PutStopped(dossier_id, stored.dossier.code(), nullptr, effects, sets[0]);
    lanes_.Put(lane, effects.lane, sets[0]);
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
    if (committed[0]) return absl::OkStatus();
  }
  return absl::UnavailableError("a late refusal could not be committed; taken again");
}

}  // namespace lienthong::sync
