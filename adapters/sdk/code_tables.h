#ifndef LIENTHONG_ADAPTERS_SDK_CODE_TABLES_H_
#define LIENTHONG_ADAPTERS_SDK_CODE_TABLES_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/mapping_plan.h"
#include "adapters/sdk/yaml_reader.h"
#include "google/protobuf/descriptor.h"

namespace lienthong::sdk {

// "1" and "0", where a flag has no table of its own. Lives for ever.
const CodeTable& PlainFlags();

// The `codes:` block of a mapping file. A table is checked against the schema when a field uses it.
class CodeTableReader {
 public:
  explicit CodeTableReader(const YamlReader& reader) : reader_(reader) {}

  absl::Status Load(const YAML::Node& codes);
  // The table `name` for values of `field`, an enum or a bool; `use` is where it was named. Owned
  // by this reader, then by whoever takes all.
  absl::StatusOr<const CodeTable*> Find(const YAML::Node& use, const std::string& name,
                                        const google::protobuf::FieldDescriptor& field);
  absl::Status CheckAllUsed() const;
  std::vector<std::unique_ptr<const CodeTable>> Take() { return std::move(tables_); }

 private:
  absl::StatusOr<CodeTable> Read(const YAML::Node& node, const std::string& name,
                                 const google::protobuf::FieldDescriptor& field) const;
  absl::Status AddCode(const YAML::Node& node, const google::protobuf::FieldDescriptor& field,
                       const std::string& value, CodeTable& table) const;

  const YamlReader& reader_;
  YamlReader::Map nodes_;
  std::set<std::string, std::less<>> used_;
  std::map<std::string, const CodeTable*> found_;  // by name and kind of field
  std::vector<std::unique_ptr<const CodeTable>> tables_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_CODE_TABLES_H_
