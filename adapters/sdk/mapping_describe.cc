#include "adapters/sdk/mapping_describe.h"

#include <openssl/evp.h>

#include <array>

#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

using adapter::v1::MappingDescription;
using google::protobuf::FieldDescriptor;

constexpr size_t kDigestBytes = 32;

std::string ValueName(const FieldDescriptor& field, int number) {
  if (field.enum_type() == nullptr) return number == 0 ? "false" : "true";
  return field.enum_type()->FindValueByNumber(number)->name();
}

void AddElement(const ElementPlan& element, MappingDescriber& describer) {
  const std::string prefix = StrCat(element.path, "[].");
  const std::string only = StrCat(" (only ", element.id_value, ")");
  for (const FieldPlan& field : element.fields) {
    describer.Add(StrCat(prefix, field.path), StrCat(field.name, only), field);
  }
  for (const ElementPlan::Constant& constant : element.constants) {
    describer.Add(StrCat(prefix, constant.field->name()), "");
  }
}

}  // namespace

void MappingDescriber::Add(const std::string& path, std::string_view name, size_t chars_max) {
  MappingDescription::Field& field = fields_[path];
  field.set_path(path);
  if (!name.empty()) {
    field.set_name(StrCat(field.name(), field.name().empty() ? "" : ", ", name));
  }
  const bool shorter =
      chars_max > 0 && (field.chars_max() == 0 || field.chars_max() > static_cast<int>(chars_max));
  if (shorter) field.set_chars_max(static_cast<int32_t>(chars_max));
}

void MappingDescriber::Add(const std::string& path, std::string_view name, const FieldPlan& field) {
  Add(path, name, field.type == ValueType::kText ? field.chars_max : 0);
  if (field.table == nullptr || field.table->name.empty()) return;
  SetTable(path, field.table->name);
  for (const auto& [number, code] : field.table->codes) {
    AddCode(field.table->name, ValueName(*field.chain.back(), number), code);
  }
}

void MappingDescriber::SetTable(const std::string& path, const std::string& table) {
  fields_[path].set_table(table);
  tables_[table];
}

void MappingDescriber::AddCode(const std::string& table, const std::string& value,
                               const std::string& code) {
  tables_[table][value] = code;
}

MappingDescription MappingDescriber::Take() const {
  MappingDescription description;
  for (const auto& [path, field] : fields_) *description.add_fields() = field;
  for (const auto& [name, codes] : tables_) {
    MappingDescription::Table& table = *description.add_tables();
    table.set_name(name);
    table.mutable_codes()->insert(codes.begin(), codes.end());
  }
  return description;
}

MappingDescription DescribePlan(const MappingPlan& plan) {
  MappingDescriber describer;
  for (const FieldPlan& field : plan.fields) describer.Add(field.path, field.name, field);
  for (const ListPlan& list : plan.lists) {
    for (const FieldPlan& field : list.fields) {
      describer.Add(StrCat(list.path, "[].", field.path), StrCat(list.name, ".", field.name),
                    field);
    }
  }
  for (const ElementPlan& element : plan.elements) AddElement(element, describer);
  MappingDescription description = describer.Take();
  description.set_version(plan.edition);
  description.set_digest(plan.digest);
  return description;
}

std::string DigestOf(const MappingDescription& description) {
  std::string text;
  for (const auto& field : description.fields()) {
    StrAppend(text, field.path(), "\t", field.name(), "\t", field.chars_max(), "\t", field.table(),
              "\n");
  }
  for (const auto& table : description.tables()) {
    const std::map<std::string, std::string> codes(table.codes().begin(), table.codes().end());
    for (const auto& [value, code] : codes) {
      StrAppend(text, table.name(), "\t", value, "\t", code, "\n");
    }
  }
  return Sha256(text);
}

std::string Sha256(std::string_view text) {
  std::array<unsigned char, kDigestBytes> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return std::string(digest.begin(), digest.end());
}

}  // namespace lienthong::sdk
