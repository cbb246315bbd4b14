// What a link's engine makes of calls that are said to be under way and of which it knows nothing.
#include <algorithm>
#include <set>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

constexpr int64_t kRowsMax = 500;

}  // namespace

absl::Status LinkEngine::GiveUpCalls() {
  std::set<int64_t> known(sent_.begin(), sent_.end());
  for (const Outgoing& next : outgoing_) known.insert(next.dossier_id);
  const int64_t rows = kRowsMax + static_cast<int64_t>(known.size());
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(
        std::vector<StoredLane> lanes,
        lanes_.Due(LaneState::PHASE_IN_FLIGHT, absl::InfiniteFuture(), rows));
    std::erase_if(lanes,
                  [&known](const StoredLane& lane) { return known.contains(lane.dossier_id); });
    if (lanes.empty()) return absl::OkStatus();
    std::vector<store::WriteSet> sets(lanes.size());
    for (size_t i = 0; i < lanes.size(); ++i) {
      Effects effects =
          Step(lanes[i].state, StateNow(), LaneName(lanes[i].dossier_id), Restarted{});
      if (effects.stop.has_value()) {
        LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                                   core::LoadDossier(engine_, lanes[i].dossier_id));
        PutStopped(lanes[i].dossier_id, stored.dossier.code(), nullptr, effects, sets[i]);
      }
      lanes_.Put(lanes[i], effects.lane, sets[i]);
    }
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  }
}

// A commit that failed may have been made all the same, or is made only now, and others of its
// group were: when all of them are decided, what is known of the link and its lanes is read again.
absl::Status LinkEngine::MakeSure() {
  // First: an answer that is to be taken in again would pass for a call that is under way.
  LIENTHONG_RETURN_IF_ERROR(TakeCompletions());
  std::vector<bool> decided;
  LIENTHONG_RETURN_IF_ERROR(CommitAll({store::WriteSet{}}, &decided));
  kept_.Clear();
  aims_.clear();
  LIENTHONG_ASSIGN_OR_RETURN(record_, lanes_.LoadLink());
  LIENTHONG_RETURN_IF_ERROR(early_.Recover());
  early_pass_ = {};
  if (comparing_ == nullptr) LIENTHONG_RETURN_IF_ERROR(LoadComparison());
  LIENTHONG_RETURN_IF_ERROR(GiveUpCalls());
  unsure_ = false;
  const std::lock_guard lock(mutex_);
  shown_ = record_;
  return absl::OkStatus();
}

}  // namespace lienthong::sync
