#ifndef LIENTHONG_GATEWAY_SERVICE_HEALTH_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_HEALTH_SERVICE_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/service/edge.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace lienthong::service {

class HealthWatch;

// grpc.health.v1, on the admin port only (the library's own would stand on every port). "" is the
// whole server. Everything given to the constructor outlives it. Thread-safe.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // All NOT_SERVING at first.
  HealthService(const Edge& edge, std::vector<std::string> services);
  ~HealthService() override;

  // Of all services at once; tells who watches.
  void SetServing(bool serving);

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  // Says the state now and at each change, until the caller or the server ends.
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;
  // Ends every watch.
  void EndWatches();

 private:
  using State = grpc::health::v1::HealthCheckResponse::ServingStatus;

  bool Knows(const std::string& service) const;
  std::vector<std::shared_ptr<HealthWatch>> Watches();

  const Edge& edge_;
  const std::vector<std::string> services_;
  std::mutex mutex_;
  bool serving_ = false;
  bool ended_ = false;
  std::vector<std::weak_ptr<HealthWatch>> watches_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_HEALTH_SERVICE_H_
