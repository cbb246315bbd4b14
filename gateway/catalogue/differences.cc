#include "gateway/catalogue/differences.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/text.h"
#include "google/protobuf/descriptor.h"

namespace lienthong::catalogue {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kNothing = "nothing";

std::string Words(const Message& message);

// UNIT_WORKING_DAYS of the enum Unit -> "working days".
std::string Words(const google::protobuf::EnumValueDescriptor& value) {
  std::string name = value.name();
  const size_t common = value.type()->value(0)->name().rfind("UNSPECIFIED");
  if (common != std::string::npos && common < name.size()) name = name.substr(common);
  absl::AsciiStrToLower(&name);
  return absl::StrReplaceAll(name, {{"_", " "}});
}

// One value of a field; `index` within a list.
std::string ValueOf(const Message& message, const FieldDescriptor* field, int index) {
  const auto* reflection = message.GetReflection();
  const bool listed = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Words(listed ? reflection->GetRepeatedMessage(message, field, index)
                          : reflection->GetMessage(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return Words(*(listed ? reflection->GetRepeatedEnum(message, field, index)
                            : reflection->GetEnum(message, field)));
    case FieldDescriptor::CPPTYPE_STRING:
      return listed ? reflection->GetRepeatedString(message, field, index)
                    : reflection->GetString(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_INT64:
      return StrCat(listed ? reflection->GetRepeatedInt64(message, field, index)
                           : reflection->GetInt64(message, field));
    default:
      return StrCat(listed ? reflection->GetRepeatedInt32(message, field, index)
                           : reflection->GetInt32(message, field));
  }
}

bool IsSaid(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  return field->is_repeated() ? reflection->FieldSize(message, field) > 0
                              : reflection->HasField(message, field);
}

// All values of a field; kNothing when it says none.
std::string ValuesOf(const Message& message, const FieldDescriptor* field) {
  if (!IsSaid(message, field)) return std::string(kNothing);
  if (!field->is_repeated()) return ValueOf(message, field, 0);
  std::string all;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    StrAppend(all, i == 0 ? "" : " | ", ValueOf(message, field, i));
  }
  return all;
}

// `name: value, name: value` of what is said.
std::string Words(const Message& message) {
  std::string all;
  const Descriptor* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (!IsSaid(message, field)) continue;
    const bool nests = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    StrAppend(all, all.empty() ? "" : ", ", absl::StrReplaceAll(field->name(), {{"_", " "}}), " ",
              nests ? "(" : "", ValuesOf(message, field), nests ? ")" : "");
  }
  return all.empty() ? std::string(kNothing) : all;
}

// Without half a character at its end.
std::string Short(std::string text) {
  if (text.size() <= kValueBytesMax) return text;
  size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return StrCat(text.substr(0, end), "…");
}

std::string Line(std::string_view name, const std::string& before, const std::string& after) {
  return StrCat(name, ": ", Short(before), " -> ", Short(after));
}

// The elements of a list by what names each: its first field, e.g. the date of a day. Elements that
// share one stand together.
std::map<std::string, std::string> ByName(const Message& message, const FieldDescriptor* field) {
  std::map<std::string, std::string> elements;
  const FieldDescriptor* key = field->message_type()->field(0);
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    const Message& element = message.GetReflection()->GetRepeatedMessage(message, field, i);
    std::string& words = elements[ValuesOf(element, key)];
    StrAppend(words, words.empty() ? "" : " | ", Words(element));
  }
  return elements;
}

void AddElements(const Message& before, const Message& after, const FieldDescriptor* field,
                 std::vector<std::string>& lines) {
  const auto were = ByName(before, field);
  const auto are = ByName(after, field);
  const std::string nothing(kNothing);
  const auto word = [&](const auto& elements, const std::string& name) {
    const auto found = elements.find(name);
    return found == elements.end() ? nothing : found->second;
  };
  auto names = were;
  names.insert(are.begin(), are.end());
  const size_t lines_before = lines.size();
  for (const auto& [name, unused] : names) {
    const std::string was = word(were, name);
    const std::string is = word(are, name);
    if (was != is) lines.push_back(Line(StrCat(field->name(), " ", name), was, is));
  }
  if (lines.size() == lines_before) lines.push_back(StrCat(field->name(), ": in another order"));
}

template <typename Take>
void ForEachDifferent(const Message& before, const Message& after, const Take& take) {
  const Descriptor* type = before.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (ValuesOf(before, field) != ValuesOf(after, field)) take(field);
  }
}

}  // namespace

std::vector<std::string> DifferentFields(const Message& before, const Message& after) {
  std::vector<std::string> names;
  ForEachDifferent(before, after,
                   [&](const FieldDescriptor* field) { names.push_back(field->name()); });
  return names;
}

std::vector<std::string> Differences(const Message& before, const Message& after) {
  std::vector<std::string> lines;
  ForEachDifferent(before, after, [&](const FieldDescriptor* field) {
    if (field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return AddElements(before, after, field, lines);
    }
    lines.push_back(Line(field->name(), ValuesOf(before, field), ValuesOf(after, field)));
  });
  if (lines.size() > kDifferencesMax) {
    const size_t more = lines.size() - kDifferencesMax;
    lines.resize(kDifferencesMax);
    lines.push_back(StrCat("and ", more, " more"));
  }
  return lines;
}

}  // namespace lienthong::catalogue
