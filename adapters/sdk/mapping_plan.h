#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_PLAN_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/time_format.h"
#include "google/protobuf/descriptor.h"

namespace lienthong::sdk {

// A mapping file, checked and resolved against the schema. Made by ParsePlan(), used by Mapping.

enum class ValueType { kText, kCode, kFlag, kTime, kInteger, kJsonBool, kJsonNumber };

// One to one between numbers of enum values (0 and 1 for a bool) and the system's codes.
struct CodeTable {
  std::map<int, std::string> codes;
  std::map<std::string, int, std::less<>> numbers;
  std::string allowed;    // `1, 2, 3`, for error texts
  std::string name = {};  // of the file, or of the schema's enum; empty: it needs none
};

// Field descriptors from a message down to a field of it.
using Chain = std::vector<const google::protobuf::FieldDescriptor*>;

struct FieldPlan {
  std::string path;  // below the dossier, or below the list's element
  Chain chain;
  std::vector<std::string> keys;  // the pointer's steps in the record, or in the element
  std::string name;               // `DiaChi.SoNha`, for error texts
  ValueType type = ValueType::kText;
  const CodeTable* table = nullptr;  // kCode and kFlag
  size_t chars_max = 0;              // kText; 0 = no bound
  bool sensitive = false;
};

// What may stand at one place of a JSON object.
struct Place {
  enum class Kind { kObject, kField, kList, kElementField, kIgnored };
  Kind kind = Kind::kObject;
  size_t index = 0;  // of the field, the list or the element
  size_t field = 0;  // kElementField: within the element
  std::map<std::string, Place, std::less<>> places = {};
};

struct ListPlan {
  std::string path;
  Chain chain;
  std::vector<std::string> keys;
  std::string name;
  const google::protobuf::FieldDescriptor* id = nullptr;
  // The tombstone, when the schema has one that the record has no field for.
  const google::protobuf::FieldDescriptor* removed = nullptr;
  std::vector<FieldPlan> fields;
  // Where the content of its papers goes inline, as Base64; empty: nowhere.
  std::vector<std::string> content_keys;
  Place root;
};

// One element with a fixed id, held as plain fields of the record.
struct ElementPlan {
  struct Constant {
    const google::protobuf::FieldDescriptor* field;
    std::string text;  // of a text field
    int number = 0;    // of an enum field
  };
  std::string path;
  Chain chain;
  std::string id_value;
  const google::protobuf::FieldDescriptor* id = nullptr;
  std::vector<Constant> constants;
  std::vector<FieldPlan> fields;
};

// The covered part of the schema as a tree, to find what a dossier holds beyond it.
struct CoverNode {
  std::map<const google::protobuf::FieldDescriptor*, CoverNode> children;
};

struct MappingPlan {
  explicit MappingPlan(TimeFormat format) : times(std::move(format)) {}

  std::string edition;  // the file's own count
  std::string digest;   // SHA-256 of the file
  TimeFormat times;
  std::string element_key;
  int64_t inline_bytes_max = 0;  // of one paper's content; 0: nothing goes inline
  bool empty_clears = true;
  bool cleared_as_null = false;
  std::vector<std::unique_ptr<const CodeTable>> tables;
  std::vector<FieldPlan> fields;
  std::vector<ListPlan> lists;
  std::vector<ElementPlan> elements;
  Place root;
  CoverNode cover;
  std::vector<std::string> paths;  // sorted schema paths
};

// InvalidArgument "FILE:LINE: KEY: what was expected".
absl::StatusOr<std::shared_ptr<const MappingPlan>> ParsePlan(std::string_view yaml,
                                                             std::string_view file,
                                                             int64_t inline_bytes_max);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_PLAN_H_
