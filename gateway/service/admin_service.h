#ifndef LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/about.h"
#include "gateway/core/engine.h"
#include "gateway/core/sign_in.h"
#include "gateway/service/edge.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.admin.v1 over gRPC, answered also while the server drains. Everything given to the
// constructor outlives it.
class AdminService final : public admin::v1::AdminService::CallbackService {
 public:
  struct Parts {
    const Edge& edge;
    core::Engine& engine;
    const core::About& about;
    core::SignIn& sign_in;
    // Where a browser on this machine finds the console; empty while it is not served.
    std::function<std::string()> console_url;
    // As AdminService says of maintenance.
    std::function<absl::StatusOr<admin::v1::Maintenance>(const core::RequestContext&,
                                                         const admin::v1::StartMaintenanceRequest&)>
        start_maintenance;
    std::function<admin::v1::Maintenance()> newest_maintenance;
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
  grpc::ServerUnaryReactor* GetConfiguration(grpc::CallbackServerContext* context,
                                             const admin::v1::GetConfigurationRequest* request,
                                             admin::v1::Configuration* response) override;
  grpc::ServerUnaryReactor* ListCertificates(
      grpc::CallbackServerContext* context, const admin::v1::ListCertificatesRequest* request,
      admin::v1::ListCertificatesResponse* response) override;
  grpc::ServerUnaryReactor* GetSupportBundle(grpc::CallbackServerContext* context,
                                             const admin::v1::GetSupportBundleRequest* request,
                                             admin::v1::SupportBundle* response) override;
  grpc::ServerUnaryReactor* SetLogLevel(grpc::CallbackServerContext* context,
                                        const admin::v1::SetLogLevelRequest* request,
                                        admin::v1::SetLogLevelResponse* response) override;
  grpc::ServerUnaryReactor* StartMaintenance(grpc::CallbackServerContext* context,
                                             const admin::v1::StartMaintenanceRequest* request,
                                             admin::v1::Maintenance* response) override;
  grpc::ServerUnaryReactor* GetMaintenance(grpc::CallbackServerContext* context,
                                           const admin::v1::GetMaintenanceRequest* request,
                                           admin::v1::Maintenance* response) override;
  grpc::ServerUnaryReactor* IssueConsoleToken(grpc::CallbackServerContext* context,
                                              const admin::v1::IssueConsoleTokenRequest* request,
                                              admin::v1::ConsoleToken* response) override;

 private:
  absl::StatusOr<admin::v1::SetLogLevelResponse> SetLevel(
      const core::RequestContext& call, const admin::v1::SetLogLevelRequest& request) const;
  absl::StatusOr<admin::v1::ConsoleToken> Issue(const core::Caller& caller) const;

  const Parts parts_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_ADMIN_SERVICE_H_
