#include "gateway/service/watch_stream.h"

#include <algorithm>

namespace lienthong::service {
namespace {

constexpr absl::Duration kHeartbeatMin = absl::Seconds(1);
constexpr absl::Duration kHeartbeatMax = absl::Seconds(15);

}  // namespace

absl::StatusOr<absl::Duration> HeartbeatOf(const google::protobuf::Duration& asked) {
  const absl::Duration heartbeat =
      absl::Seconds(asked.seconds()) + absl::Nanoseconds(asked.nanos());
  if (heartbeat < absl::ZeroDuration()) {
    return FieldInvalid("heartbeat", "must not be negative; 0 means 15 s");
  }
  if (heartbeat == absl::ZeroDuration()) return kHeartbeatMax;
  return std::clamp(heartbeat, kHeartbeatMin, kHeartbeatMax);
}

}  // namespace lienthong::service
