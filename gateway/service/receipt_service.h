#ifndef LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_

#include "gateway/core/blocks.h"
#include "gateway/core/collisions.h"
#include "gateway/core/number_series.h"
#include "gateway/core/receipts.h"
#include "gateway/core/suspects.h"
#include "gateway/service/edge.h"
#include "lienthong/receipt/v1/receipt_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.receipt.v1 over gRPC: lets calls in and translates; core decides. Everything given to
// the constructor outlives it.
class ReceiptService final : public receipt::v1::ReceiptService::CallbackService {
 public:
  ReceiptService(const Edge& edge, core::Engine& engine)
      : edge_(edge),
        receipts_(engine),
        blocks_(engine),
        series_(engine),
        collisions_(engine),
        suspects_(engine) {}

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
  grpc::ServerUnaryReactor* LeaseReceiptBlock(grpc::CallbackServerContext* context,
                                              const receipt::v1::LeaseReceiptBlockRequest* request,
                                              receipt::v1::ReceiptBlock* response) override;
  grpc::ServerUnaryReactor* ReturnReceiptBlock(
      grpc::CallbackServerContext* context, const receipt::v1::ReturnReceiptBlockRequest* request,
      receipt::v1::ReceiptBlock* response) override;
  grpc::ServerUnaryReactor* ListReceiptBlocks(
      grpc::CallbackServerContext* context, const receipt::v1::ListReceiptBlocksRequest* request,
      receipt::v1::ListReceiptBlocksResponse* response) override;
  grpc::ServerUnaryReactor* GetSeries(grpc::CallbackServerContext* context,
                                      const receipt::v1::GetSeriesRequest* request,
                                      receipt::v1::Series* response) override;
  grpc::ServerUnaryReactor* ListClosedSeries(
      grpc::CallbackServerContext* context, const receipt::v1::ListClosedSeriesRequest* request,
      receipt::v1::ListClosedSeriesResponse* response) override;
  grpc::ServerUnaryReactor* OpenSeries(grpc::CallbackServerContext* context,
                                       const receipt::v1::OpenSeriesRequest* request,
                                       receipt::v1::OpenSeriesResponse* response) override;
  grpc::ServerUnaryReactor* ListCollisions(grpc::CallbackServerContext* context,
                                           const receipt::v1::ListCollisionsRequest* request,
                                           receipt::v1::ListCollisionsResponse* response) override;
  grpc::ServerUnaryReactor* CloseCollision(grpc::CallbackServerContext* context,
                                           const receipt::v1::CloseCollisionRequest* request,
                                           receipt::v1::CloseCollisionResponse* response) override;
  grpc::ServerUnaryReactor* ListSuspectedDuplicates(
      grpc::CallbackServerContext* context,
      const receipt::v1::ListSuspectedDuplicatesRequest* request,
      receipt::v1::ListSuspectedDuplicatesResponse* response) override;
  grpc::ServerUnaryReactor* DismissSuspectedDuplicate(
      grpc::CallbackServerContext* context,
      const receipt::v1::DismissSuspectedDuplicateRequest* request,
      receipt::v1::DismissSuspectedDuplicateResponse* response) override;

 private:
  const Edge& edge_;
  core::Receipts receipts_;
  core::Blocks blocks_;
  core::NumberSeries series_;
  core::Collisions collisions_;
  core::Suspects suspects_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_RECEIPT_SERVICE_H_
