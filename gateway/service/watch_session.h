#ifndef LIENTHONG_GATEWAY_SERVICE_WATCH_SESSION_H_
#define LIENTHONG_GATEWAY_SERVICE_WATCH_SESSION_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace lienthong::service {

// When a watch reads its next page, writes, and ends: pure rules, no threads, no clock. At most one
// page is held: the next is read only after the last was taken by the reader, so that a slow reader
// costs nothing. Ends only when neither a read nor a write is under way.
class WatchSession {
 public:
  enum class Action { kNone, kReadPage, kWrite, kFinish };

  // The longest silence.
  explicit WatchSession(absl::Duration heartbeat) : heartbeat_(heartbeat) {}

  Action OnStart(absl::Time now);
  Action OnTick(absl::Time now, bool journal_moved);
  // A page was read; an empty one is written only as greeting or heartbeat.
  Action OnPage(bool empty, bool more, absl::Time now);
  // There was no thread for reading; the next tick tries again.
  Action OnPageDelayed();
  // The page cannot be read: the stream ends with the reason.
  Action OnPageFailed(absl::Status status);
  Action OnWritten(bool ok);
  // Ends with this status, unless it is ending already.
  Action End(absl::Status status);

  const absl::Status& status() const { return status_; }

 private:
  Action ReadPage();
  Action FinishWhenIdle();

  const absl::Duration heartbeat_;
  absl::Time last_write_;
  absl::Status status_;
  bool greeted_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool wanted_ = false;  // there may be something to read
  bool ending_ = false;
  bool finished_ = false;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_WATCH_SESSION_H_
