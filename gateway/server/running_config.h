#ifndef LIENTHONG_GATEWAY_SERVER_RUNNING_CONFIG_H_
#define LIENTHONG_GATEWAY_SERVER_RUNNING_CONFIG_H_

#include <functional>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "gateway/server/config_file.h"
#include "lienthong/admin/v1/admin_service.pb.h"

namespace lienthong {

// The configuration that runs, and how another takes its place. Thread-safe.
class RunningConfig {
 public:
  explicit RunningConfig(ConfigFile config) : config_(std::move(config)) {}

  // Beside the file as it is now.
  admin::v1::Configuration Compare() const;

  // Reads the file again. It is taken over as a whole, or refused as a whole and then nothing has
  // changed: FailedPrecondition with a line for each mistake in it, or with the keys that need a
  // start. `apply` is given what was taken over.
  absl::Status Reload(const std::function<void(const config::v1::GatewayConfig&)>& apply);

  config::v1::GatewayConfig config() const;
  // A file that the configuration names, where it is.
  absl::StatusOr<std::string> FileNamedBy(std::string_view key, const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  ConfigFile config_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_RUNNING_CONFIG_H_
