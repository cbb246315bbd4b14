#include "gateway/sync/coverage.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::sync {
namespace {

using adapter::v1::MappingDescription;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

using Field = MappingDescription::Field;
using Table = MappingDescription::Table;

template <typename Part, typename Name>
std::map<std::string, const Part*> ByName(const google::protobuf::RepeatedPtrField<Part>& parts,
                                          Name name) {
  std::map<std::string, const Part*> sorted;
  for (const Part& part : parts) sorted.emplace((part.*name)(), &part);
  return sorted;
}

// The enum of the field at a path of the schema; null for a field of another type.
const EnumDescriptor* EnumAt(std::string_view path) {
  const auto* message = dossier::v1::Dossier::descriptor();
  const FieldDescriptor* field = nullptr;
  for (const absl::string_view step : absl::StrSplit(ToAbsl(path), '.')) {
    field = message->FindFieldByName(std::string(absl::StripSuffix(step, "[]")));
    if (field == nullptr) return nullptr;
    if (field->message_type() != nullptr) message = field->message_type();
  }
  return field->enum_type();
}

bool IsOurs(const std::string& path) {
  const options::v1::FieldRules* rules = domain::RulesOf(path);
  return rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY;
}

// "Not said" is no value.
void AddMissing(const EnumDescriptor& type, const Table& table, v1::MappingCoverage::Field& field) {
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    if (value.number() == 0 || table.codes().contains(value.name())) continue;
    field.add_values_without_code(value.name());
  }
}

}  // namespace

absl::StatusOr<v1::MappingCoverage> CoverageOf(std::string_view link,
                                               const MappingDescription& description) {
  if (description.fields().empty()) {
    return absl::UnimplementedError(
        StrCat("the adapter of link ", link, " does not tell how it maps fields"));
  }
  const auto fields = ByName(description.fields(), &Field::path);
  const auto tables = ByName(description.tables(), &Table::name);
  v1::MappingCoverage coverage;
  coverage.set_link(std::string(link));
  coverage.set_version(description.version());
  coverage.set_digest(absl::BytesToHexString(description.digest()));
  const std::set<std::string> paths(domain::SchemaPaths().begin(), domain::SchemaPaths().end());
  for (const std::string& path : paths) {
    const auto mapped = fields.find(path);
    if (mapped == fields.end() && IsOurs(path)) continue;
    v1::MappingCoverage::Field& field = *coverage.add_fields();
    field.set_path(path);
    field.set_mapped(mapped != fields.end());
    if (!field.mapped()) continue;
    field.set_name(mapped->second->name());
    field.set_chars_max(mapped->second->chars_max());
    const auto table = tables.find(mapped->second->table());
    const EnumDescriptor* type = EnumAt(path);
    if (type != nullptr && table != tables.end()) AddMissing(*type, *table->second, field);
  }
  return coverage;
}

}  // namespace lienthong::sync
