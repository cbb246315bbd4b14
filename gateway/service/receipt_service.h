#ifndef LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_

#include "gateway/core/receipts.h"
#include "gateway/service/edge.h"
#include "lienthong/receipt/v1/receipt_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.receipt.v1 over gRPC: lets calls in and translates; core decides. Everything given to
// the constructor outlives it.
class ReceiptService final : public receipt::v1::ReceiptService::CallbackService {
 public:
  ReceiptService(const Edge& edge, core::Engine& engine) : edge_(edge), receipts_(engine) {}

  grpc::ServerUnaryReactor* ReserveReceipt(grpc::CallbackServerContext* context,
                                           const receipt::v1::ReserveReceiptRequest* request,
                                           receipt::v1::Reservation* response) override;
  grpc::ServerUnaryReactor* CommitReceipt(grpc::CallbackServerContext* context,
                                          const receipt::v1::CommitReceiptRequest* request,
                                          receipt::v1::Reservation* response) override;
  grpc::ServerUnaryReactor* ReleaseReceipt(grpc::CallbackServerContext* context,
                                           const receipt::v1::ReleaseReceiptRequest* request,
                                           receipt::v1::Reservation* response) override;
  grpc::ServerUnaryReactor* RegisterExternalReceipt(
      grpc::CallbackServerContext* context,
      const receipt::v1::RegisterExternalReceiptRequest* request,
      receipt::v1::RegisterExternalReceiptResponse* response) override;
  grpc::ServerUnaryReactor* ResolveReceipt(grpc::CallbackServerContext* context,
                                           const receipt::v1::ResolveReceiptRequest* request,
                                           receipt::v1::ResolveReceiptResponse* response) override;

 private:
  const Edge& edge_;
  core::Receipts receipts_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_
