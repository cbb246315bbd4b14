#include "gateway/sync/commit_group.h"

#include <utility>

namespace lienthong::sync {

std::function<void(absl::Status)> CommitGroup::Add() {
  const std::lock_guard lock(state_->mutex);
  const size_t index = state_->statuses.size();
  state_->statuses.push_back(absl::DeadlineExceededError("the store did not answer in time"));
  ++state_->open;
  return [state = state_, index](absl::Status status) {
    const std::lock_guard inner(state->mutex);
    state->statuses[index] = std::move(status);
    if (--state->open == 0) state->answered.notify_all();
  };
}

std::vector<absl::Status> CommitGroup::Wait(absl::Duration timeout) {
  std::unique_lock lock(state_->mutex);
  state_->answered.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                            [this] { return state_->open == 0; });
  return state_->statuses;
}

}  // namespace lienthong::sync
