// The calls to the adapter that a link's engine waits for.
#include <algorithm>
#include <utility>

#include "gateway/base/log.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

// An adapter answers at the deadline at the latest. One that has not after so much more has lost
// the call: it is not to hold up its dossiers for ever.
constexpr absl::Duration kAnswerGrace = absl::Seconds(10);
// A link looks every second. When the clock was set forward, or the machine slept, the adapter has
// not had the time either: two calls of one dossier must never be under way at once.
constexpr absl::Duration kLookMax = absl::Seconds(2);

}  // namespace

int64_t LinkEngine::BeginCall(UnderWay call) {
  const absl::Time now = clock_.Now();
  call.begun = now;
  call.give_up = awake_ + options_.call_timeout + kAnswerGrace;
  switch (call.kind) {
    case UnderWay::Kind::kDeliver:
    case UnderWay::Kind::kLookUp:
    case UnderWay::Kind::kTell:
      ++calls_;
      pulled_last_ = false;
      break;
    case UnderWay::Kind::kPull:
      pulled_last_ = true;
      break;
    case UnderWay::Kind::kCompare:
      break;
  }
  rate_.Note(now);
  mailbox_->Begin();
  under_way_.emplace(++last_call_, std::move(call));
  return last_call_;
}

// Not beyond the lease: the clock has gone on since MayCall.
absl::Time LinkEngine::CallDeadline() {
  const absl::Time end = bugs_.stale_owner_delivers ? absl::InfiniteFuture() : lease_until_;
  return clock_.TimeOfDay(std::min(clock_.Now() + options_.call_timeout, end));
}

void LinkEngine::ClaimAnswers() {
  const std::lock_guard lock(mailbox_->mutex);
  std::erase_if(mailbox_->completions, [this](Completion& answer) {
    if (answer.call.has_value()) return false;
    auto found = under_way_.extract(answer.number);
    if (found.empty()) return true;
    answer.call = std::move(found.mapped());
    return false;
  });
}

void LinkEngine::GiveUpUnanswered() {
  const absl::Time now = clock_.Now();
  awake_ += std::clamp(now - last_look_, absl::ZeroDuration(), kLookMax);
  last_look_ = now;
  const std::lock_guard lock(mailbox_->mutex);
  for (const auto& [number, call] : under_way_) {
    if (awake_ < call.give_up) continue;
    const auto answers = [number = number](const Completion& answer) {
      return answer.number == number;
    };
    auto& all = mailbox_->completions;
    if (std::any_of(all.begin(), all.end(), answers)) continue;
    LogError("call_without_answer", {{"link", options_.name}});
    all.push_back({.number = number,
                   .status = absl::DeadlineExceededError("the adapter did not answer its call")});
  }
}

}  // namespace lienthong::sync
