#include "gateway/server/yaml_message.h"

#include <cstdint>
#include <vector>

#include "absl/strings/numbers.h"
#include "adapters/sdk/yaml_reader.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "google/protobuf/descriptor.h"

namespace lienthong {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Below(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : StrCat(path, ".", key);
}

class Reading {
 public:
  Reading(std::string_view file, ValueLines& lines) : yaml_(file), lines_(lines) {}

  absl::Status ReadFile(std::string_view text, Message& message) {
    LIENTHONG_ASSIGN_OR_RETURN(const YAML::Node root, yaml_.Load(text));
    return ReadMessage(root, "", message);
  }

 private:
  void Note(std::string_view path, const YAML::Node& node) {
    lines_[std::string(path)] = node.Mark().line + 1;
  }

  absl::Status ReadMessage(const YAML::Node& node, const std::string& path, Message& message) {
    Note(path, node);
    if (!node.IsDefined() || node.IsNull()) return absl::OkStatus();
    std::vector<std::string_view> known;
    const Descriptor& descriptor = *message.GetDescriptor();
    known.reserve(descriptor.field_count());
    for (int i = 0; i < descriptor.field_count(); ++i) known.push_back(descriptor.field(i)->name());
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto entries, yaml_.Entries(node, path.empty() ? "the configuration" : path, known));
    for (const auto& [key, value] : entries) {
      LIENTHONG_RETURN_IF_ERROR(
          ReadField(value, Below(path, key), *descriptor.FindFieldByName(key), message));
    }
    return absl::OkStatus();
  }

  absl::Status ReadField(const YAML::Node& node, const std::string& path,
                         const FieldDescriptor& field, Message& message) {
    Note(path, node);
    if (field.is_map()) return ReadMap(node, path, field, message);
    if (!field.is_repeated()) return ReadOne(node, path, field, message);
    if (node.IsNull()) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const auto items, yaml_.Items(node, path));
    for (size_t i = 0; i < items.size(); ++i) {
      LIENTHONG_RETURN_IF_ERROR(ReadOne(items[i], StrCat(path, "[", i, "]"), field, message));
    }
    return absl::OkStatus();
  }

  absl::Status ReadMap(const YAML::Node& node, const std::string& path,
                       const FieldDescriptor& field, Message& message) {
    if (node.IsNull()) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const auto entries, yaml_.Entries(node, path, {}));
    for (const auto& [key, value] : entries) {
      const std::string place = Below(path, key);
      Note(place, value);
      LIENTHONG_ASSIGN_OR_RETURN(const std::string text, yaml_.Text(value, place));
      Message& entry = *message.GetReflection()->AddMessage(&message, &field);
      entry.GetReflection()->SetString(&entry, entry.GetDescriptor()->map_key(), key);
      entry.GetReflection()->SetString(&entry, entry.GetDescriptor()->map_value(), text);
    }
    return absl::OkStatus();
  }

  absl::Status ReadOne(const YAML::Node& node, const std::string& path,
                       const FieldDescriptor& field, Message& message) {
    const auto& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadMessage(node, path,
                           field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                               : *reflection.MutableMessage(&message, &field));
      case FieldDescriptor::CPPTYPE_STRING: {
        Note(path, node);
        LIENTHONG_ASSIGN_OR_RETURN(std::string text, yaml_.Text(node, path));
        if (field.is_repeated()) {
          reflection.AddString(&message, &field, std::move(text));
        } else {
          reflection.SetString(&message, &field, std::move(text));
        }
        return absl::OkStatus();
      }
      case FieldDescriptor::CPPTYPE_INT32: {
        int32_t number = 0;
        if (!node.IsScalar() || !absl::SimpleAtoi(node.Scalar(), &number)) {
          const std::string found =
              node.IsScalar() ? StrCat("\"", node.Scalar(), "\"") : "something else";
          return yaml_.Error(node, path, StrCat("expected a whole number, found ", found));
        }
        reflection.SetInt32(&message, &field, number);
        return absl::OkStatus();
      }
      default:
        return absl::InternalError(
            StrCat("the configuration has a field of a type that YAML "
                   "is not read into: ",
                   field.full_name()));
    }
  }

  const sdk::YamlReader yaml_;
  ValueLines& lines_;
};

}  // namespace

absl::Status ReadYamlMessage(std::string_view file, std::string_view yaml, Message& message,
                             ValueLines& lines) {
  return Reading(file, lines).ReadFile(yaml, message);
}

}  // namespace lienthong
