#include "gateway/core/mask.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

using domain::FieldMap;

constexpr const char* kUnknown = "is no field of a dossier";
constexpr const char* kSetByGateway = "is set by the gateway alone; leave it out";
constexpr const char* kEmptyList =
    "is a list of which `dossier` has no element; name elements, `removed` takes one back";

bool IsBelow(std::string_view path, std::string_view group) {
  return path.size() > group.size() && path.starts_with(group) &&
         (path[group.size()] == '.' || path[group.size()] == '[');
}

bool IsOurs(std::string_view path) {
  return domain::RulesOf(path)->owner() == options::v1::OWNER_GATEWAY;
}

// Adds what a path that stands for several fields asks for; what is wrong with it, else null.
const char* AddGroup(const std::string& group, const FieldMap& present, domain::Change& change) {
  bool known = false, settable = false, is_list = false;
  for (const std::string& path : domain::SchemaPaths()) {
    if (!IsBelow(path, group)) continue;
    known = true;
    if (IsOurs(path)) continue;
    settable = true;
    is_list = path[group.size()] == '[';
    const bool in_list = path.find("[]") != std::string::npos;
    if (!in_list && !present.contains(path)) change.clear.push_back(path);
  }
  if (!settable) return known ? kSetByGateway : kUnknown;
  const size_t others = change.set.size();
  for (const auto& [path, value] : present) {
    if (IsBelow(path, group)) change.set.push_back(path);
  }
  return is_list && change.set.size() == others ? kEmptyList : nullptr;
}

// Adds what one mask path asks for; what is wrong with it, else null.
const char* AddPath(const std::string& path, const FieldMap& present, domain::Change& change) {
  if (path.find("[]") != std::string::npos) return kUnknown;  // no element has an empty id
  if (domain::RulesOf(path) == nullptr) return AddGroup(path, present, change);
  if (IsOurs(path)) return kSetByGateway;
  (present.contains(path) ? change.set : change.clear).push_back(path);
  return nullptr;
}

}  // namespace

domain::Change ChangeFromMask(const dossier::v1::Dossier& dossier,
                              const google::protobuf::FieldMask& mask,
                              std::vector<FieldViolation>& violations) {
  domain::Change all = domain::ChangeOf(dossier);
  if (mask.paths_size() == 0 || (mask.paths_size() == 1 && mask.paths(0) == "*")) return all;
  const FieldMap present = domain::Flatten(dossier);
  domain::Change change;
  for (int i = 0; i < mask.paths_size(); ++i) {
    const char* problem = AddPath(mask.paths(i), present, change);
    if (problem == nullptr) continue;
    violations.push_back(
        {StrCat("update_mask.paths[", i, "]"), StrCat("'", mask.paths(i), "' ", problem)});
  }
  change.dossier = std::move(all.dossier);
  return change;
}

}  // namespace lienthong::core
