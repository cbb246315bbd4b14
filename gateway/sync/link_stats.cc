#include "gateway/sync/link_stats.h"

#include <algorithm>

namespace lienthong::sync {
namespace {

constexpr std::array<const char*, kErrorClassCount> kNames = {"transient", "throttled", "rights",
                                                              "configuration", "data"};

}  // namespace

ErrorClass ClassOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return ErrorClass::kThrottled;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ErrorClass::kRights;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return ErrorClass::kTransient;
    default:
      return ErrorClass::kConfiguration;
  }
}

void Histogram::Note(absl::Duration duration) {
  const auto bound = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(),
                                      absl::ToDoubleSeconds(duration));
  ++counts_[static_cast<size_t>(bound - kBoundsSeconds.begin())];
  sum_seconds_ += std::max(0.0, absl::ToDoubleSeconds(duration));
}

v1::Histogram Histogram::ToProto() const {
  v1::Histogram histogram;
  *histogram.mutable_bounds_seconds() = {kBoundsSeconds.begin(), kBoundsSeconds.end()};
  *histogram.mutable_counts() = {counts_.begin(), counts_.end()};
  histogram.set_sum_seconds(sum_seconds_);
  return histogram;
}

void LinkStats::Fill(v1::Link& link) const {
  link.set_delivered(delivered);
  link.set_received(received);
  link.set_echoes(echoes);
  for (size_t i = 0; i < kNames.size(); ++i) (*link.mutable_errors())[kNames[i]] = errors[i];
  *link.mutable_delay() = delay.ToProto();
  *link.mutable_call() = call.ToProto();
}

}  // namespace lienthong::sync
