#ifndef LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/sync/call_queue.h"
#include "gateway/sync/link_engine.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

// What the adapter answered.
struct LinkEngine::Completion {
  enum class Kind { kDelivered, kLookedUp, kPulled, kTold, kCompared };
  Kind kind;
  int64_t fence;               // that the call was made under
  std::vector<Outgoing> sent;  // not for kPulled and kCompared; one for kLookedUp and kTold
  absl::Time begun = {};
  bool is_probe = false;  // it was to find out whether the counterpart answers again
  absl::Status status = {};
  adapter::v1::DeliverReply delivered = {};
  adapter::v1::LookUpReply looked_up = {};
  adapter::v1::PullReply pulled = {};
  int64_t question = 0;  // of a comparison, with `looked_up` or
  adapter::v1::InventoryReply inventory = {};
};

// Where answers, and calls of the counterpart, wait for the next tick. Outlives the engine when an
// answer comes late.
struct LinkEngine::Mailbox {
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Completion> completions;
  int under_way = 0;
  std::function<void()> wake;
  CallQueue calls;

  void Begin() {
    const std::lock_guard lock(mutex);
    ++under_way;
  }
  void End(Completion completion) {
    const std::lock_guard lock(mutex);
    completions.push_back(std::move(completion));
    --under_way;
    idle.notify_all();
    if (wake) wake();
  }
  void Wake() {
    const std::lock_guard lock(mutex);
    if (wake) wake();
  }
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_
