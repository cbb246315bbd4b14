#include "gateway/service/sync_service.h"

#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) { return {sync::v1::SyncService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* SyncService::GetLink(grpc::CallbackServerContext* context,
                                               const sync::v1::GetLinkRequest* request,
                                               sync::v1::Link* response) {
  return RunUnary(
      edge_, context, Named("GetLink"), "", response,
      [this, request](const RequestContext& call) { return links_.Get(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ListLinks(grpc::CallbackServerContext* context,
                                                 const sync::v1::ListLinksRequest* /*request*/,
                                                 sync::v1::ListLinksResponse* response) {
  return RunUnary(edge_, context, Named("ListLinks"), "", response,
                  [this](const RequestContext& call) { return links_.List(call); });
}

grpc::ServerUnaryReactor* SyncService::PauseLink(grpc::CallbackServerContext* context,
                                                 const sync::v1::PauseLinkRequest* request,
                                                 sync::v1::Link* response) {
  return RunUnary(
      edge_, context, Named("PauseLink"), "", response,
      [this, request](const RequestContext& call) { return links_.Pause(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ResumeLink(grpc::CallbackServerContext* context,
                                                  const sync::v1::ResumeLinkRequest* request,
                                                  sync::v1::Link* response) {
  return RunUnary(
      edge_, context, Named("ResumeLink"), "", response,
      [this, request](const RequestContext& call) { return links_.Resume(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::RewindLink(grpc::CallbackServerContext* context,
                                                  const sync::v1::RewindLinkRequest* request,
                                                  sync::v1::Link* response) {
  return RunUnary(
      edge_, context, Named("RewindLink"), "", response,
      [this, request](const RequestContext& call) { return links_.Rewind(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ReloadLink(grpc::CallbackServerContext* context,
                                                  const sync::v1::ReloadLinkRequest* request,
                                                  sync::v1::Link* response) {
  return RunUnary(
      edge_, context, Named("ReloadLink"), "", response,
      [this, request](const RequestContext& call) { return links_.Reload(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::ListDeadLetters(
    grpc::CallbackServerContext* context, const sync::v1::ListDeadLettersRequest* request,
    sync::v1::ListDeadLettersResponse* response) {
  return RunUnary(edge_, context, Named("ListDeadLetters"), request->purpose(), response,
                  [this, request](const RequestContext& call) {
                    return links_.ListDeadLetters(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ListLanes(grpc::CallbackServerContext* context,
                                                 const sync::v1::ListLanesRequest* request,
                                                 sync::v1::ListLanesResponse* response) {
  return RunUnary(
      edge_, context, Named("ListLanes"), "", response,
      [this, request](const RequestContext& call) { return links_.ListLanes(call, *request); });
}

}  // namespace lienthong::service
