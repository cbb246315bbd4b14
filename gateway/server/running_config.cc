#include "gateway/server/running_config.h"

#include <string>

#include "gateway/base/text.h"
#include "gateway/server/config_entries.h"

namespace lienthong {

config::v1::GatewayConfig RunningConfig::config() const {
  const std::lock_guard lock(mutex_);
  return config_.config();
}

absl::StatusOr<std::string> RunningConfig::FileNamedBy(std::string_view key,
                                                       const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return config_.FileNamedBy(key, name);
}

admin::v1::Configuration RunningConfig::Compare() const {
  const std::lock_guard lock(mutex_);
  admin::v1::Configuration compared;
  compared.set_path(config_.path());
  const absl::StatusOr<ConfigFile> file = ConfigFile::Inspect(config_.path());
  const absl::Status problems = file.ok() ? file->problems() : file.status();
  compared.set_problems(std::string(problems.message()));
  *compared.mutable_entries() =
      CompareEntries(config_.config(), file.ok() ? file->config() : config_.config());
  return compared;
}

absl::Status RunningConfig::Reload(
    const std::function<void(const config::v1::GatewayConfig&)>& apply) {
  const std::lock_guard lock(mutex_);
  absl::StatusOr<ConfigFile> file = ConfigFile::Load(config_.path());
  if (!file.ok()) return absl::FailedPreconditionError(file.status().message());
  std::string fixed;
  for (const auto& entry : CompareEntries(config_.config(), file->config())) {
    if (!entry.differs() || entry.reloadable()) continue;
    StrAppend(fixed, fixed.empty() ? "" : ", ", entry.key());
  }
  if (!fixed.empty()) {
    return absl::FailedPreconditionError(StrCat(
        config_.path(), ": ", fixed,
        ": takes a start (systemctl restart lienthongd); nothing of the file was taken over"));
  }
  config_ = *std::move(file);
  apply(config_.config());
  return absl::OkStatus();
}

}  // namespace lienthong
