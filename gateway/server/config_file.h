#ifndef LIENTHONG_GATEWAY_SERVER_CONFIG_FILE_H_
#define LIENTHONG_GATEWAY_SERVER_CONFIG_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/settings.h"
#include "gateway/server/yaml_message.h"
#include "lienthong/config/v1/config.pb.h"

namespace lienthong {

// The configuration file: every default filled in, and what is wrong with it.
class ConfigFile {
 public:
  // A configuration that is whole: every required key is there, every name that points somewhere
  // points to something. InvalidArgument with a line "FILE:LINE: KEY: expected …" for each mistake;
  // NotFound.
  static absl::StatusOr<ConfigFile> Load(const std::string& path);
  // The same from text; `path` is for messages and for the folder of relative files.
  static absl::StatusOr<ConfigFile> Parse(const std::string& path, std::string_view yaml);

  // What can be read of a configuration that may have mistakes; they stand in problems(). An error
  // when there is no file, or what is in it is not YAML.
  static absl::StatusOr<ConfigFile> Inspect(const std::string& path);
  const absl::Status& problems() const { return problems_; }

  const config::v1::GatewayConfig& config() const { return config_; }
  const std::string& path() const { return path_; }

  // InvalidArgument "FILE:LINE: KEY: PROBLEM", with the line of the key or of what holds it.
  absl::Status Problem(std::string_view key, std::string_view problem) const;
  // Where a file is: relative names are looked for beside the configuration, then in the working
  // directory. InvalidArgument with the place when it is in neither, or no regular file.
  absl::StatusOr<std::string> FileNamedBy(std::string_view key, const std::string& name) const;
  // What the adapter of a link reads.
  sdk::Settings SettingsOf(int link) const;

 private:
  static absl::StatusOr<ConfigFile> Read(const std::string& path, std::string_view yaml);
  void FillDefaults();

  std::string path_;
  absl::Status problems_;
  config::v1::GatewayConfig config_;
  ValueLines lines_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CONFIG_FILE_H_
