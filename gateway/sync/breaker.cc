#include "gateway/sync/breaker.h"

#include <cstdint>

#include "gateway/sync/backoff.h"

namespace lienthong::sync {

void Breaker::NoteFailure(absl::Time now, bool is_probe, bool is_refusal, double chance) {
  if (open_ && !is_probe) return;
  if (!open_ && !is_refusal && ++failures_ < options_.failures_max) return;
  open_ = true;
  next_probe_ = now + FullJitter(options_.wait_min, options_.wait_max, ++probes_, chance);
}

void Breaker::NoteSuccess() {
  open_ = false;
  failures_ = 0;
  probes_ = 0;
  next_probe_ = absl::InfinitePast();
}

}  // namespace lienthong::sync
