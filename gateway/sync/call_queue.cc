#include "gateway/sync/call_queue.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::sync {
namespace {

constexpr absl::Duration kComeAgain = absl::Seconds(1);

absl::Status NothingDone(const char* why) { return absl::UnavailableError(why); }

}  // namespace

absl::Status CallQueue::Count() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return NothingDone("the link is stopping; call again");
  }
  const std::lock_guard lock(open_->mutex);
  if (open_->calls >= kCallsMax) return Busy("too many calls wait for an answer", kComeAgain);
  ++open_->calls;
  return absl::OkStatus();
}

std::optional<CallQueue::Done> CallQueue::Admit(Done done) {
  const absl::Status counted = Count();
  if (!counted.ok()) {
    done(counted);
    return std::nullopt;
  }
  return Done(
      [open = open_, done = std::move(done)](absl::StatusOr<adapter::v1::ReceiveReply> reply) {
        {
          const std::lock_guard lock(open->mutex);
          --open->calls;
        }
        done(std::move(reply));
      });
}

void CallQueue::Put(Call call) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) return waiting_.push_back(std::move(call));
  }
  call.answer(NothingDone("the link is stopping; call again"));
}

std::optional<CallQueue::Call> CallQueue::Take() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  std::optional<Call> call = std::move(waiting_.front());
  waiting_.pop_front();
  return call;
}

void CallQueue::Expire(absl::Time now) {
  std::deque<Call> expired;
  {
    const std::lock_guard lock(mutex_);
    const auto late = std::stable_partition(
        waiting_.begin(), waiting_.end(), [now](const Call& call) { return call.deadline > now; });
    std::move(late, waiting_.end(), std::back_inserter(expired));
    waiting_.erase(late, waiting_.end());
  }
  for (const Call& call : expired) {
    call.answer(NothingDone("the call's deadline passed before it was taken in; call again"));
  }
}

std::deque<CallQueue::Call> CallQueue::TakeAll() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void CallQueue::Refuse() {
  for (const Call& call : TakeAll()) {
    call.answer(NothingDone("the gateway cannot write now; call again"));
  }
}

void CallQueue::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  for (const Call& call : TakeAll()) call.answer(NothingDone("the link is stopping; call again"));
}

}  // namespace lienthong::sync
