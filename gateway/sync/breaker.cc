#include "gateway/sync/breaker.h"

#include <algorithm>

#include "gateway/sync/backoff.h"

namespace lienthong::sync {

void Breaker::NoteFailure(absl::Time now, const Failure& failure, double chance) {
  if (open_ && !failure.is_probe) return;
  if (!open_ && !failure.is_refusal) {
    if (failure.subject != 0 && !subjects_.insert(failure.subject).second) return;
    if (++failures_ < options_.failures_max) return;
  }
  open_ = true;
  next_probe_ = now + FullJitter(options_.wait_min, options_.wait_max, ++probes_, chance);
}

void Breaker::NoteSuccess() {
  open_ = false;
  failures_ = 0;
  subjects_.clear();
  probes_ = 0;
  next_probe_ = absl::InfinitePast();
}

void Breaker::Hasten(absl::Time now) {
  if (open_) next_probe_ = std::min(next_probe_, now);
}

}  // namespace lienthong::sync
