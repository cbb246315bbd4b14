#ifndef LIENTHONG_GATEWAY_SERVICE_STATUS_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_STATUS_SERVICE_H_

#include "gateway/core/changes.h"
#include "gateway/service/edge.h"
#include "gateway/service/stream_hub.h"
#include "lienthong/status/v1/status_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.status.v1 over gRPC: lets calls in and translates; core decides. Everything given to
// the constructor outlives it.
class StatusService final : public status::v1::StatusService::CallbackService {
 public:
  StatusService(const Edge& edge, StreamHub& hub, core::Engine& engine)
      : edge_(edge), hub_(hub), changes_(engine) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const status::v1::GetStatusRequest* request,
                                      status::v1::DossierStatus* response) override;
  grpc::ServerUnaryReactor* BatchGetStatuses(
      grpc::CallbackServerContext* context, const status::v1::BatchGetStatusesRequest* request,
      status::v1::BatchGetStatusesResponse* response) override;
  grpc::ServerUnaryReactor* PullStatuses(grpc::CallbackServerContext* context,
                                         const status::v1::PullStatusesRequest* request,
                                         status::v1::PullStatusesResponse* response) override;
  grpc::ServerWriteReactor<status::v1::WatchStatusesResponse>* WatchStatuses(
      grpc::CallbackServerContext* context,
      const status::v1::WatchStatusesRequest* request) override;

 private:
  const Edge& edge_;
  StreamHub& hub_;
  core::Changes changes_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_STATUS_SERVICE_H_
