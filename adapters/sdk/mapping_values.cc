#include "adapters/sdk/mapping_values.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "gateway/base/text.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

constexpr size_t kElementIdCharsMax = 80;
constexpr size_t kShownCharsMax = 20;

bool StartsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// The first `chars_max` code points of a UTF-8 text.
std::string_view CutTo(std::string_view text, size_t chars_max) {
  if (text.size() <= chars_max) return text;
  size_t chars = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (StartsCodePoint(text[i]) && ++chars > chars_max) return text.substr(0, i);
  }
  return text;
}

// The value in an error text: short codes of fields that are not personal only.
std::string Shown(const FieldPlan& plan, std::string_view value) {
  if (plan.sensitive || value.size() > kShownCharsMax) return "the value";
  for (char c : value) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) return "the value";
  }
  return StrCat("\"", value, "\"");
}

absl::Time ReadTime(const Message& holder, const FieldDescriptor& field) {
  const auto& time =
      static_cast<const Timestamp&>(holder.GetReflection()->GetMessage(holder, &field));
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void WriteTime(Message& holder, const FieldDescriptor& field, absl::Time time) {
  auto* written = static_cast<Timestamp*>(holder.GetReflection()->MutableMessage(&holder, &field));
  written->set_seconds(absl::ToUnixSeconds(time));
  written->set_nanos(0);
}

int64_t ReadInteger(const Message& holder, const FieldDescriptor& field) {
  const auto& reflection = *holder.GetReflection();
  return field.type() == FieldDescriptor::TYPE_INT32 ? reflection.GetInt32(holder, &field)
                                                     : reflection.GetInt64(holder, &field);
}

std::string WriteInteger(Message& holder, const FieldDescriptor& field, int64_t value) {
  const auto& reflection = *holder.GetReflection();
  if (field.type() == FieldDescriptor::TYPE_INT64) {
    reflection.SetInt64(&holder, &field, value);
  } else if (value >= std::numeric_limits<int32_t>::min() &&
             value <= std::numeric_limits<int32_t>::max()) {
    reflection.SetInt32(&holder, &field, static_cast<int32_t>(value));
  } else {
    return "is too large a number";
  }
  return "";
}

int ReadNumber(const Message& holder, const FieldDescriptor& field) {
  const auto& reflection = *holder.GetReflection();
  if (field.enum_type() != nullptr) return reflection.GetEnumValue(holder, &field);
  return reflection.GetBool(holder, &field) ? 1 : 0;
}

void WriteNumber(Message& holder, const FieldDescriptor& field, int number) {
  const auto& reflection = *holder.GetReflection();
  if (field.enum_type() != nullptr) {
    reflection.SetEnumValue(&holder, &field, number);
  } else {
    reflection.SetBool(&holder, &field, number != 0);
  }
}

WireValue TextToWire(const FieldPlan& plan, const Message& holder) {
  std::string scratch;
  const std::string& text =
      holder.GetReflection()->GetStringReference(holder, plan.chain.back(), &scratch);
  if (plan.chars_max == 0) return {.value = text, .problem = {}, .loss = {}};
  const std::string_view kept = CutTo(text, plan.chars_max);
  WireValue wire = {.value = std::string(kept), .problem = {}, .loss = {}};
  if (kept.size() < text.size()) wire.loss = StrCat("cut to ", plan.chars_max, " characters");
  return wire;
}

WireValue CodeToWire(const FieldPlan& plan, const Message& holder) {
  const FieldDescriptor& field = *plan.chain.back();
  const int number = ReadNumber(holder, field);
  const auto it = plan.table->codes.find(number);
  if (it != plan.table->codes.end()) return {.value = it->second, .problem = {}, .loss = {}};
  const auto* known = field.enum_type()->FindValueByNumber(number);
  return {.value = nullptr,
          .problem = StrCat(known != nullptr ? known->name() : StrCat(number),
                            " has no code in this system; add one to the mapping or change "
                            "the dossier"),
          .loss = {}};
}

WireValue TimeToWire(const FieldPlan& plan, const TimeFormat& times, const Message& holder) {
  const absl::Time time = ReadTime(holder, *plan.chain.back());
  WireValue wire = {.value = times.Format(time), .problem = {}, .loss = {}};
  if (times.Read(wire.value.get_ref<const std::string&>()) != time) {
    wire.loss = StrCat("rounded to ", times.expected());
  }
  return wire;
}

std::string CodeFromWire(const FieldPlan& plan, const std::string& text, Message& holder) {
  const auto it = plan.table->numbers.find(text);
  if (it == plan.table->numbers.end()) {
    return StrCat(Shown(plan, text), " is no known code; expected one of ", plan.table->allowed);
  }
  WriteNumber(holder, *plan.chain.back(), it->second);
  return "";
}

std::string IntegerFromWire(const FieldPlan& plan, const std::string& text, Message& holder) {
  int64_t value = 0;
  for (char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '-') {
      return "expected a whole number in digits";
    }
  }
  if (!absl::SimpleAtoi(text, &value)) return "expected a whole number in digits";
  return WriteInteger(holder, *plan.chain.back(), value);
}

