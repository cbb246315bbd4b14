#include "gateway/service/call_context.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

#include "gateway/base/errors.h"
#include "gateway/base/trace.h"

namespace lienthong::service {

absl::StatusOr<absl::Time> DeadlineOf(const grpc::ServerContextBase& context, absl::Time now) {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return DeadlineMissing();
  return std::min(absl::FromChrono(deadline), now + kCallTimeMax);
}

std::string TraceOf(const grpc::ServerContextBase& context, Random& random) {
  const auto& metadata = context.client_metadata();
  const auto [first, last] =
      metadata.equal_range(grpc::string_ref(kTraceparent.data(), kTraceparent.size()));
  std::string id;
  // Two say nothing: who knows which one is meant.
  if (first != last && std::next(first) == last) {
    id = TraceIdOf(std::string_view(first->second.data(), first->second.size()));
  }
  return id.empty() ? NewTraceId(random) : id;
}

}  // namespace lienthong::service
