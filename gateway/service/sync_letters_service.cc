// Dead letters, one by one and many at once, and what came before its dossier.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) { return {sync::v1::SyncService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* SyncService::GetDeadLetter(grpc::CallbackServerContext* context,
                                                     const sync::v1::GetDeadLetterRequest* request,
                                                     sync::v1::DeadLetter* response) {
  return RunUnary(
      edge_, context, Named("GetDeadLetter"), request->purpose(), response,
      [this, request](const RequestContext& call) { return links_.GetDeadLetter(call, *request); });
}

grpc::ServerUnaryReactor* SyncService::PreviewDeadLetter(
    grpc::CallbackServerContext* context, const sync::v1::PreviewDeadLetterRequest* request,
    sync::v1::PreviewDeadLetterResponse* response) {
  return RunUnary(edge_, context, Named("PreviewDeadLetter"), request->purpose(), response,
                  [this, request](const RequestContext& call) {
                    return links_.PreviewDeadLetter(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ReplayDeadLetters(
    grpc::CallbackServerContext* context, const sync::v1::ReplayDeadLettersRequest* request,
    sync::v1::BulkResult* response) {
  return RunUnary(edge_, context, Named("ReplayDeadLetters"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.ReplayDeadLetters(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::DiscardDeadLetters(
    grpc::CallbackServerContext* context, const sync::v1::DiscardDeadLettersRequest* request,
    sync::v1::BulkResult* response) {
  return RunUnary(edge_, context, Named("DiscardDeadLetters"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.DiscardDeadLetters(call, *request);
                  });
}

grpc::ServerUnaryReactor* SyncService::ListEarlyItems(
    grpc::CallbackServerContext* context, const sync::v1::ListEarlyItemsRequest* request,
    sync::v1::ListEarlyItemsResponse* response) {
  return RunUnary(edge_, context, Named("ListEarlyItems"), "", response,
                  [this, request](const RequestContext& call) {
                    return links_.ListEarlyItems(call, *request);
                  });
}

}  // namespace lienthong::service
