#ifndef LIENTHONG_GATEWAY_SYNC_COMMIT_GROUP_H_
#define LIENTHONG_GATEWAY_SYNC_COMMIT_GROUP_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace lienthong::sync {

// Waits for several commits that become durable together. Callbacks that come after the group has
// gone are harmless.
class CommitGroup {
 public:
  // One more commit; call the result with its status, once.
  std::function<void(absl::Status)> Add();

  // The status of each, in the order of Add; DeadlineExceeded for those not answered in time.
  std::vector<absl::Status> Wait(absl::Duration timeout);

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable answered;
    std::vector<absl::Status> statuses;
    size_t open = 0;
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_COMMIT_GROUP_H_
