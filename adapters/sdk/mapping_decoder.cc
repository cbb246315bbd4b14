#include "adapters/sdk/mapping_decoder.h"

#include "absl/strings/ascii.h"
#include "adapters/sdk/mapping_values.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::Message;

constexpr size_t kNameBytesMax = 80;

std::string Below(const std::string& name, const std::string& key) {
  return name.empty() ? key : StrCat(name, ".", key);
}

// A name that came from outside, fit for a log line.
std::string Printable(std::string_view name) {
  std::string printable(name.substr(0, kNameBytesMax));
  for (char& c : printable) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return printable;
}

}  // namespace

void MappingDecoder::Read(const nlohmann::json& record) {
  if (!record.is_object()) return Fail("", "the record is no JSON object");
  ReadObject(record, plan_.root, "");
}

void MappingDecoder::ReadObject(const nlohmann::json& object, const Place& place,
                                const std::string& name) {
  for (const auto& [key, value] : object.items()) {
    if (out_.error) return;
    const std::string full = Below(name, key);
    const auto it = place.places.find(key);
    if (it == place.places.end()) return FailUnknown(full);
    ReadValue(value, it->second, full);
  }
}

void MappingDecoder::ReadValue(const nlohmann::json& value, const Place& place,
                               const std::string& name) {
  switch (place.kind) {
    case Place::Kind::kObject:
      if (!value.is_object()) return Fail(name, "expected an object");
      return ReadObject(value, place, name);
    case Place::Kind::kField: {
      const FieldPlan& field = plan_.fields[place.index];
      return ReadField(value, field, field.path, name, out_.dossier);
    }
    case Place::Kind::kList:
      return ReadList(value, plan_.lists[place.index]);
    case Place::Kind::kElementField: {
      const ElementPlan& element = plan_.elements[place.index];
      return ReadFixed(value, element, element.fields[place.field], name);
    }
    case Place::Kind::kIgnored:
      return;
  }
}

void MappingDecoder::ReadList(const nlohmann::json& value, const ListPlan& list) {
  if (value.is_null()) return;
  if (!value.is_array()) return Fail(list.name, "expected a list");
  std::unordered_set<std::string> seen;
  for (const ElementPlan& element : plan_.elements) {
    if (element.path == list.path) seen.insert(element.id_value);
  }
  for (const nlohmann::json& element : value) {
    if (out_.error) return;
    ReadElement(element, list, seen);
  }
}

void MappingDecoder::ReadElement(const nlohmann::json& value, const ListPlan& list,
                                 std::unordered_set<std::string>& seen) {
  if (!value.is_object()) return Fail(list.name, "expected a list of objects");
  const std::string id_name = StrCat(list.name, "[].", plan_.element_key);
  const auto it = value.find(plan_.element_key);
  if (it == value.end()) return Fail(id_name, "an element without id; it could not be told apart");
  if (!it->is_string() || !IsElementId(it->get_ref<const std::string&>())) {
    return Fail(id_name, "expected 1 to 80 characters of A-Z a-z 0-9 . _ : -");
  }
  const std::string& id = it->get_ref<const std::string&>();
  if (!seen.insert(id).second) return Fail(id_name, StrCat("two elements with id ", id));
  Message* holder = MakeHolder(out_.dossier, list.chain);
  Message* element = holder->GetReflection()->AddMessage(holder, list.chain.back());
  element->GetReflection()->SetString(element, list.id, id);
  ReadElementFields(value, list, list.root, id, StrCat(list.name, "[", id, "]"), *element);
}

void MappingDecoder::ReadElementFields(const nlohmann::json& object, const ListPlan& list,
                                       const Place& place, const std::string& id,
                                       const std::string& name, Message& element) {
  for (const auto& [key, value] : object.items()) {
    if (out_.error) return;
    const std::string full = Below(name, key);
    const auto it = place.places.find(key);
    if (it == place.places.end()) return FailUnknown(full);
    if (it->second.kind == Place::Kind::kObject) {
      if (!value.is_object()) return Fail(full, "expected an object");
      ReadElementFields(value, list, it->second, id, full, element);
    } else if (it->second.kind == Place::Kind::kField) {
      const FieldPlan& field = list.fields[it->second.index];
      ReadField(value, field, StrCat(list.path, "[", id, "].", field.path), full, element);
    }
  }
}

void MappingDecoder::ReadFixed(const nlohmann::json& value, const ElementPlan& plan,
                               const FieldPlan& field, const std::string& name) {
  const std::string path = StrCat(plan.path, "[", plan.id_value, "].", field.path);
  if (IsEmpty(value)) return Empty(path);
  ReadField(value, field, path, name, FixedElement(plan));
}

Message& MappingDecoder::FixedElement(const ElementPlan& plan) {
  Message* holder = MakeHolder(out_.dossier, plan.chain);
  const auto& reflection = *holder->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*holder, plan.chain.back()); ++i) {
    Message* element = reflection.MutableRepeatedMessage(holder, plan.chain.back(), i);
    if (element->GetReflection()->GetString(*element, plan.id) == plan.id_value) return *element;
  }
  Message* element = reflection.AddMessage(holder, plan.chain.back());
  element->GetReflection()->SetString(element, plan.id, plan.id_value);
  for (const ElementPlan::Constant& constant : plan.constants) {
    if (constant.field->enum_type() != nullptr) {
      element->GetReflection()->SetEnumValue(element, constant.field, constant.number);
    } else {
      element->GetReflection()->SetString(element, constant.field, constant.text);
    }
  }
  return *element;
}

void MappingDecoder::ReadField(const nlohmann::json& value, const FieldPlan& field,
                               const std::string& path, const std::string& name, Message& message) {
  if (IsEmpty(value)) return Empty(path);
  const std::string problem =
      FromWire(field, plan_.times, value, *MakeHolder(message, field.chain));
  if (!problem.empty()) Fail(name, problem);
}

void MappingDecoder::Empty(std::string path) {
  if (plan_.empty_clears) out_.cleared.push_back(std::move(path));
}

void MappingDecoder::Fail(std::string_view name, std::string reason) {
  if (out_.error) return;
  out_.error.emplace();
  out_.error->set_field(Printable(name));
  out_.error->set_reason(std::move(reason));
}

void MappingDecoder::FailUnknown(std::string_view name) {
  Fail(name, "unknown field; add it to the mapping, under fields or ignore");
}

}  // namespace lienthong::sdk
