#include "adapters/sdk/schema_path.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"
#include "google/protobuf/timestamp.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type() == google::protobuf::Timestamp::descriptor();
}

absl::Status UnknownField(const Descriptor& message, std::string_view name) {
  std::vector<std::string> names;
  names.reserve(message.field_count());
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return absl::InvalidArgumentError(StrCat("no field ", name, " in ", message.full_name(),
                                           "; it has ", absl::StrJoin(names, ", ")));
}

// Every step but the last is a single message.
absl::StatusOr<Chain> Resolve(const Descriptor& message, std::string_view path) {
  Chain chain;
  const Descriptor* at = &message;
  for (absl::string_view step : absl::StrSplit(ToAbsl(path), '.')) {
    if (!chain.empty() && (at == nullptr || chain.back()->is_repeated())) {
      return absl::InvalidArgumentError(
          StrCat(chain.back()->name(), " is no message with fields; lists stand below lists:"));
    }
    const FieldDescriptor* field = at->FindFieldByName(std::string(step));
    if (field == nullptr) return UnknownField(*at, ToStd(step));
    chain.push_back(field);
    at = IsTimestamp(*field) ? nullptr : field->message_type();
  }
  return chain;
}

}  // namespace

absl::StatusOr<Chain> ResolvePath(const Descriptor& message, std::string_view path) {
  absl::StatusOr<Chain> chain = Resolve(message, path);
  if (!chain.ok()) return chain;
  const FieldDescriptor& last = *chain->back();
  if (last.is_repeated()) {
    return absl::InvalidArgumentError(
        "is a list; only a list of elements with ids can be mapped, "
        "below lists:");
  }
  if (last.message_type() != nullptr && !IsTimestamp(last)) {
    return absl::InvalidArgumentError("is a group of fields; name one of them");
  }
  if (chain->size() == 1 && last.name() == "id") {
    return absl::InvalidArgumentError("the id of an element is mapped by element_key");
  }
  return chain;
}

absl::StatusOr<Chain> ResolveListPath(std::string_view path) {
  absl::StatusOr<Chain> chain = Resolve(*dossier::v1::Dossier::descriptor(), path);
  if (!chain.ok()) return chain;
  const FieldDescriptor& last = *chain->back();
  if (!last.is_repeated() || last.message_type() == nullptr ||
      last.message_type()->FindFieldByName("id") == nullptr) {
    return absl::InvalidArgumentError("is no list of elements with ids");
  }
  return chain;
}

bool IsSensitive(const Chain& chain) {
  for (const FieldDescriptor* field : chain) {
    if (field->options().GetExtension(options::v1::field).sensitive()) return true;
  }
  return false;
}

bool IsGatewayOwned(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field).owner() == options::v1::OWNER_GATEWAY;
}

bool Fits(ValueType type, const FieldDescriptor& field) {
  switch (type) {
    case ValueType::kText:
      return field.type() == FieldDescriptor::TYPE_STRING;
    case ValueType::kCode:
      return field.type() == FieldDescriptor::TYPE_ENUM;
    case ValueType::kFlag:
    case ValueType::kJsonBool:
      return field.type() == FieldDescriptor::TYPE_BOOL;
    case ValueType::kTime:
      return IsTimestamp(field);
    case ValueType::kInteger:
    case ValueType::kJsonNumber:
      return field.type() == FieldDescriptor::TYPE_INT64 ||
             field.type() == FieldDescriptor::TYPE_INT32;
  }
  return false;
}

std::string DescribeKind(const FieldDescriptor& field) {
  if (IsTimestamp(field)) return "time";
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type() == FieldDescriptor::TYPE_STRING ? "text" : field.type_name();
}

}  // namespace lienthong::sdk
