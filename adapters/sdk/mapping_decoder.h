#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_DECODER_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_DECODER_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adapters/sdk/mapping.h"
#include "adapters/sdk/mapping_plan.h"

namespace lienthong::sdk {

// One run of Mapping::Decode, which ends at the first error. Not thread-safe; lives on the stack,
// the plan outlives it.
class MappingDecoder {
 public:
  explicit MappingDecoder(const MappingPlan& plan) : plan_(plan) {}

  void Read(const nlohmann::json& record);
  Decoded Take() { return std::move(out_); }

 private:
  // The values of `object`, which must have a place; `name` is where it stands in the record.
  void ReadObject(const nlohmann::json& object, const Place& place, const std::string& name);
  void ReadValue(const nlohmann::json& value, const Place& place, const std::string& name);
  void ReadList(const nlohmann::json& value, const ListPlan& list);
  void ReadElement(const nlohmann::json& value, const ListPlan& list,
                   std::unordered_set<std::string>& seen);
  void ReadElementFields(const nlohmann::json& object, const ListPlan& list, const Place& place,
                         const std::string& id, const std::string& name,
                         google::protobuf::Message& element);
  void ReadFixed(const nlohmann::json& value, const ElementPlan& plan, const FieldPlan& field,
                 const std::string& name);
  google::protobuf::Message& FixedElement(const ElementPlan& plan);
  void ReadField(const nlohmann::json& value, const FieldPlan& field, const std::string& path,
                 const std::string& name, google::protobuf::Message& message);
  void Empty(std::string path);
  void Fail(std::string_view name, std::string reason);
  void FailUnknown(std::string_view name);

  const MappingPlan& plan_;
  Decoded out_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_DECODER_H_
