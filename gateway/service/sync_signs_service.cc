// How links and their counterparts are at this moment.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

Method SignNamed(std::string_view name) {
  return {sync::v1::SyncService::service_full_name(), name};
}

}  // namespace

grpc::ServerUnaryReactor* SyncService::GetCopies(grpc::CallbackServerContext* context,
                                                 const sync::v1::GetCopiesRequest* request,
                                                 sync::v1::Copies* response) {
  return RunUnary(edge_, context, SignNamed("GetCopies"), "", response,
                  [this, request](const core::RequestContext& call) {
                    return links_.GetCopies(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ProbeLink(grpc::CallbackServerContext* context,
                                                 const sync::v1::ProbeLinkRequest* request,
                                                 sync::v1::ProbeLinkResponse* response) {
  return RunUnary(edge_, context, SignNamed("ProbeLink"), "", response,
                  [this, request](const core::RequestContext& call) {
                    return links_.ProbeLink(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::GetLagHistory(grpc::CallbackServerContext* context,
                                                     const sync::v1::GetLagHistoryRequest* request,
                                                     sync::v1::LagHistory* response) {
  return RunUnary(edge_, context, SignNamed("GetLagHistory"), "", response,
                  [this, request](const core::RequestContext& call) {
                    return links_.GetLagHistory(call, *request);
                  });
}

}  // namespace lienthong::service
