#ifndef LIENTHONG_GATEWAY_SERVER_MAINTENANCE_H_
#define LIENTHONG_GATEWAY_SERVER_MAINTENANCE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/core/store_check.h"
#include "gateway/server/config_file.h"
#include "gateway/store/store.h"
#include "lienthong/admin/v1/admin_service.pb.h"

namespace lienthong {

// Where backups go, and how one is opened to be checked.
struct BackupOptions {
  std::string directory;
  std::function<absl::StatusOr<std::unique_ptr<store::Store>>(const std::string& path)> open;
};
// Of the configuration.
BackupOptions BackupsOf(const ConfigFile& config);

// Backups and checks of the store, one at a time, on a thread of their own. Thread-safe.
class Maintenance {
 public:
  Maintenance(core::Engine& engine, BackupOptions options)
      : engine_(engine), options_(std::move(options)) {}
  // Gives up what runs.
  ~Maintenance();

  // As admin.v1.AdminService says.
  absl::StatusOr<admin::v1::Maintenance> Start(const core::RequestContext& call,
                                               const admin::v1::StartMaintenanceRequest& request);
  admin::v1::Maintenance newest() const;

 private:
  void Run(admin::v1::Maintenance::Kind kind);
  absl::Status MakeBackup();
  absl::Status CopyAndCheck(const std::string& path);
  absl::Status Check(const store::Store& store);
  bool Tell(std::string_view step, int64_t done, int64_t total);
  absl::Status KeepAct(const core::RequestContext& call,
                       const admin::v1::StartMaintenanceRequest& request) const;

  core::Engine& engine_;
  const BackupOptions options_;

  mutable std::mutex mutex_;
  admin::v1::Maintenance newest_;
  std::string request_id_;  // of newest_
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_MAINTENANCE_H_
