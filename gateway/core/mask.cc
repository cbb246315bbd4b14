#include "gateway/core/mask.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::core {
namespace {

using domain::FieldMap;

bool IsBelow(std::string_view path, std::string_view group) {
  return path.size() > group.size() && path.starts_with(group) &&
         (path[group.size()] == '.' || path[group.size()] == '[');
}

// Adds what one mask path asks for; false when the schema knows no such path.
bool AddPath(const std::string& path, const FieldMap& present, domain::Change& change) {
  if (path.find("[]") != std::string::npos) return false;  // no element has an empty id
  if (domain::RulesOf(path) != nullptr) {
    (present.contains(path) ? change.set : change.clear).push_back(path);
    return true;
  }
  bool known = false;
  for (const std::string& schema_path : domain::SchemaPaths()) {
    if (!IsBelow(schema_path, path)) continue;
    known = true;
    const bool in_list = schema_path.find("[]") != std::string::npos;
    if (!in_list && !present.contains(schema_path)) change.clear.push_back(schema_path);
  }
  if (!known) return false;
  for (const auto& [present_path, value] : present) {
    if (IsBelow(present_path, path)) change.set.push_back(present_path);
  }
  return true;
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
    if (!AddPath(mask.paths(i), present, change)) {
      violations.push_back({StrCat("update_mask.paths[", i, "]"),
                            StrCat("'", mask.paths(i), "' is no field of a dossier")});
    }
  }
  change.dossier = std::move(all.dossier);
  return change;
}

}  // namespace lienthong::core
