#include "gateway/ctl/json_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gateway/base/text.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace lienthong::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::util::TimeUtil;
using Json = nlohmann::ordered_json;

constexpr size_t kNamesShownMax = 12;
constexpr size_t kTypingErrorsMax = 2;
constexpr size_t kCodeCharsMax = 40;

std::string_view KindOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "a text";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "a number";
  }
}

// Letters to insert, remove or replace until one name is the other.
size_t Distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[to.size()];
}

std::string Shown(const std::vector<std::string>& names) {
  if (names.size() <= kNamesShownMax) return absl::StrJoin(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kNamesShownMax);
  return StrCat(absl::StrJoin(first, ", "), " and ", names.size() - kNamesShownMax, " more");
}

std::string NoSuchField(const std::string& key, const Descriptor& schema) {
  std::vector<std::string> names;
  names.reserve(schema.field_count());
  for (int i = 0; i < schema.field_count(); ++i) names.push_back(schema.field(i)->name());
  const auto nearest =
      std::min_element(names.begin(), names.end(), [&key](const auto& one, const auto& other) {
        return Distance(key, one) < Distance(key, other);
      });
  if (nearest != names.end() && Distance(key, *nearest) <= kTypingErrorsMax) {
    return StrCat("no such field; is ", *nearest, " meant?");
  }
  return StrCat("no such field; ", schema.name(), " has ", Shown(names));
}

std::string ValuesOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  names.reserve(type.value_count());
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return Shown(names);
}

bool IsNumber(const Json& value, double min, double max) {
  double number = 0;
  if (value.is_string()) {
    if (!absl::SimpleAtod(value.get<std::string>(), &number)) return false;
  } else if (value.is_number()) {
    number = value.get<double>();
  } else {
    return false;
  }
  return number >= min && number <= max && number == static_cast<double>(int64_t(number));
}

// What one value should be; empty when it is that.
std::string ExpectedScalar(const Json& value, const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string bytes;
      if (field.type() != FieldDescriptor::TYPE_BYTES) return value.is_string() ? "" : "a text";
      const bool fine = value.is_string() && absl::Base64Unescape(value.get<std::string>(), &bytes);
      return fine ? "" : "bytes in Base64";
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return value.is_boolean() ? "" : "true or false";
    case FieldDescriptor::CPPTYPE_INT32:
      return IsNumber(value, INT32_MIN, INT32_MAX) ? "" : "a whole number of 32 bits";
    case FieldDescriptor::CPPTYPE_INT64:
      return IsNumber(value, -0x1p63, 0x1p63 - 1024) ? "" : "a whole number";
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto& type = *field.enum_type();
      const bool fine =
          value.is_number_integer() ||
          (value.is_string() && type.FindValueByName(value.get<std::string>()) != nullptr);
      return fine ? "" : StrCat("one of ", ValuesOf(type));
    }
    default:
      return "";  // the schema has no other kind; protobuf decides
  }
}

// A message that JSON writes as a text; empty when the value is one, or the message is another.
std::string ExpectedWellKnown(const Json& value, const Descriptor& type) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (&type == google::protobuf::Timestamp::descriptor()) {
    google::protobuf::Timestamp time;
    return TimeUtil::FromString(text, &time)
               ? ""
               : "a time with its zone, like 2026-11-21T08:30:00+07:00";
  }
  google::protobuf::Duration duration;
  return TimeUtil::FromString(text, &duration) ? "" : "a duration in seconds, like 90s";
}

bool IsWellKnown(const Descriptor& type) {
  return &type == google::protobuf::Timestamp::descriptor() ||
         &type == google::protobuf::Duration::descriptor();
}

class Check {
 public:
  void Message(const Json& json, const Descriptor& schema, const std::string& path) {
    if (!json.is_object()) return Expected(path, "an object", KindOf(json));
    for (const auto& [key, value] : json.items()) {
      const std::string place = path.empty() ? key : StrCat(path, ".", key);
      const FieldDescriptor* field = schema.FindFieldByName(key);
      if (field == nullptr) field = schema.FindFieldByCamelcaseName(key);
      if (field == nullptr) {
        bad.push_back({place, NoSuchField(key, schema)});
      } else if (!value.is_null()) {
        Field(value, *field, path.empty() ? field->name() : StrCat(path, ".", field->name()));
      }
    }
  }

  std::vector<FieldViolation> bad;

 private:
  void Field(const Json& value, const FieldDescriptor& field, const std::string& path) {
    if (field.is_map()) return;
    if (!field.is_repeated()) return One(value, field, path);
    if (!value.is_array()) return Expected(path, "a list", KindOf(value));
    for (size_t i = 0; i < value.size(); ++i) {
      One(value[i], field, StrCat(path, "[", NameOf(value[i], i), "]"));
    }
  }

  void One(const Json& value, const FieldDescriptor& field, const std::string& path) {
    const bool scalar = field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
    if (!scalar && !IsWellKnown(*field.message_type())) {
      return Message(value, *field.message_type(), path);
    }
    const std::string expected =
        scalar ? ExpectedScalar(value, field) : ExpectedWellKnown(value, *field.message_type());
    if (!expected.empty()) Expected(path, expected, Found(value, field));
  }

  // Codes are not personal; any other text may be.
  static std::string Found(const Json& value, const FieldDescriptor& field) {
    if (!value.is_string()) return std::string(KindOf(value));
    const auto text = value.get<std::string>();
    const bool code = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
    if (code && text.size() <= kCodeCharsMax) return StrCat("\"", text, "\"");
    return field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL ? "a text" : "another text";
  }

  // The id of a list element, or its place in the list.
  static std::string NameOf(const Json& element, size_t place) {
    if (!element.is_object()) return StrCat(place);
    const auto id = element.find("id");
    return id != element.end() && id->is_string() ? id->get<std::string>() : StrCat(place);
  }

  void Expected(const std::string& path, std::string_view expected, std::string_view found) {
    bad.push_back(
        {path.empty() ? "(all)" : path, StrCat("expected ", expected, ", found ", found)});
  }
};

}  // namespace

std::vector<FieldViolation> CheckJson(const Json& json, const Descriptor& schema) {
  Check check;
  check.Message(json, schema, "");
  return std::move(check.bad);
}

}  // namespace lienthong::ctl
