#include "gateway/server/yaml_message.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
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
    if (root.IsDefined() && !root.IsNull() && !root.IsMap()) {
      return yaml_.Error(root, "the configuration", "expected keys with values");
    }
    ReadMessage(root, "", message);
    return problems_.empty() ? absl::OkStatus()
                             : absl::InvalidArgumentError(absl::StrJoin(problems_, "\n"));
  }

 private:
  struct Entry {
    YAML::Node key;
    YAML::Node value;
    const std::string& name() const { return key.Scalar(); }
  };

  void Note(std::string_view path, const YAML::Node& node) {
    lines_[std::string(path)] = node.Mark().line + 1;
  }

  void Problem(const absl::Status& status) { problems_.emplace_back(ToStd(status.message())); }

  // The keys of a map, each once.
  std::vector<Entry> Entries(const YAML::Node& node, const std::string& path) {
    std::vector<Entry> entries;
    if (!node.IsMap()) {
      Problem(yaml_.Error(node, path, "expected keys with values"));
      return entries;
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        Problem(yaml_.Error(entry.first, path, "expected a word as key"));
        continue;
      }
      const std::string& key = entry.first.Scalar();
      if (seen.insert(key).second) {
        entries.push_back({entry.first, entry.second});
      } else {
        Problem(yaml_.Error(entry.first, Below(path, key), "given twice"));
      }
    }
    return entries;
  }

  void ReadMessage(const YAML::Node& node, const std::string& path, Message& message) {
    Note(path, node);
    if (!node.IsDefined() || node.IsNull()) return;
    const Descriptor& descriptor = *message.GetDescriptor();
    for (const Entry& entry : Entries(node, path)) {
      const std::string place = Below(path, entry.name());
      if (const FieldDescriptor* field = descriptor.FindFieldByName(entry.name())) {
        ReadField(entry.value, place, *field, message);
      } else {
        Problem(yaml_.Error(entry.key, place, NoSuchKey(descriptor)));
      }
    }
  }

  static std::string NoSuchKey(const Descriptor& descriptor) {
    std::vector<std::string> known;
    known.reserve(descriptor.field_count());
    for (int i = 0; i < descriptor.field_count(); ++i) {
      known.push_back(descriptor.field(i)->name());
    }
    return StrCat("no such key; expected one of ", absl::StrJoin(known, ", "));
  }

  void ReadField(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                 Message& message) {
    Note(path, node);
    if (field.is_map()) return ReadMap(node, path, field, message);
    if (!field.is_repeated()) return ReadOne(node, path, field, message);
    if (node.IsNull()) return;
    if (!node.IsSequence()) return Problem(yaml_.Error(node, path, "expected a list"));
    for (size_t i = 0; i < node.size(); ++i) {
      ReadOne(node[i], StrCat(path, "[", i, "]"), field, message);
    }
  }

  void ReadMap(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
               Message& message) {
    if (node.IsNull()) return;
    for (const Entry& read : Entries(node, path)) {
      const std::string place = Below(path, read.name());
      Note(place, read.value);
      const absl::StatusOr<std::string> text = yaml_.Text(read.value, place);
      if (!text.ok()) {
        Problem(text.status());
        continue;
      }
      Message& entry = *message.GetReflection()->AddMessage(&message, &field);
      entry.GetReflection()->SetString(&entry, entry.GetDescriptor()->map_key(), read.name());
      entry.GetReflection()->SetString(&entry, entry.GetDescriptor()->map_value(), *text);
    }
  }

  void ReadOne(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
               Message& message) {
    const auto& reflection = *message.GetReflection();
    Note(path, node);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadMessage(node, path,
                           field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                               : *reflection.MutableMessage(&message, &field));
      case FieldDescriptor::CPPTYPE_STRING: {
        const absl::StatusOr<std::string> text = yaml_.Text(node, path);
        if (!text.ok()) return Problem(text.status());
        if (field.is_repeated()) return reflection.AddString(&message, &field, *text);
        return reflection.SetString(&message, &field, *text);
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return ReadNumber<int32_t>(
            node, path, [&](int32_t number) { reflection.SetInt32(&message, &field, number); });
      case FieldDescriptor::CPPTYPE_INT64:
        return ReadNumber<int64_t>(
            node, path, [&](int64_t number) { reflection.SetInt64(&message, &field, number); });
      default:
        return Problem(yaml_.Error(node, path, "of a type that YAML is not read into"));
    }
  }

  template <typename Number, typename Set>
  void ReadNumber(const YAML::Node& node, const std::string& path, Set set) {
    Number number = 0;
    if (node.IsScalar() && absl::SimpleAtoi(node.Scalar(), &number)) return set(number);
    const std::string found =
        node.IsScalar() ? StrCat("\"", node.Scalar(), "\"") : "something else";
    Problem(yaml_.Error(node, path, StrCat("expected a whole number, found ", found)));
  }

  const sdk::YamlReader yaml_;
  ValueLines& lines_;
  std::vector<std::string> problems_;
};

}  // namespace

absl::Status ReadYamlMessage(std::string_view file, std::string_view yaml, Message& message,
                             ValueLines& lines) {
  return Reading(file, lines).ReadFile(yaml, message);
}

}  // namespace lienthong
