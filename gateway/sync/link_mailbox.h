#ifndef LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/sync/call_queue.h"
#include "gateway/sync/link_engine.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

// What the adapter answered to a call.
struct LinkEngine::Completion {
  int64_t number = 0;  // of the call
  absl::Status status = {};
  adapter::v1::DeliverReply delivered = {};
  adapter::v1::LookUpReply looked_up = {};
  adapter::v1::PullReply pulled = {};
  adapter::v1::InventoryReply inventory = {};
  adapter::v1::ProbeReply probed = {};
  std::optional<UnderWay> call = {};  // once the engine has matched the two
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

// Hands the adapter's answer to a call over to the engine, wherever it comes from.
template <typename Reply>
sdk::Done<Reply> LinkEngine::AnswerTo(int64_t number, Reply Completion::*place) {
  return [mailbox = mailbox_, number, place](absl::StatusOr<Reply> reply) {
    Completion completion{.number = number, .status = reply.status()};
    if (reply.ok()) completion.*place = *std::move(reply);
    mailbox->End(std::move(completion));
  };
}

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_MAILBOX_H_
