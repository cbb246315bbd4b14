#ifndef LIENTHONG_GATEWAY_SYNC_KEPT_LANES_H_
#define LIENTHONG_GATEWAY_SYNC_KEPT_LANES_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "gateway/sync/lane_store.h"

namespace lienthong::sync {

// The lanes that their link's engine has just committed, whole, so that their next step need not
// read them again: a lane takes several steps in a few milliseconds, and nobody else writes it. One
// that is not as the store has it all the same fails the condition of its commit, which ends in
// Forget. Not thread-safe.
class KeptLanes {
 public:
  // A lane with its version as committed.
  void Keep(StoredLane lane) {
    const int64_t id = lane.dossier_id;
    if (lanes_.insert_or_assign(id, std::move(lane)).second) order_.push_back(id);
    while (order_.size() > kLanesMax) {
      lanes_.erase(order_.front());
      order_.pop_front();
    }
  }
  // Gives a lane away; it is not kept any more.
  std::optional<StoredLane> Take(int64_t dossier_id) {
    const auto found = lanes_.find(dossier_id);
    if (found == lanes_.end()) return std::nullopt;
    std::optional<StoredLane> lane = std::move(found->second);
    Forget(dossier_id);
    return lane;
  }
  void Forget(int64_t dossier_id) {
    if (lanes_.erase(dossier_id) > 0) std::erase(order_, dossier_id);
  }
  void Clear() {
    lanes_.clear();
    order_.clear();
  }

 private:
  static constexpr size_t kLanesMax = 128;  // of some tens of kilobytes each

  std::map<int64_t, StoredLane> lanes_;
  std::deque<int64_t> order_;  // the longest kept first
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_KEPT_LANES_H_
