#ifndef LIENTHONG_GATEWAY_SERVICE_CALL_CONTEXT_H_
#define LIENTHONG_GATEWAY_SERVICE_CALL_CONTEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/random.h"
#include "gateway/core/context.h"
#include "grpcpp/server_context.h"

namespace lienthong::service {

// The server's own bound of one call, or of one step of a stream.
inline constexpr absl::Duration kCallTimeMax = absl::Seconds(30);

// When a unary call must be answered: the caller's deadline, at most kCallTimeMax from now.
// InvalidArgument DEADLINE_MISSING when the caller set none.
absl::StatusOr<absl::Time> DeadlineOf(const grpc::ServerContextBase& context, absl::Time now);

// The id of the trace that a call belongs to; one that comes with no trace, or with no good one,
// begins a new one.
std::string TraceOf(const grpc::ServerContextBase& context, Random& random);

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_CALL_CONTEXT_H_
