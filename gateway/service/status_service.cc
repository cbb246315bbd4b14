#include "gateway/service/status_service.h"

#include <utility>

#include "gateway/service/unary.h"
#include "gateway/service/watch_stream.h"

namespace lienthong::service {
namespace {

using core::RequestContext;
using status::v1::WatchStatusesResponse;

Method Named(std::string_view name) {
  return {status::v1::StatusService::service_full_name(), name};
}

}  // namespace

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const status::v1::GetStatusRequest* request,
                                                   status::v1::DossierStatus* response) {
  return RunUnary(
      edge_, context, Named("GetStatus"), "", response,
      [this, request](const RequestContext& call) { return changes_.GetStatus(call, *request); });
}

grpc::ServerUnaryReactor* StatusService::BatchGetStatuses(
    grpc::CallbackServerContext* context, const status::v1::BatchGetStatusesRequest* request,
    status::v1::BatchGetStatusesResponse* response) {
  return RunUnary(edge_, context, Named("BatchGetStatuses"), "", response,
                  [this, request](const RequestContext& call) {
                    return changes_.BatchGetStatuses(call, *request);
                  });
}

grpc::ServerUnaryReactor* StatusService::PullStatuses(
    grpc::CallbackServerContext* context, const status::v1::PullStatusesRequest* request,
    status::v1::PullStatusesResponse* response) {
  return RunUnary(edge_, context, Named("PullStatuses"), "", response,
                  [this, request](const RequestContext& call) {
                    return changes_.PullStatuses(call, *request);
                  });
}

grpc::ServerWriteReactor<WatchStatusesResponse>* StatusService::WatchStatuses(
    grpc::CallbackServerContext* context, const status::v1::WatchStatusesRequest* request) {
  absl::StatusOr<Call> call = edge_.Enter(*context, Named("WatchStatuses"), CallKind::kStream);
  if (!call.ok()) return new RefusedWatch<WatchStatusesResponse>(call.status());
  const absl::StatusOr<absl::Duration> heartbeat = HeartbeatOf(request->heartbeat());
  if (!heartbeat.ok()) {
    call->watch.End(heartbeat.status().code());
    return new RefusedWatch<WatchStatusesResponse>(heartbeat.status());
  }
  auto read_page =
      [this](const RequestContext& context_of_page,
             const std::string& resume_token) -> absl::StatusOr<WatchPage<WatchStatusesResponse>> {
    status::v1::PullStatusesRequest pull;
    pull.set_resume_token(resume_token);
    auto pulled = changes_.PullStatuses(context_of_page, pull);
    if (!pulled.ok()) return pulled.status();
    WatchPage<WatchStatusesResponse> page;
    page.empty = pulled->statuses().empty();
    page.more = pulled->more();
    page.response.mutable_statuses()->Swap(pulled->mutable_statuses());
    page.response.set_resume_token(pulled->resume_token());
    return page;
  };
  return WatchStream<WatchStatusesResponse>::Start(
      edge_, hub_, *std::move(call), request->resume_token(), *heartbeat, std::move(read_page));
}

}  // namespace lienthong::service
