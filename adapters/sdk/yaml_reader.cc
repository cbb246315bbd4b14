#include "adapters/sdk/yaml_reader.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

std::string JoinNames(const std::vector<std::string_view>& names) {
  return absl::StrJoin(names, ", ",
                       [](std::string* out, std::string_view name) { out->append(name); });
}

}  // namespace

absl::StatusOr<YAML::Node> YamlReader::Load(std::string_view yaml) const {
  try {
    return YAML::Load(std::string(yaml));
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(
        StrCat(file_, ":", e.mark.line + 1, ": not readable as YAML: ", e.msg));
  }
}

absl::Status YamlReader::Error(const YAML::Node& node, std::string_view key,
                               std::string_view problem) const {
  return absl::InvalidArgumentError(
      StrCat(file_, ":", node.Mark().line + 1, ": ", key, ": ", problem));
}

absl::StatusOr<YamlReader::Map> YamlReader::Entries(
    const YAML::Node& node, std::string_view key,
    const std::vector<std::string_view>& known) const {
  if (!node.IsMap()) return Error(node, key, "expected keys with values");
  Map map;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return Error(entry.first, key, "expected a word as key");
    const std::string& name = entry.first.Scalar();
    if (!known.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
      return Error(entry.first, name, StrCat("no such key; expected one of ", JoinNames(known)));
    }
    if (!map.emplace(name, entry.second).second) {
      return Error(entry.first, name, "given twice");
    }
  }
  return map;
}

absl::StatusOr<std::vector<YAML::Node>> YamlReader::Items(const YAML::Node& node,
                                                          std::string_view key) const {
  if (!node.IsSequence()) return Error(node, key, "expected a list");
  return std::vector<YAML::Node>(node.begin(), node.end());
}

absl::StatusOr<std::string> YamlReader::Text(const YAML::Node& node, std::string_view key) const {
  if (!node.IsScalar() || node.Scalar().empty()) return Error(node, key, "expected a text");
  return node.Scalar();
}

absl::StatusOr<std::string> YamlReader::Text(const Map& map, const YAML::Node& owner,
                                             std::string_view key) const {
  const auto it = map.find(key);
  if (it == map.end()) return Error(owner, key, "missing");
  return Text(it->second, key);
}

absl::StatusOr<std::string> YamlReader::Text(const Map& map, std::string_view key,
                                             std::string_view default_value) const {
  const auto it = map.find(key);
  if (it == map.end()) return std::string(default_value);
  return Text(it->second, key);
}

}  // namespace lienthong::sdk
