#include "gateway/service/push_session.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace lienthong::service {

// Hands an item out, or lets it wait behind an earlier one of the same dossier.
void PushSession::Begin(Item item, Actions& actions) {
  if (!item.key.empty()) {
    const auto [busy, is_first] = by_code_.try_emplace(item.key);
    if (!is_first) {
      busy->second.push_back(std::move(item));
      return;
    }
  }
  ++running_;
  actions.run.push_back(std::move(item));
}

void PushSession::Proceed(Actions& actions) {
  if (finished_) return;
  if (cancelled_) {
    if (!writing_) acknowledgements_.clear();
  } else if (!writing_ && !acknowledgements_.empty()) {
    writing_ = actions.write = true;
  }
  if (!closed_ && !reading_ && items_ < kStreamItemsMax) reading_ = actions.read = true;
  const bool all_answered = running_ == 0 && !writing_ && (cancelled_ || items_ == 0);
  if (closed_ && all_answered) finished_ = actions.finish = true;
}

PushSession::Actions PushSession::OnStart() {
  Actions actions;
  Proceed(actions);
  return actions;
}

PushSession::Actions PushSession::OnRead(bool ok, Request request) {
  Actions actions;
  reading_ = false;
  if (!ok) {
    closed_ = true;
  } else if (!closed_) {
    ++items_;
    Item item;
    item.key = absl::AsciiStrToUpper(request.dossier().code());
    item.request = std::move(request);
    Begin(std::move(item), actions);
  }
  Proceed(actions);
  return actions;
}

PushSession::Actions PushSession::OnOutcome(const std::string& key, Response acknowledgement) {
  Actions actions;
  --running_;
  acknowledgements_.push_back(std::move(acknowledgement));
  const auto busy = by_code_.find(key);
  if (busy != by_code_.end()) {
    if (busy->second.empty() || cancelled_) {
      by_code_.erase(busy);
    } else {
      ++running_;
      actions.run.push_back(std::move(busy->second.front()));
      busy->second.pop_front();
    }
  }
  Proceed(actions);
  return actions;
}

PushSession::Actions PushSession::OnWritten(bool ok) {
  Actions actions;
  writing_ = false;
  acknowledgements_.pop_front();
  --items_;
  if (!ok) {
    closed_ = cancelled_ = true;
    if (status_.ok()) status_ = absl::CancelledError("the caller went away");
  }
  Proceed(actions);
  return actions;
}

PushSession::Actions PushSession::OnDrain(absl::Status status) {
  Actions actions;
  closed_ = true;
  if (status_.ok()) status_ = std::move(status);
  Proceed(actions);
  return actions;
}

PushSession::Actions PushSession::OnCancel() {
  Actions actions;
  closed_ = cancelled_ = true;
  if (status_.ok()) status_ = absl::CancelledError("cancelled");
  Proceed(actions);
  return actions;
}

}  // namespace lienthong::service
