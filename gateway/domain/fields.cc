#include "gateway/domain/fields.h"

#include <unordered_map>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

#include "gateway/base/text.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;
using options::v1::FieldRules;

constexpr char kListSeparator = '\x1f';

bool IsTimestamp(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type() == Timestamp::descriptor();
}

bool IsElementList(const FieldDescriptor& field) {
  return field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool IsGroup(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !IsTimestamp(field);
}

std::string ScalarText(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(reflection.GetEnumValue(message, &field));
    default:  // the only message that is a scalar
      return TimeUtil::ToString(
          static_cast<const Timestamp&>(reflection.GetMessage(message, &field)));
  }
}

std::string TextListText(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  std::string text;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (i > 0) text += kListSeparator;
    text += reflection.GetRepeatedString(message, &field, i);
  }
  return text;
}

// The id of an element, without a copy: lists are searched for every field of their elements. By
// the house rule `id` is the first field of every element.
const std::string& ElementId(const Message& element) {
  static const std::string& none = *new std::string;
  const FieldDescriptor* id = element.GetDescriptor()->FindFieldByNumber(1);
  if (id == nullptr || id->name() != "id") return none;
  return element.GetReflection()->GetStringReference(element, id, nullptr);
}

using Visit =
    absl::FunctionRef<void(std::string path, const Message& holder, const FieldDescriptor& field)>;

// Every field that is set, with the message that holds it.
void VisitFields(const Message& message, const std::string& prefix, bool in_element, Visit visit) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (in_element && field->name() == "id") continue;
    std::string path = absl::StrCat(prefix, field->name());
    if (IsElementList(*field)) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        const Message& element = reflection.GetRepeatedMessage(message, field, i);
        const std::string& id = ElementId(element);
        if (!id.empty()) VisitFields(element, absl::StrCat(path, "[", id, "]."), true, visit);
      }
    } else if (IsGroup(*field)) {
      VisitFields(reflection.GetMessage(message, field), absl::StrCat(path, "."), false, visit);
    } else {
      visit(std::move(path), message, *field);
    }
  }
}

// Whether a field that is set says nothing: empty text.
bool IsEmptyText(const Message& holder, const FieldDescriptor& field) {
  if (field.is_repeated() || field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  return holder.GetReflection()->GetStringReference(holder, &field, nullptr).empty();
}

absl::Status NoSuchPath(std::string_view path) {
  return absl::InvalidArgumentError(
      StrCat("no field has the path '", path, "'; see dossier.proto for the names"));
}

absl::Status BadValue(std::string_view path, std::string_view expected) {
  return absl::InvalidArgumentError(StrCat(path, ": expected ", expected));
}

// Finds an element by id; adds it when `add`. Without `add` nothing is touched, so that readers of
// one dossier do not disturb each other.
Message* FindElement(Message& message, const FieldDescriptor& list, std::string_view id, bool add) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &list); ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, &list, i);
    if (ElementId(element) == id) return const_cast<Message*>(&element);
  }
  if (!add) return nullptr;
  Message* element = reflection.AddMessage(&message, &list);
  const FieldDescriptor* id_field = element->GetDescriptor()->FindFieldByName("id");
  element->GetReflection()->SetString(element, id_field, std::string(id));
  return element;
}

Message* FindGroup(Message& message, const FieldDescriptor& group, bool add) {
  const Reflection& reflection = *message.GetReflection();
  if (add) return reflection.MutableMessage(&message, &group);
  if (!reflection.HasField(message, &group)) return nullptr;
  return const_cast<Message*>(&reflection.GetMessage(message, &group));
}

// The message that holds the last name of a path, and that field. `add` makes what is missing;
// without it `message` is null when an element or group on the way is not there.
struct Place {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;  // null: no such path
};

Place FindPlace(Message& root, std::string_view path, bool add) {
  Message* message = &root;
  const Descriptor* type = root.GetDescriptor();
  while (true) {
    const size_t end = path.find_first_of(".[");
    const FieldDescriptor* field = type->FindFieldByName(std::string(path.substr(0, end)));
    if (field == nullptr) return {};
    if (end == std::string_view::npos) {
      const bool leaf = !IsElementList(*field) && !IsGroup(*field);
      return leaf ? Place{message, field} : Place{};
    }
    if (path[end] == '[') {
      const size_t close = path.rfind(']');
      if (!IsElementList(*field) || close == std::string_view::npos || close < end ||
          close + 2 >= path.size() || path[close + 1] != '.') {
        return {};
      }
      const std::string_view id = path.substr(end + 1, close - end - 1);
      if (id.empty()) return {};
      if (message != nullptr) message = FindElement(*message, *field, id, add);
      path = path.substr(close + 2);
    } else {
      if (!IsGroup(*field)) return {};
      if (message != nullptr) message = FindGroup(*message, *field, add);
      path = path.substr(end + 1);
    }
    type = field->message_type();
  }
}

