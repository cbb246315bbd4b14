#include "gateway/service/edge.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/service/access.h"
#include "gateway/service/call_context.h"

namespace lienthong::service {
namespace {

constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

}  // namespace

absl::StatusOr<core::Caller> Edge::Know(const grpc::CallbackServerContext& context,
                                        const Method& method) const {
  LIENTHONG_ASSIGN_OR_RETURN(core::Caller caller, authenticator_.Identify(ProofOf(context)));
  LIENTHONG_RETURN_IF_ERROR(CheckAccess(caller, StrCat(method.service, "/", method.name)));
  return core::Acting(std::move(caller), acts_for_);
}

absl::StatusOr<Call> Edge::Enter(const grpc::CallbackServerContext& context, const Method& method,
                                 CallKind kind) const {
  Call call;
  LIENTHONG_ASSIGN_OR_RETURN(call.context.caller, Know(context, method));
  if (kind != CallKind::kStream) {
    LIENTHONG_ASSIGN_OR_RETURN(call.context.deadline, DeadlineOf(context, clock_.Now()));
  }
  call.context.trace_id = TraceIdOf(context);
  LIENTHONG_ASSIGN_OR_RETURN(call.ticket, admission_.Admit(call.context.caller.name, kind));
  return call;
}

absl::Status Edge::StillWanted(const grpc::CallbackServerContext& context,
                               const core::RequestContext& call) const {
  if (context.IsCancelled()) return absl::CancelledError("the caller went away");
  if (clock_.Now() < call.deadline) return absl::OkStatus();
  return absl::DeadlineExceededError("the call waited for its turn until its deadline passed");
}

absl::Status Edge::Full() { return Busy("the line of waiting calls is full", kRetryAfter); }

}  // namespace lienthong::service
