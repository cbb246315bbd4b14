#ifndef LIENTHONG_ADAPTERS_SDK_BLOCKING_H_
#define LIENTHONG_ADAPTERS_SDK_BLOCKING_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"

namespace lienthong::sdk {

// For adapters written as plain blocking code: each call runs in a thread of a bounded pool of the
// adapter's own, and returns its answer. What this class adds: a call whose deadline has passed is
// answered without being run; a full queue is ResourceExhausted; an exception becomes Internal;
// Stop waits until every call was answered. A Deliver that was not run says RETRY_AFTER of each of
// its items, since nothing was sent, and that the counterpart was unavailable.
//
// Give it at least as many threads as calls are declared to run at the same time and a few for
// Pull, LookUp and Probe: a call that waits for a thread cannot keep its deadline.
class BlockingAdapter : public Adapter {
 public:
  struct Options {
    int threads = 4;
    size_t queue_items_max = 256;
  };

  // Not from inside a call or its `done`.
  absl::Status Start() final;
  void Stop() final;

  void Pull(const pb::PullRequest& request, absl::Time deadline, Done<pb::PullReply> done) final;
  void Receive(const pb::ReceiveRequest& request, absl::Time deadline,
               Done<pb::ReceiveReply> done) final;
  void Deliver(const pb::DeliverRequest& request, absl::Time deadline,
               Done<pb::DeliverReply> done) final;
  void LookUp(const pb::LookUpRequest& request, absl::Time deadline,
              Done<pb::LookUpReply> done) final;
  void Inventory(const pb::InventoryRequest& request, absl::Time deadline,
                 Done<pb::InventoryReply> done) final;
  void Probe(absl::Time deadline, Done<pb::ProbeReply> done) final;

 protected:
  BlockingAdapter(const Options& options, const Clock& clock) : options_(options), clock_(clock) {}

  // To override: block, but not beyond `deadline`. Calls overlap. What a counterpart cannot do
  // stays as it is here and is declared in the capabilities.
  virtual absl::Status StartNow() { return absl::OkStatus(); }
  // Lets running calls end soon; the next StartNow undoes it.
  virtual void Interrupt() {}
  virtual absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest& request,
                                                absl::Time deadline) = 0;
  virtual absl::StatusOr<pb::ReceiveReply> ReceiveNow(const pb::ReceiveRequest& request,
                                                      absl::Time deadline);
  virtual absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                                      absl::Time deadline) = 0;
  virtual absl::StatusOr<pb::LookUpReply> LookUpNow(const pb::LookUpRequest& request,
                                                    absl::Time deadline);
  virtual absl::StatusOr<pb::InventoryReply> InventoryNow(const pb::InventoryRequest& request,
                                                          absl::Time deadline);
  virtual absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time deadline) = 0;

  const Clock& clock() const { return clock_; }
  // For calls that wait: true once Stop was called.
  bool stopping() const { return stopping_; }

 private:
  // `refuse` is called instead of `call`, with the reason, when that is not run.
  template <typename Reply>
  void Run(absl::Time deadline, Done<Reply> done, std::function<absl::StatusOr<Reply>()> call,
           std::function<absl::StatusOr<Reply>(const absl::Status&)> refuse = Itself<Reply>);
  template <typename Reply>
  static absl::StatusOr<Reply> Itself(const absl::Status& status) {
    return status;
  }

  const Options options_;
  const Clock& clock_;
  std::atomic<bool> stopping_ = true;  // until Start
  std::mutex mutex_;
  std::shared_ptr<Executor> executor_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_BLOCKING_H_
