#ifndef LIENTHONG_GATEWAY_SYNC_CALL_QUEUE_H_
#define LIENTHONG_GATEWAY_SYNC_CALL_QUEUE_H_

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

// Calls of one counterpart that are not answered yet, counted and never dropped: each is answered
// once, if only by being told to come again. Thread-safe.
class CallQueue {
 public:
  using Done = sdk::Done<adapter::v1::ReceiveReply>;
  static constexpr int kCallsMax = 64;

  // What a call means, and how it is answered.
  struct Call {
    std::shared_ptr<adapter::v1::ReceiveRequest> request;
    absl::Time deadline;
    adapter::v1::ReceiveReply meaning;
    Done answer;
    std::string traceparent = {};  // of the trace that the caller is in
  };

  // Counts a call until the returned answer was given. Nothing when it was refused and answered at
  // once: Unavailable after Close, ResourceExhausted when too many are open.
  std::optional<Done> Admit(Done done);
  // Waits to be taken; answered at once after Close.
  void Put(Call call);
  std::optional<Call> Take();

  // Answer calls that wait with Unavailable: those whose deadline has passed; all of them; all of
  // them and those to come.
  void Expire(absl::Time now);
  void Refuse();
  void Close();

 private:
  struct Open {
    std::mutex mutex;
    int calls = 0;
  };

  absl::Status Count();
  std::deque<Call> TakeAll();

  const std::shared_ptr<Open> open_ = std::make_shared<Open>();
  std::mutex mutex_;
  std::deque<Call> waiting_;
  bool closed_ = false;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_CALL_QUEUE_H_
