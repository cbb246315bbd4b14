#include "adapters/sdk/portal/packet_values.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/sdk/mapping_values.h"
#include "gateway/base/text.h"

namespace lienthong::sdk::portal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::json;

constexpr double kWholeMax = 9e15;  // up to here a double holds every whole number

std::string Trimmed(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(text));
}

std::optional<bool> ReadFlag(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    if (number == 0 || number == 1) return number == 1;
  }
  if (!value.is_string()) return std::nullopt;
  const std::string text = Trimmed(value.get_ref<const std::string&>());
  if (text == "1" || absl::EqualsIgnoreCase(text, "true")) return true;
  if (text == "0" || absl::EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

json NormalizedFlag(const FieldPlan& plan, const json& value) {
  const std::optional<bool> flag = ReadFlag(value);
  if (!flag) return value.is_string() ? json(Trimmed(value.get_ref<const std::string&>())) : value;
  if (plan.type == ValueType::kJsonBool) return *flag;
  return plan.table->codes.at(*flag ? 1 : 0);
}

// An amount that was written as 50000.0.
bool IsWholeAmount(const FieldPlan& plan, const json& value) {
  if (plan.type != ValueType::kInteger || !value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::abs(number) < kWholeMax && std::trunc(number) == number;
}

}  // namespace

json Normalized(const FieldPlan& plan, const json& value) {
  if (plan.type == ValueType::kFlag || plan.type == ValueType::kJsonBool) {
    return NormalizedFlag(plan, value);
  }
  if (value.is_number_integer()) return value.dump();
  if (IsWholeAmount(plan, value)) return StrCat(static_cast<int64_t>(value.get<double>()));
  if (value.is_string() && plan.type != ValueType::kText) {
    return Trimmed(value.get_ref<const std::string&>());
  }
  return value;
}

std::string IdOf(const Message& element, const FieldDescriptor& id) {
  return element.GetReflection()->GetString(element, &id);
}

const Message* FindElement(const dossier::v1::Dossier& dossier, const ListPacketPlan& list,
                           std::string_view id) {
  const Message* holder = FindHolder(dossier, list.chain);
  if (holder == nullptr) return nullptr;
  const auto& reflection = *holder->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*holder, list.chain.back()); ++i) {
    const Message& element = reflection.GetRepeatedMessage(*holder, list.chain.back(), i);
    if (IdOf(element, *list.id) == id) return &element;
  }
  return nullptr;
}

bool IsRemoved(const Message& element, const FieldDescriptor* removed) {
  return removed != nullptr && element.GetReflection()->GetBool(element, removed);
}

bool IsUnsaid(const FieldPlan& plan, const Message& holder) {
  return plan.type == ValueType::kCode &&
         holder.GetReflection()->GetEnumValue(holder, plan.chain.back()) == 0;
}

std::string WireId(std::string_view id, const ElementIds& ids) {
  const bool own = !ids.own_prefix.empty() && absl::StartsWith(ToAbsl(id), ids.own_prefix);
  return own ? std::string(id.substr(ids.own_prefix.size())) : StrCat(ids.others_mark, id);
}

std::string ReadId(std::string_view told, const ElementIds& ids) {
  const bool others = !ids.others_mark.empty() && told.starts_with(ids.others_mark);
  return others ? std::string(told.substr(ids.others_mark.size())) : StrCat(ids.own_prefix, told);
}

adapter::v1::ItemError MakeError(std::string_view field, std::string_view reason) {
  adapter::v1::ItemError error;
  error.set_field(std::string(field));
  error.set_reason(std::string(reason));
  return error;
}

adapter::v1::Loss MakeLoss(std::string_view path, std::string_view description) {
  adapter::v1::Loss loss;
  loss.set_path(std::string(path));
  loss.set_description(std::string(description));
  return loss;
}

std::string PlaceName(std::string_view list, size_t position) {
  return StrCat(list, "[", position, "]");
}

std::string ElementPath(std::string_view list, std::string_view id) {
  return StrCat(list, "[", id, "]");
}

std::string Below(std::string_view name, std::string_view key) {
  return name.empty() ? std::string(key) : StrCat(name, ".", key);
}

}  // namespace lienthong::sdk::portal
