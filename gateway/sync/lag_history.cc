#include "gateway/sync/lag_history.h"

#include <utility>

#include "gateway/domain/derived.h"

namespace lienthong::sync {

bool LagHistory::IsDue(absl::Time now) {
  const std::lock_guard lock(mutex_);
  // Also after the clock was set back by more than a sample.
  if (now < next_ && next_ - now <= kLagSampleEvery) return false;
  next_ = now + kLagSampleEvery;
  return true;
}

void LagHistory::Note(const v1::Link& link, absl::Time now) {
  v1::LagSample sample;
  *sample.mutable_time() = domain::ToProto(now);
  sample.set_oldest_pending_seconds(link.oldest_pending_seconds());
  sample.set_pending(link.pending());
  sample.set_delivered(link.delivered());
  sample.set_received(link.received());
  const std::lock_guard lock(mutex_);
  std::deque<v1::LagSample>& samples = samples_[link.name()];
  if (samples.size() == kLagSamplesMax) samples.pop_front();
  samples.push_back(std::move(sample));
}

v1::LagHistory LagHistory::Of(const std::string& link) const {
  v1::LagHistory history;
  const std::lock_guard lock(mutex_);
  const auto found = samples_.find(link);
  if (found == samples_.end()) return history;
  for (const v1::LagSample& sample : found->second) *history.add_samples() = sample;
  return history;
}

}  // namespace lienthong::sync
