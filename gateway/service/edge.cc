#include "gateway/service/edge.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/service/access.h"
#include "gateway/service/call_context.h"

namespace lienthong::service {
namespace {

constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

std::string_view RoleOf(core::CallerKind kind) {
  switch (kind) {
    case core::CallerKind::kAgency:
      return "agency";
    case core::CallerKind::kPortal:
      return "portal";
    case core::CallerKind::kOperator:
      return "operator";
    case core::CallerKind::kLink:
      break;
  }
  return "unknown";
}

}  // namespace

CallWatch::CallWatch(const CallObserver& observer, const Clock& clock, const Method& method)
    : observer_(observer == nullptr ? nullptr : &observer),
      clock_(&clock),
      ended_{method, "unknown", absl::StatusCode::kOk, absl::ZeroDuration()},
      begun_(clock.Now()) {}

CallWatch::CallWatch(CallWatch&& other) noexcept { *this = std::move(other); }

CallWatch& CallWatch::operator=(CallWatch&& other) noexcept {
  std::swap(observer_, other.observer_);
  std::swap(clock_, other.clock_);
  std::swap(ended_, other.ended_);
  std::swap(trace_id_, other.trace_id_);
  std::swap(begun_, other.begun_);
  return *this;
}

void CallWatch::SetCaller(core::CallerKind kind) { ended_.caller = RoleOf(kind); }

void CallWatch::End(absl::StatusCode code) {
  const CallObserver* const observer = std::exchange(observer_, nullptr);
  if (observer == nullptr) return;
  ended_.code = code;
  ended_.took = std::max(absl::ZeroDuration(), clock_->Now() - begun_);
  if (IsLogged(LogLevel::kDebug)) LogEnd();
  (*observer)(ended_);
}

void CallWatch::LogEnd() const {
  const TraceScope trace(TraceparentOf(trace_id_, ""));
  LogDebug("call", {{"method", StrCat(ended_.method.service, "/", ended_.method.name)},
                    {"caller", std::string(ended_.caller)},
                    {"status", absl::StatusCodeToString(ended_.code)},
                    {"took_us", StrCat(absl::ToInt64Microseconds(ended_.took))}});
}

absl::StatusOr<core::Caller> Edge::Know(const grpc::CallbackServerContext& context,
                                        const Method& method, CallWatch& watch) const {
  LIENTHONG_ASSIGN_OR_RETURN(core::Caller caller, authenticator_.Identify(ProofOf(context)));
  watch.SetCaller(caller.kind);
  LIENTHONG_RETURN_IF_ERROR(CheckAccess(caller, StrCat(method.service, "/", method.name)));
  return core::Acting(std::move(caller), acts_for_);
}

absl::StatusOr<Call> Edge::Enter(const grpc::CallbackServerContext& context, const Method& method,
                                 CallKind kind) const {
  Call call;
  call.watch = Watch(method);
  call.context.trace_id = TraceOf(context, random_);
  call.watch.SetTrace(call.context.trace_id);
  const absl::Status let_in = LetIn(context, method, kind, call);
  if (let_in.ok()) return call;
  call.watch.End(let_in.code());
  return let_in;
}

absl::Status Edge::LetIn(const grpc::CallbackServerContext& context, const Method& method,
                         CallKind kind, Call& call) const {
  LIENTHONG_ASSIGN_OR_RETURN(call.context.caller, Know(context, method, call.watch));
  if (kind != CallKind::kStream) {
    LIENTHONG_ASSIGN_OR_RETURN(call.context.deadline, DeadlineOf(context, clock_.Now()));
  }
  LIENTHONG_ASSIGN_OR_RETURN(call.ticket, admission_.Admit(call.context.caller.name, kind));
  return absl::OkStatus();
}

absl::Status Edge::StillWanted(const grpc::CallbackServerContext& context,
                               const core::RequestContext& call) const {
  if (context.IsCancelled()) return absl::CancelledError("the caller went away");
  if (clock_.Now() < call.deadline) return absl::OkStatus();
  return absl::DeadlineExceededError("the call waited for its turn until its deadline passed");
}

absl::Status Edge::Full() { return Busy("the line of waiting calls is full", kRetryAfter); }

}  // namespace lienthong::service
