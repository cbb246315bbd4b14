#include "gateway/service/receipt_service.h"

#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

using core::RequestContext;

Method Named(std::string_view name) {
  return {receipt::v1::ReceiptService::service_full_name(), name};
}

}  // namespace

grpc::ServerUnaryReactor* ReceiptService::ReserveReceipt(
    grpc::CallbackServerContext* context, const receipt::v1::ReserveReceiptRequest* request,
    receipt::v1::Reservation* response) {
  return RunUnary(
      edge_, context, Named("ReserveReceipt"), "", response,
      [this, request](const RequestContext& call) { return receipts_.Reserve(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::CommitReceipt(
    grpc::CallbackServerContext* context, const receipt::v1::CommitReceiptRequest* request,
    receipt::v1::Reservation* response) {
  return RunUnary(
      edge_, context, Named("CommitReceipt"), "", response,
      [this, request](const RequestContext& call) { return receipts_.Commit(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ReleaseReceipt(
    grpc::CallbackServerContext* context, const receipt::v1::ReleaseReceiptRequest* request,
    receipt::v1::Reservation* response) {
  return RunUnary(
      edge_, context, Named("ReleaseReceipt"), "", response,
      [this, request](const RequestContext& call) { return receipts_.Release(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::RegisterExternalReceipt(
    grpc::CallbackServerContext* context,
    const receipt::v1::RegisterExternalReceiptRequest* request,
    receipt::v1::RegisterExternalReceiptResponse* response) {
  return RunUnary(edge_, context, Named("RegisterExternalReceipt"), "", response,
                  [this, request](const RequestContext& call) {
                    return receipts_.RegisterExternal(call, *request);
                  });
}

grpc::ServerUnaryReactor* ReceiptService::ResolveReceipt(
    grpc::CallbackServerContext* context, const receipt::v1::ResolveReceiptRequest* request,
    receipt::v1::ResolveReceiptResponse* response) {
  return RunUnary(
      edge_, context, Named("ResolveReceipt"), "", response,
      [this, request](const RequestContext& call) { return receipts_.Resolve(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::LeaseReceiptBlock(
    grpc::CallbackServerContext* context, const receipt::v1::LeaseReceiptBlockRequest* request,
    receipt::v1::ReceiptBlock* response) {
  return RunUnary(
      edge_, context, Named("LeaseReceiptBlock"), "", response,
      [this, request](const RequestContext& call) { return blocks_.Lease(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ReturnReceiptBlock(
    grpc::CallbackServerContext* context, const receipt::v1::ReturnReceiptBlockRequest* request,
    receipt::v1::ReceiptBlock* response) {
  return RunUnary(
      edge_, context, Named("ReturnReceiptBlock"), "", response,
      [this, request](const RequestContext& call) { return blocks_.Return(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ListReceiptBlocks(
    grpc::CallbackServerContext* context, const receipt::v1::ListReceiptBlocksRequest* request,
    receipt::v1::ListReceiptBlocksResponse* response) {
  return RunUnary(
      edge_, context, Named("ListReceiptBlocks"), "", response,
      [this, request](const RequestContext& call) { return blocks_.List(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::GetSeries(grpc::CallbackServerContext* context,
                                                    const receipt::v1::GetSeriesRequest* request,
                                                    receipt::v1::Series* response) {
  return RunUnary(
      edge_, context, Named("GetSeries"), "", response,
      [this, request](const RequestContext& call) { return series_.Get(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ListClosedSeries(
    grpc::CallbackServerContext* context, const receipt::v1::ListClosedSeriesRequest* request,
    receipt::v1::ListClosedSeriesResponse* response) {
  return RunUnary(
      edge_, context, Named("ListClosedSeries"), "", response,
      [this, request](const RequestContext& call) { return series_.ListClosed(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::OpenSeries(grpc::CallbackServerContext* context,
                                                     const receipt::v1::OpenSeriesRequest* request,
                                                     receipt::v1::OpenSeriesResponse* response) {
  return RunUnary(
      edge_, context, Named("OpenSeries"), "", response,
      [this, request](const RequestContext& call) { return series_.Open(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ListCollisions(
    grpc::CallbackServerContext* context, const receipt::v1::ListCollisionsRequest* request,
    receipt::v1::ListCollisionsResponse* response) {
  return RunUnary(
      edge_, context, Named("ListCollisions"), "", response,
      [this, request](const RequestContext& call) { return collisions_.List(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::CloseCollision(
    grpc::CallbackServerContext* context, const receipt::v1::CloseCollisionRequest* request,
    receipt::v1::CloseCollisionResponse* response) {
  return RunUnary(
      edge_, context, Named("CloseCollision"), "", response,
      [this, request](const RequestContext& call) { return collisions_.Close(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::ListSuspectedDuplicates(
    grpc::CallbackServerContext* context,
    const receipt::v1::ListSuspectedDuplicatesRequest* request,
    receipt::v1::ListSuspectedDuplicatesResponse* response) {
  return RunUnary(
      edge_, context, Named("ListSuspectedDuplicates"), "", response,
      [this, request](const RequestContext& call) { return suspects_.List(call, *request); });
}

grpc::ServerUnaryReactor* ReceiptService::DismissSuspectedDuplicate(
    grpc::CallbackServerContext* context,
    const receipt::v1::DismissSuspectedDuplicateRequest* request,
    receipt::v1::DismissSuspectedDuplicateResponse* response) {
  return RunUnary(
      edge_, context, Named("DismissSuspectedDuplicate"), "", response,
      [this, request](const RequestContext& call) { return suspects_.Dismiss(call, *request); });
}

}  // namespace lienthong::service