std::string TextualFromWire(const FieldPlan& plan, const TimeFormat& times, const std::string& text,
                            Message& holder) {
  switch (plan.type) {
    case ValueType::kText:
      holder.GetReflection()->SetString(&holder, plan.chain.back(), text);
      return "";
    case ValueType::kCode:
    case ValueType::kFlag:
      return CodeFromWire(plan, text, holder);
    case ValueType::kInteger:
      return IntegerFromWire(plan, text, holder);
    case ValueType::kTime: {
      const std::optional<absl::Time> time = times.Read(text);
      if (!time) {
        return StrCat(Shown(plan, text), " is no existing date; expected ", times.expected());
      }
      WriteTime(holder, *plan.chain.back(), *time);
      return "";
    }
    case ValueType::kJsonBool:
    case ValueType::kJsonNumber:
      break;
  }
  return "expected another type";
}

}  // namespace

const Message* FindHolder(const Message& message, const Chain& chain) {
  const Message* at = &message;
  for (size_t i = 0; i + 1 < chain.size(); ++i) {
    if (!at->GetReflection()->HasField(*at, chain[i])) return nullptr;
    at = &at->GetReflection()->GetMessage(*at, chain[i]);
  }
  if (chain.back()->is_repeated()) return at;
  return at->GetReflection()->HasField(*at, chain.back()) ? at : nullptr;
}

Message* MakeHolder(Message& message, const Chain& chain) {
  Message* at = &message;
  for (size_t i = 0; i + 1 < chain.size(); ++i) {
    at = at->GetReflection()->MutableMessage(at, chain[i]);
  }
  return at;
}

WireValue ToWire(const FieldPlan& plan, const TimeFormat& times, const Message& holder) {
  const FieldDescriptor& field = *plan.chain.back();
  switch (plan.type) {
    case ValueType::kText:
      return TextToWire(plan, holder);
    case ValueType::kCode:
    case ValueType::kFlag:
      return CodeToWire(plan, holder);
    case ValueType::kTime:
      return TimeToWire(plan, times, holder);
    case ValueType::kInteger:
      return {.value = StrCat(ReadInteger(holder, field)), .problem = {}, .loss = {}};
    case ValueType::kJsonBool:
      return {.value = ReadNumber(holder, field) != 0, .problem = {}, .loss = {}};
    case ValueType::kJsonNumber:
      return {.value = ReadInteger(holder, field), .problem = {}, .loss = {}};
  }
  return {.value = nullptr, .problem = "is of a type that cannot be written", .loss = {}};
}

std::string FromWire(const FieldPlan& plan, const TimeFormat& times, const nlohmann::json& value,
                     Message& holder) {
  if (plan.type == ValueType::kJsonBool) {
    if (!value.is_boolean()) return "expected true or false";
    WriteNumber(holder, *plan.chain.back(), value.get<bool>() ? 1 : 0);
    return "";
  }
  if (plan.type == ValueType::kJsonNumber) {
    const bool too_large = value.is_number_unsigned() &&
                           value.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()};
    if (!value.is_number_integer() || too_large) return "expected a whole number";
    return WriteInteger(holder, *plan.chain.back(), value.get<int64_t>());
  }
  if (!value.is_string()) return StrCat("expected a text, not ", value.type_name());
  return TextualFromWire(plan, times, value.get_ref<const std::string&>(), holder);
}

bool IsEmpty(const nlohmann::json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

bool IsElementId(std::string_view text) {
  if (text.empty() || text.size() > kElementIdCharsMax) return false;
  for (char c : text) {
    const bool allowed = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
                         c == '_' || c == ':' || c == '-';
    if (!allowed) return false;
  }
  return true;
}

}  // namespace lienthong::sdk
