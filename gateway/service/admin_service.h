#ifndef LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "gateway/service/edge.h"
#include "gateway/store/store.h"
#include "gateway/sync/links.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.admin.v1 over gRPC, answered also while the server drains. Everything given to the
// constructor outlives it.
class AdminService final : public admin::v1::AdminService::CallbackService {
 public:
  struct Parts {
    const Edge& edge;
    const Admission& admission;
    const store::Store& store;
    const sync::Links& links;
    std::string version;
    absl::Time start_time;
    // Begins to drain and returns at once.
    std::function<void(absl::Duration timeout)> drain;
  };

  explicit AdminService(const Parts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const admin::v1::GetServerInfoRequest* request,
                                          admin::v1::ServerInfo* response) override;
  grpc::ServerUnaryReactor* Drain(grpc::CallbackServerContext* context,
                                  const admin::v1::DrainRequest* request,
                                  admin::v1::DrainResponse* response) override;

 private:
  admin::v1::ServerInfo Info() const;

  const Parts parts_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_
