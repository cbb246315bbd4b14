#include "gateway/service/watch_session.h"

#include <utility>

namespace lienthong::service {

WatchSession::Action WatchSession::ReadPage() {
  wanted_ = false;
  reading_ = true;
  return Action::kReadPage;
}

WatchSession::Action WatchSession::FinishWhenIdle() {
  if (reading_ || writing_ || finished_) return Action::kNone;
  finished_ = true;
  return Action::kFinish;
}

WatchSession::Action WatchSession::OnStart(absl::Time now) {
  last_write_ = now;
  if (ending_) return FinishWhenIdle();
  return ReadPage();
}

WatchSession::Action WatchSession::OnTick(absl::Time now, bool journal_moved) {
  if (ending_) return Action::kNone;
  if (journal_moved) wanted_ = true;
  if (reading_ || writing_) return Action::kNone;
  return wanted_ || now - last_write_ >= heartbeat_ ? ReadPage() : Action::kNone;
}

WatchSession::Action WatchSession::OnPage(bool empty, bool more, absl::Time now) {
  reading_ = false;
  if (ending_) return FinishWhenIdle();
  if (more) wanted_ = true;
  if (!empty || !greeted_ || now - last_write_ >= heartbeat_) {
    greeted_ = true;
    writing_ = true;
    last_write_ = now;
    return Action::kWrite;
  }
  return wanted_ ? ReadPage() : Action::kNone;
}

WatchSession::Action WatchSession::OnPageDelayed() {
  reading_ = false;
  wanted_ = true;
  return ending_ ? FinishWhenIdle() : Action::kNone;
}

WatchSession::Action WatchSession::OnPageFailed(absl::Status status) {
  reading_ = false;
  return End(std::move(status));
}

WatchSession::Action WatchSession::OnWritten(bool ok) {
  writing_ = false;
  if (!ok) return End(absl::CancelledError("the reader went away"));
  if (ending_) return FinishWhenIdle();
  return wanted_ ? ReadPage() : Action::kNone;
}

WatchSession::Action WatchSession::End(absl::Status status) {
  if (!ending_) {
    ending_ = true;
    status_ = std::move(status);
  }
  return FinishWhenIdle();
}

}  // namespace lienthong::service
