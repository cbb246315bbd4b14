#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_ENCODER_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_ENCODER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdk/mapping.h"
#include "adapters/sdk/mapping_plan.h"

namespace lienthong::sdk {

// One run of Mapping::Encode. Not thread-safe; lives on the stack, the plan outlives it.
class MappingEncoder {
 public:
  explicit MappingEncoder(const MappingPlan& plan) : plan_(plan) {}

  void Add(const dossier::v1::Dossier& dossier);
  void Clear(std::string_view path);
  void AddContent(const InlinePaper& paper, std::string base64);
  Encoded Take() { return std::move(out_); }

 private:
  // Fields of `message`, which stands at `path` in the dossier and at `name` in the record.
  void AddFields(const std::vector<FieldPlan>& fields, const google::protobuf::Message& message,
                 const std::string& path, const std::string& name, nlohmann::json& into);
  void AddList(const ListPlan& list, const dossier::v1::Dossier& dossier);
  void AddListElement(const ListPlan& list, const google::protobuf::Message& element);
  void AddFixedElement(const ElementPlan& element, const dossier::v1::Dossier& dossier);
  bool IsFixed(const std::string& list, const std::string& id) const;
  bool ClearInElement(std::string_view list, std::string_view element, std::string_view rest);
  nlohmann::json& ElementOf(const ListPlan& list, std::string_view id);
  nlohmann::json Empty(const FieldPlan& field) const;
  void Lose(std::string path, std::string description);
  // What is set in `message` and has no place in the record.
  void AddLosses(const google::protobuf::Message& message, const CoverNode& cover,
                 const std::string& path);
  void AddListLosses(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& list, const CoverNode& cover,
                     const std::string& path);

  const MappingPlan& plan_;
  Encoded out_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_ENCODER_H_
