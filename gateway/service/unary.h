#ifndef LIENTHONG_GATEWAY_SERVICE_UNARY_H_
#define LIENTHONG_GATEWAY_SERVICE_UNARY_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/base/trace.h"
#include "gateway/service/edge.h"
#include "gateway/service/grpc_status.h"
#include "grpcpp/support/server_callback.h"

namespace lienthong::service {

// Ends a unary call; to be called once, from any thread.
template <typename Response>
using Answer = std::function<void(absl::StatusOr<Response>)>;

// How every unary method runs. The edge lets the call in; `work(context, answer)` then runs on the
// executor, since it may wait for a disk, and answers there or later from elsewhere. Request and
// response live until the answer.
//
//   return RunUnaryLater(edge_, context, {kService, "PushDossier"}, "", response,
//                        [this, request](const core::RequestContext& call, auto answer) {
//                          dossiers_.Push(call, *request, std::move(answer));
//                        });
template <typename Response, typename Work>
grpc::ServerUnaryReactor* RunUnaryLater(const Edge& edge, grpc::CallbackServerContext* context,
                                        const Method& method, std::string_view purpose,
                                        Response* response, Work work,
                                        CallKind kind = CallKind::kCall) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::StatusOr<Call> entered = edge.Enter(*context, method, kind);
  if (!entered.ok()) {
    reactor->Finish(ToGrpc(entered.status()));
    return reactor;
  }
  auto call = std::make_shared<Call>(*std::move(entered));
  call->context.purpose = std::string(purpose);
  const Answer<Response> answer = [reactor, response, call](absl::StatusOr<Response> result) {
    // Before the answer leaves, so that a caller at its limit may call again as soon as it has it.
    call->ticket.Release();
    call->watch.End(result.status().code());
    const grpc::Status status = ToGrpc(result.status());
    if (result.ok()) *response = *std::move(result);
    reactor->Finish(status);
  };
  const bool taken = edge.executor().TryRun([&edge, context, call, answer, work] {
    const TraceScope trace(TraceparentOf(call->context.trace_id, ""));
    absl::Status wanted = edge.StillWanted(*context, call->context);
    if (wanted.ok()) {
      work(call->context, answer);
    } else {
      answer(std::move(wanted));
    }
  });
  if (!taken) answer(Edge::Full());
  return reactor;
}

// The same for work that returns its answer.
template <typename Response, typename Work>
grpc::ServerUnaryReactor* RunUnary(const Edge& edge, grpc::CallbackServerContext* context,
                                   const Method& method, std::string_view purpose,
                                   Response* response, Work work, CallKind kind = CallKind::kCall) {
  return RunUnaryLater(
      edge, context, method, purpose, response,
      [work](const core::RequestContext& call, const Answer<Response>& answer) {
        answer(work(call));
      },
      kind);
}

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_UNARY_H_