absl::Status SetScalar(Message& message, const FieldDescriptor& field, std::string_view path,
                       std::string_view value) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(&message, &field, std::string(value));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number;
      if (!absl::SimpleAtoi(ToAbsl(value), &number)) return BadValue(path, "a 32-bit integer");
      reflection.SetInt32(&message, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number;
      if (!absl::SimpleAtoi(ToAbsl(value), &number)) return BadValue(path, "a 64-bit integer");
      reflection.SetInt64(&message, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false") return BadValue(path, "true or false");
      reflection.SetBool(&message, &field, value == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      int32_t number;
      if (!absl::SimpleAtoi(ToAbsl(value), &number)) return BadValue(path, "an enum number");
      reflection.SetEnumValue(&message, &field, number);
      return absl::OkStatus();
    }
    default: {
      Timestamp time;
      if (!TimeUtil::FromString(std::string(value), &time)) {
        return BadValue(path, "an RFC 3339 instant");
      }
      reflection.MutableMessage(&message, &field)->CopyFrom(time);
      return absl::OkStatus();
    }
  }
}

struct Schema {
  std::vector<std::string> paths;
  std::unordered_map<std::string, FieldRules> rules;
};

void Describe(const Descriptor& type, const std::string& prefix, options::v1::Owner inherited,
              bool in_element, Schema& schema) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    FieldRules rules = field.options().GetExtension(options::v1::field);
    if (rules.owner() == options::v1::OWNER_UNSPECIFIED) rules.set_owner(inherited);
    const std::string path = absl::StrCat(prefix, field.name());
    if (IsElementList(field)) {
      Describe(*field.message_type(), path + "[].", rules.owner(), true, schema);
    } else if (IsGroup(field)) {
      Describe(*field.message_type(), path + ".", rules.owner(), false, schema);
    } else if (!(in_element && field.name() == "id")) {
      schema.paths.push_back(path);
      schema.rules.emplace(path, std::move(rules));
    }
  }
}

const Schema& TheSchema() {
  static const Schema& schema = *[] {
    auto* made = new Schema;
    Describe(*Dossier::descriptor(), "", options::v1::OWNER_UNSPECIFIED, false, *made);
    return made;
  }();
  return schema;
}

}  // namespace

FieldMap Flatten(const Dossier& dossier) {
  FieldMap fields;
  VisitFields(dossier, "", false,
              [&fields](std::string path, const Message& holder, const FieldDescriptor& field) {
                fields.emplace(std::move(path), field.is_repeated() ? TextListText(holder, field)
                                                                    : ScalarText(holder, field));
              });
  return fields;
}

absl::flat_hash_set<std::string> SaidPaths(const Dossier& dossier) {
  absl::flat_hash_set<std::string> paths;
  VisitFields(dossier, "", false,
              [&paths](std::string path, const Message& holder, const FieldDescriptor& field) {
                if (!IsEmptyText(holder, field)) paths.insert(std::move(path));
              });
  return paths;
}

std::optional<std::string> GetField(const Dossier& dossier, std::string_view path) {
  // Without `add` FindPlace only reads.
  const Place place = FindPlace(const_cast<Dossier&>(dossier), path, false);
  if (place.message == nullptr || place.field == nullptr) return std::nullopt;
  const Reflection& reflection = *place.message->GetReflection();
  if (place.field->is_repeated()) {
    if (reflection.FieldSize(*place.message, place.field) == 0) return std::nullopt;
    return TextListText(*place.message, *place.field);
  }
  if (!reflection.HasField(*place.message, place.field)) return std::nullopt;
  return ScalarText(*place.message, *place.field);
}

absl::Status SetField(Dossier& dossier, std::string_view path, std::string_view value) {
  // Looked for before anything is made on the way to it.
  if (FindPlace(dossier, path, false).field == nullptr) return NoSuchPath(path);
  const Place place = FindPlace(dossier, path, true);
  if (!place.field->is_repeated()) {
    return SetScalar(*place.message, *place.field, path, value);
  }
  const Reflection& reflection = *place.message->GetReflection();
  reflection.ClearField(place.message, place.field);
  for (absl::string_view item : absl::StrSplit(ToAbsl(value), kListSeparator, absl::SkipEmpty())) {
    reflection.AddString(place.message, place.field, std::string(item));
  }
  return absl::OkStatus();
}

absl::Status ClearField(Dossier& dossier, std::string_view path) {
  const Place place = FindPlace(dossier, path, false);
  if (place.field == nullptr) return NoSuchPath(path);
  if (place.message != nullptr)
    place.message->GetReflection()->ClearField(place.message, place.field);
  return absl::OkStatus();
}

PathParts SplitPath(std::string_view path) {
  const size_t open = path.find('[');
  const size_t close = path.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return {"", "", path};
  }
  return {path.substr(0, open), path.substr(open + 1, close - open - 1),
          close + 2 <= path.size() ? path.substr(close + 2) : std::string_view()};
}

const FieldRules* RulesOf(std::string_view path) {
  const Schema& schema = TheSchema();
  const PathParts parts = SplitPath(path);
  const std::string generic =
      parts.list.empty() ? std::string(path) : StrCat(parts.list, "[].", parts.rest);
  const auto found = schema.rules.find(generic);
  return found == schema.rules.end() ? nullptr : &found->second;
}

const std::vector<std::string>& SchemaPaths() { return TheSchema().paths; }

}  // namespace lienthong::domain
