// The methods of lienthong.sync.v1 about comparisons of both sides.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) { return {sync::v1::SyncService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* SyncService::StartReconciliation(
    grpc::CallbackServerContext* context, const sync::v1::StartReconciliationRequest* request,
    sync::v1::Reconciliation* response) {
  return RunUnary(edge_, context, Named("StartReconciliation"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.StartReconciliation(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::GetReconciliation(
    grpc::CallbackServerContext* context, const sync::v1::GetReconciliationRequest* request,
    sync::v1::Reconciliation* response) {
  return RunUnary(edge_, context, Named("GetReconciliation"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.GetReconciliation(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ListReconciliations(
    grpc::CallbackServerContext* context, const sync::v1::ListReconciliationsRequest* request,
    sync::v1::ListReconciliationsResponse* response) {
  return RunUnary(edge_, context, Named("ListReconciliations"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.ListReconciliations(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ListFindings(grpc::CallbackServerContext* context,
                                                    const sync::v1::ListFindingsRequest* request,
                                                    sync::v1::ListFindingsResponse* response) {
  return RunUnary(
      edge_, context, Named("ListFindings"), request->purpose(), response,
      [this, request](const RequestContext& call) { return links_.ListFindings(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ApproveFindings(
    grpc::CallbackServerContext* context, const sync::v1::ApproveFindingsRequest* request,
    sync::v1::BulkResult* response) {
  return RunUnary(edge_, context, Named("ApproveFindings"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.ApproveFindings(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::CancelReconciliation(
    grpc::CallbackServerContext* context, const sync::v1::CancelReconciliationRequest* request,
    sync::v1::Reconciliation* response) {
  return RunUnary(edge_, context, Named("CancelReconciliation"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.CancelReconciliation(call, *request);
                  });
}

}  // namespace lienthong::service
