#include "gateway/server/config_entries.h"

#include <algorithm>
#include <array>
#include <vector>

#include "gateway/base/text.h"

namespace lienthong {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr const char* kHidden = "(hidden)";
constexpr std::array<std::string_view, 3> kReloadable = {
    "limits.calls_in_flight_max", "limits.calls_in_flight_per_caller_max", "log.level"};

void AddMessage(const Message& message, const std::string& prefix, ConfigEntries& entries);

std::string ScalarOf(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return StrCat(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    default:
      return reflection.GetString(message, &field);
  }
}

void AddList(const Message& message, const FieldDescriptor& field, const std::string& key,
             ConfigEntries& entries) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (field.is_map()) {
      const Message& pair = reflection.GetRepeatedMessage(message, &field, i);
      const google::protobuf::Descriptor& type = *pair.GetDescriptor();
      entries[StrCat(key, ".", ScalarOf(pair, *type.map_key()))] =
          ScalarOf(pair, *type.map_value());
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddMessage(reflection.GetRepeatedMessage(message, &field, i), StrCat(key, "[", i, "]"),
                 entries);
    } else {
      entries[StrCat(key, "[", i, "]")] = reflection.GetRepeatedString(message, &field, i);
    }
  }
}

void AddMessage(const Message& message, const std::string& prefix, ConfigEntries& entries) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string key = StrCat(prefix, prefix.empty() ? "" : ".", field->name());
    if (field->is_repeated()) {
      AddList(message, *field, key, entries);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddMessage(message.GetReflection()->GetMessage(message, field), key, entries);
    } else {
      entries[key] = ScalarOf(message, *field);
    }
  }
}

// A file that holds a secret may be named; what is secret itself may not. Adapters take secrets
// from files only, so that what remains is what a person put where it does not belong.
std::string Shown(const std::string& key, const std::string& value) {
  const auto ends = [&key](std::string_view end) { return key.ends_with(end); };
  if (value.empty() || ends("_file") || key == "tls.key") return value;
  for (const std::string_view word : {"password", "secret", "token", "hash", "credential", "key"}) {
    if (key.find(word) != std::string::npos) return kHidden;
  }
  const bool has_credentials =
      value.find("://") != std::string::npos && value.find('@') != std::string::npos;
  return has_credentials ? kHidden : value;
}

}  // namespace

ConfigEntries EntriesOf(const Message& message) {
  ConfigEntries entries;
  AddMessage(message, "", entries);
  return entries;
}

bool IsReloadable(std::string_view key) {
  return std::find(kReloadable.begin(), kReloadable.end(), key) != kReloadable.end();
}

google::protobuf::RepeatedPtrField<admin::v1::Configuration::Entry> CompareEntries(
    const config::v1::GatewayConfig& running, const config::v1::GatewayConfig& file) {
  const ConfigEntries now = EntriesOf(running);
  const ConfigEntries then = EntriesOf(file);
  ConfigEntries keys = now;
  keys.insert(then.begin(), then.end());
  const auto value_of = [](const ConfigEntries& entries, const std::string& key) {
    const auto found = entries.find(key);
    return found == entries.end() ? std::string() : found->second;
  };
  google::protobuf::RepeatedPtrField<admin::v1::Configuration::Entry> compared;
  for (const auto& [key, any] : keys) {
    const std::string runs = value_of(now, key);
    const std::string says = value_of(then, key);
    admin::v1::Configuration::Entry& entry = *compared.Add();
    entry.set_key(key);
    entry.set_running(Shown(key, runs));
    entry.set_file(Shown(key, says));
    entry.set_differs(runs != says);
    entry.set_reloadable(IsReloadable(key));
  }
  return compared;
}

}  // namespace lienthong
