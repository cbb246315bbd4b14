// The part of a link's engine that holds the link's lease, so that no two gateways work for it.
#include <algorithm>
#include <deque>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

// It is prolonged after a third of its length: a call always finds room in what is left.
constexpr int kParts = 3;
constexpr absl::Duration kAskAgainMin = absl::Milliseconds(1);

}  // namespace

absl::Duration LinkEngine::LeaseLength() const {
  return std::max(options_.lease, kParts * options_.call_timeout);
}

// The lease begins, for its holder, before the store is asked. By the engine's clock it is never
// longer than by the time of day, which may be set back.
absl::Status LinkEngine::AcquireLease() {
  const absl::Time asked = clock_.Now();
  const absl::Time now = engine_.clock.Now();
  LIENTHONG_ASSIGN_OR_RETURN(
      fence_,
      engine_.store.AcquireLease(
          {.link = options_.name, .holder = holder_, .now = now, .until = now + LeaseLength()}));
  lease_until_ = asked + LeaseLength();
  prolong_lease_ = asked + LeaseLength() / kParts;
  return absl::OkStatus();
}

absl::Status LinkEngine::HoldLease() {
  if (fence_ == 0) return Recover();
  if (clock_.Now() < prolong_lease_) return absl::OkStatus();
  const int64_t fence = fence_;
  LIENTHONG_RETURN_IF_ERROR(AcquireLease());
  return fence_ == fence ? absl::OkStatus() : Recover();  // another one had it meanwhile
}

void LinkEngine::LoseLease() {
  if (fence_ != 0) LogWarning("link_lease_lost", {{"link", options_.name}});
  fence_ = 0;
  kept_.Clear();
  aims_.clear();
  decided_.clear();
  outgoing_.clear();
  sent_.clear();
  looking_up_.clear();
  telling_.reset();
  // Calls under way were over by the end of the lease, or answer nobody.
  under_way_.clear();
  calls_ = 0;
  pulling_ = false;
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->completions.clear();
}

absl::Time LinkEngine::WaitForLease(const absl::Status& refused) {
  LoseLease();
  RefuseCalls();
  if (const absl::StatusOr<storage::v1::LinkRecord> record = lanes_.LoadLink(); record.ok()) {
    const std::lock_guard lock(mutex_);
    shown_ = *record;  // how far the other one is
  }
  const absl::Duration wait = DetailsOf(refused).retry_after.value_or(kAskAgainMin);
  return engine_.clock.Now() + std::max(wait, kAskAgainMin);
}

absl::Status LinkEngine::Recover() {
  LoseLease();
  LIENTHONG_RETURN_IF_ERROR(AcquireLease());
  const absl::Status begun = BeginAnew();
  if (!begun.ok()) fence_ = 0;
  return begun;
}

bool LinkEngine::MayCall() {
  return bugs_.stale_owner_delivers || clock_.Now() + options_.call_timeout <= lease_until_;
}

}  // namespace lienthong::sync
