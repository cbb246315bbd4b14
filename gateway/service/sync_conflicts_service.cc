// The part of SyncService about conflicts and acts.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) { return {sync::v1::SyncService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* SyncService::ListConflicts(grpc::CallbackServerContext* context,
                                                     const sync::v1::ListConflictsRequest* request,
                                                     sync::v1::ListConflictsResponse* response) {
  return RunUnary(
      edge_, context, Named("ListConflicts"), request->purpose(), response,
      [this, request](const RequestContext& call) { return conflicts_.List(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::GetConflict(grpc::CallbackServerContext* context,
                                                   const sync::v1::GetConflictRequest* request,
                                                   sync::v1::Conflict* response) {
  return RunUnary(
      edge_, context, Named("GetConflict"), request->purpose(), response,
      [this, request](const RequestContext& call) { return conflicts_.Get(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ResolveConflicts(
    grpc::CallbackServerContext* context, const sync::v1::ResolveConflictsRequest* request,
    sync::v1::BulkResult* response) {
  return RunUnary(
      edge_, context, Named("ResolveConflicts"), "", response,
      [this, request](const RequestContext& call) { return conflicts_.Resolve(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ListActs(grpc::CallbackServerContext* context,
                                                const sync::v1::ListActsRequest* request,
                                                sync::v1::ListActsResponse* response) {
  return RunUnary(
      edge_, context, Named("ListActs"), "", response,
      [this, request](const RequestContext& call) { return conflicts_.ListActs(call, *request); });
}

}  // namespace lienthong::service
