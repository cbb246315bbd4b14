#include "adapters/sdk/blocking.h"

#include <exception>
#include <utility>

#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"

namespace lienthong::sdk {
namespace {

// The text of an exception may quote the data it stumbled over.
template <typename Reply>
absl::StatusOr<Reply> Guarded(const std::function<absl::StatusOr<Reply>()>& call) {
  try {
    return call();
  } catch (const std::exception&) {
    return absl::InternalError("the adapter threw an exception");
  }
}

// Nothing was sent, so nothing was applied: the items need not be treated as unanswered.
pb::DeliverReply NotNow(const pb::DeliverRequest& request, const absl::Status& reason) {
  pb::DeliverReply reply;
  for (const pb::OutboundItem& item : request.items()) {
    pb::ItemOutcome& outcome = *reply.add_outcomes();
    outcome.set_delivery_id(item.delivery_id());
    outcome.set_outcome(pb::OUTCOME_RETRY_AFTER);
    outcome.set_reason(std::string(reason.message()));
  }
  SetUnavailable(reply, reason);
  return reply;
}

}  // namespace

absl::Status BlockingAdapter::Start() {
  LIENTHONG_RETURN_IF_ERROR(StartNow());
  std::lock_guard lock(mutex_);
  if (executor_ == nullptr) {
    executor_ = std::make_shared<Executor>(Executor::Options{
        .threads = options_.threads, .queue_items_max = options_.queue_items_max});
  }
  stopping_ = false;
  return absl::OkStatus();
}

void BlockingAdapter::Stop() {
  std::shared_ptr<Executor> last;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    last = std::move(executor_);
  }
  Interrupt();
  // Its destructor runs what waits, which answers at once, and joins.
  last.reset();
}

template <typename Reply>
void BlockingAdapter::Run(absl::Time deadline, Done<Reply> done,
                          std::function<absl::StatusOr<Reply>()> call,
                          std::function<absl::StatusOr<Reply>(const absl::Status&)> refuse) {
  auto work = [this, deadline, done, call = std::move(call), refuse] {
    if (stopping_) {
      return done(refuse(absl::UnavailableError("the adapter is stopping; nothing was sent")));
    }
    if (clock_.Now() >= deadline) {
      return done(refuse(absl::UnavailableError("the deadline had passed; nothing was sent")));
    }
    done(Guarded<Reply>(call));
  };
  absl::Status refused;
  {
    std::lock_guard lock(mutex_);
    if (executor_ == nullptr) {
      refused = absl::UnavailableError("the adapter is not started; nothing was sent");
    } else if (!executor_->TryRun(std::move(work))) {
      refused = absl::ResourceExhaustedError("too many calls wait; nothing was sent");
    }
  }
  if (!refused.ok()) done(refuse(refused));
}

void BlockingAdapter::Pull(const pb::PullRequest& request, absl::Time deadline,
                           Done<pb::PullReply> done) {
  Run<pb::PullReply>(deadline, std::move(done),
                     [this, request, deadline] { return PullNow(request, deadline); });
}

void BlockingAdapter::Receive(const pb::ReceiveRequest& request, absl::Time deadline,
                              Done<pb::ReceiveReply> done) {
  Run<pb::ReceiveReply>(deadline, std::move(done),
                        [this, request, deadline] { return ReceiveNow(request, deadline); });
}

void BlockingAdapter::Deliver(const pb::DeliverRequest& request, absl::Time deadline,
                              Done<pb::DeliverReply> done) {
  Run<pb::DeliverReply>(
      deadline, std::move(done),
      [this, request, deadline] { return DeliverNow(request, deadline); },
      [request](const absl::Status& reason) { return NotNow(request, reason); });
}

void BlockingAdapter::LookUp(const pb::LookUpRequest& request, absl::Time deadline,
                             Done<pb::LookUpReply> done) {
  Run<pb::LookUpReply>(deadline, std::move(done),
                       [this, request, deadline] { return LookUpNow(request, deadline); });
}

void BlockingAdapter::Inventory(const pb::InventoryRequest& request, absl::Time deadline,
                                Done<pb::InventoryReply> done) {
  Run<pb::InventoryReply>(deadline, std::move(done),
                          [this, request, deadline] { return InventoryNow(request, deadline); });
}

void BlockingAdapter::Probe(absl::Time deadline, Done<pb::ProbeReply> done) {
  Run<pb::ProbeReply>(deadline, std::move(done), [this, deadline] { return ProbeNow(deadline); });
}

absl::StatusOr<pb::ReceiveReply> BlockingAdapter::ReceiveNow(const pb::ReceiveRequest&,
                                                             absl::Time) {
  return absl::NotFoundError("this counterpart never calls");
}

absl::StatusOr<pb::LookUpReply> BlockingAdapter::LookUpNow(const pb::LookUpRequest&, absl::Time) {
  return absl::UnimplementedError("this counterpart cannot be read back");
}

absl::StatusOr<pb::InventoryReply> BlockingAdapter::InventoryNow(const pb::InventoryRequest&,
                                                                 absl::Time) {
  return absl::UnimplementedError("this counterpart cannot list what it holds");
}

}  // namespace lienthong::sdk
