#ifndef LIENTHONG_ADAPTERS_SDK_YAML_READER_H_
#define LIENTHONG_ADAPTERS_SDK_YAML_READER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yaml-cpp/yaml.h"

namespace lienthong::sdk {

// Reads YAML strictly: a key that nobody knows, a key given twice and a value of another form are
// errors that name file, line and key. Throws nothing.
class YamlReader {
 public:
  using Map = std::map<std::string, YAML::Node, std::less<>>;

  explicit YamlReader(std::string_view file) : file_(file) {}

  absl::StatusOr<YAML::Node> Load(std::string_view yaml) const;

  // InvalidArgument "FILE:LINE: KEY: PROBLEM".
  absl::Status Error(const YAML::Node& node, std::string_view key, std::string_view problem) const;

  // The entries of a map; `known` empty takes any key.
  absl::StatusOr<Map> Entries(const YAML::Node& node, std::string_view key,
                              const std::vector<std::string_view>& known) const;
  absl::StatusOr<std::vector<YAML::Node>> Items(const YAML::Node& node, std::string_view key) const;
  absl::StatusOr<std::string> Text(const YAML::Node& node, std::string_view key) const;
  // The text of an entry that must be there; `owner` is where the map stands.
  absl::StatusOr<std::string> Text(const Map& map, const YAML::Node& owner,
                                   std::string_view key) const;
  // The text of an entry that may be absent.
  absl::StatusOr<std::string> Text(const Map& map, std::string_view key,
                                   std::string_view default_value) const;

 private:
  std::string file_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_YAML_READER_H_
