#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_DESCRIBE_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_DESCRIBE_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "adapters/sdk/mapping_plan.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sdk {

// Collects how fields and codes correspond. Internal to sdk and to adapters whose mapping is code.
class MappingDescriber {
 public:
  // A field at a schema path. Where a path is held in several places, each has its name.
  void Add(const std::string& path, std::string_view name, size_t chars_max = 0);
  // The same with the codes of a plan's field.
  void Add(const std::string& path, std::string_view name, const FieldPlan& field);
  // The codes of the field at `path`, which was added. `value` is the schema's name of a value.
  void SetTable(const std::string& path, const std::string& table);
  void AddCode(const std::string& table, const std::string& value, const std::string& code);

  // By path and by name; `version` and `digest` are the caller's.
  adapter::v1::MappingDescription Take() const;

 private:
  std::map<std::string, adapter::v1::MappingDescription::Field> fields_;
  std::map<std::string, std::map<std::string, std::string>> tables_;
};

// Of a mapping file.
adapter::v1::MappingDescription DescribePlan(const MappingPlan& plan);

// For a mapping that is code: the digest of what its description says.
std::string DigestOf(const adapter::v1::MappingDescription& description);
// SHA-256, 32 bytes.
std::string Sha256(std::string_view text);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_DESCRIBE_H_
