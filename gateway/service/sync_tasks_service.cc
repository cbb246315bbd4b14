// What people have to do by hand, and what operators say of whole dossiers.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) { return {sync::v1::SyncService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* SyncService::ListTasks(grpc::CallbackServerContext* context,
                                                 const sync::v1::ListTasksRequest* request,
                                                 sync::v1::ListTasksResponse* response) {
  return RunUnary(
      edge_, context, Named("ListTasks"), "", response,
      [this, request](const RequestContext& call) { return links_.ListTasks(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::CloseTasks(grpc::CallbackServerContext* context,
                                                  const sync::v1::CloseTasksRequest* request,
                                                  sync::v1::BulkResult* response) {
  return RunUnary(
      edge_, context, Named("CloseTasks"), "", response,
      [this, request](const RequestContext& call) { return links_.CloseTasks(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::JoinDossiers(grpc::CallbackServerContext* context,
                                                    const sync::v1::JoinDossiersRequest* request,
                                                    sync::v1::JoinDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("JoinDossiers"), "", response,
      [this, request](const RequestContext& call) { return links_.JoinDossiers(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::PartDossiers(grpc::CallbackServerContext* context,
                                                    const sync::v1::PartDossiersRequest* request,
                                                    sync::v1::JoinDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("PartDossiers"), "", response,
      [this, request](const RequestContext& call) { return links_.PartDossiers(call, *request); });
}

}  // namespace lienthong::service
