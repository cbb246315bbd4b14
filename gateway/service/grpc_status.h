#ifndef LIENTHONG_GATEWAY_SERVICE_GRPC_STATUS_H_
#define LIENTHONG_GATEWAY_SERVICE_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace lienthong::service {

inline constexpr size_t kMessageBytesMax = 1024;

// What a caller sees of a status: the same code and message (at most kMessageBytesMax bytes) and,
// as details, ErrorInfo with the reason, BadRequest, RetryInfo (always with UNAVAILABLE and
// RESOURCE_EXHAUSTED) and ResourceInfo where they apply. Internal and Unknown are faults of ours:
// their text goes to the log, the caller gets an id to ask with.
google::rpc::Status ToRpc(const absl::Status& status);

// The same for the end of a call. Details travel in the trailer, which is small: of very many bad
// fields the last ones are only counted.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_GRPC_STATUS_H_
