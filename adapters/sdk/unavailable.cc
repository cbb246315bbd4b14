#include "adapters/sdk/unavailable.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::sdk {

void SetUnavailable(adapter::v1::DeliverReply& reply, const absl::Status& status) {
  if (status.ok()) return;
  adapter::v1::Unavailable& unavailable = *reply.mutable_unavailable();
  unavailable.Clear();
  unavailable.set_reason(std::string(status.message()));
  unavailable.set_throttled(absl::IsResourceExhausted(status));
  const std::optional<absl::Duration> wait = DetailsOf(status).retry_after;
  if (unavailable.throttled() && wait.has_value()) {
    unavailable.mutable_retry_after()->set_seconds(
        absl::ToInt64Seconds(absl::Ceil(*wait, absl::Seconds(1))));
  }
}

absl::Status UnavailableStatus(const adapter::v1::DeliverReply& reply) {
  if (!reply.has_unavailable()) return absl::OkStatus();
  const adapter::v1::Unavailable& told = reply.unavailable();
  if (!told.throttled()) return absl::UnavailableError(told.reason());
  absl::Status status = absl::ResourceExhaustedError(told.reason());
  if (!told.has_retry_after()) return status;
  ErrorDetails details;
  details.retry_after =
      absl::Seconds(told.retry_after().seconds()) + absl::Nanoseconds(told.retry_after().nanos());
  return WithDetails(std::move(status), details);
}

}  // namespace lienthong::sdk
