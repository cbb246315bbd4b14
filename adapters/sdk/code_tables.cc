#include "adapters/sdk/code_tables.h"

#include "absl/strings/str_join.h"
#include "adapters/sdk/schema_path.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {

using google::protobuf::FieldDescriptor;

const CodeTable& PlainFlags() {
  static const CodeTable& table = *new CodeTable{
      .codes = {{0, "0"}, {1, "1"}}, .numbers = {{"0", 0}, {"1", 1}}, .allowed = "0, 1"};
  return table;
}

absl::Status CodeTableReader::Load(const YAML::Node& codes) {
  LIENTHONG_ASSIGN_OR_RETURN(nodes_, reader_.Entries(codes, "codes", {}));
  return absl::OkStatus();
}

absl::StatusOr<const CodeTable*> CodeTableReader::Find(const YAML::Node& use,
                                                       const std::string& name,
                                                       const FieldDescriptor& field) {
  const auto node = nodes_.find(name);
  if (node == nodes_.end()) {
    return reader_.Error(use, "table", StrCat("no table ", name, " below codes"));
  }
  used_.insert(name);
  const std::string key = StrCat(name, " ", DescribeKind(field));
  if (const auto it = found_.find(key); it != found_.end()) return it->second;
  LIENTHONG_ASSIGN_OR_RETURN(CodeTable table, Read(node->second, name, field));
  tables_.push_back(std::make_unique<const CodeTable>(std::move(table)));
  found_[key] = tables_.back().get();
  return tables_.back().get();
}

absl::StatusOr<CodeTable> CodeTableReader::Read(const YAML::Node& node, const std::string& name,
                                                const FieldDescriptor& field) const {
  const std::string where = StrCat("codes.", name);
  LIENTHONG_ASSIGN_OR_RETURN(const YamlReader::Map entries, reader_.Entries(node, where, {}));
  CodeTable table;
  table.name = name;
  for (const auto& [value, code] : entries) {
    LIENTHONG_RETURN_IF_ERROR(AddCode(code, field, value, table));
  }
  if (table.codes.empty() || (field.enum_type() == nullptr && table.codes.size() != 2)) {
    return reader_.Error(node, where, "expected a code for each value");
  }
  table.allowed = absl::StrJoin(
      table.codes, ", ", [](std::string* out, const auto& entry) { out->append(entry.second); });
  return table;
}

absl::Status CodeTableReader::AddCode(const YAML::Node& node, const FieldDescriptor& field,
                                      const std::string& value, CodeTable& table) const {
  int number = 0;
  if (field.enum_type() != nullptr) {
    const auto* known = field.enum_type()->FindValueByName(value);
    if (known == nullptr) {
      return reader_.Error(node, value,
                           StrCat("no such value of ", field.enum_type()->full_name()));
    }
    number = known->number();
  } else if (value == "true" || value == "false") {
    number = value == "true" ? 1 : 0;
  } else {
    return reader_.Error(node, value, "expected true or false");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::string code, reader_.Text(node, value));
  if (!table.numbers.emplace(code, number).second) {
    return reader_.Error(node, value, StrCat("code ", code, " already stands for another"));
  }
  if (!table.codes.emplace(number, code).second) {
    return reader_.Error(node, value, "another name of a value that already has a code");
  }
  return absl::OkStatus();
}

absl::Status CodeTableReader::CheckAllUsed() const {
  for (const auto& [name, node] : nodes_) {
    if (!used_.contains(name)) {
      return reader_.Error(node, StrCat("codes.", name), "no field uses this table");
    }
  }
  return absl::OkStatus();
}

}  // namespace lienthong::sdk
