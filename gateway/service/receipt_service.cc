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

}  // namespace lienthong::service
