#include "adapters/sdk/mapping_encoder.h"

#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/schema_path.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kNotHeld = "has no place in the record";

nlohmann::json& At(nlohmann::json& record, const std::vector<std::string>& keys) {
  nlohmann::json* at = &record;
  for (const std::string& key : keys) at = &(*at)[key];
  return *at;
}

std::string IdOf(const Message& element, const FieldDescriptor& id) {
  return element.GetReflection()->GetString(element, &id);
}

std::string ElementPath(std::string_view list, std::string_view id) {
  return StrCat(list, "[", id, "]");
}

std::string Below(const std::string& path, const std::string& name) {
  return path.empty() ? name : StrCat(path, ".", name);
}

}  // namespace

void MappingEncoder::Add(const dossier::v1::Dossier& dossier) {
  AddFields(plan_.fields, dossier, "", "", out_.record);
  for (const ListPlan& list : plan_.lists) AddList(list, dossier);
  for (const ElementPlan& element : plan_.elements) AddFixedElement(element, dossier);
  AddLosses(dossier, plan_.cover, "");
}

void MappingEncoder::AddFields(const std::vector<FieldPlan>& fields, const Message& message,
                               const std::string& path, const std::string& name,
                               nlohmann::json& into) {
  for (const FieldPlan& field : fields) {
    const Message* holder = FindHolder(message, field.chain);
    if (holder == nullptr) continue;
    // "Not said" is no value, unless the system has a code for it.
    if (field.type == ValueType::kCode && !field.table->codes.contains(0) &&
        holder->GetReflection()->GetEnumValue(*holder, field.chain.back()) == 0) {
      continue;
    }
    WireValue wire = ToWire(field, plan_.times, *holder);
    if (!wire.problem.empty()) {
      if (out_.error) continue;
      out_.error.emplace();
      out_.error->set_field(Below(name, field.name));
      out_.error->set_reason(wire.problem);
      continue;
    }
    if (!wire.loss.empty()) Lose(Below(path, field.path), wire.loss);
    const bool empty = IsEmpty(wire.value);
    At(into, field.keys) = empty ? Empty(field) : std::move(wire.value);
  }
}

void MappingEncoder::AddList(const ListPlan& list, const dossier::v1::Dossier& dossier) {
  const Message* holder = FindHolder(dossier, list.chain);
  if (holder == nullptr) return;
  const auto& reflection = *holder->GetReflection();
  const int count = reflection.FieldSize(*holder, list.chain.back());
  for (int i = 0; i < count; ++i) {
    AddListElement(list, reflection.GetRepeatedMessage(*holder, list.chain.back(), i));
  }
}

void MappingEncoder::AddListElement(const ListPlan& list, const Message& element) {
  const std::string id = IdOf(element, *list.id);
  if (id.empty()) return Lose(StrCat(list.path, "[]"), "an element without id is not sent");
  if (IsFixed(list.path, id)) return;
  const std::string path = ElementPath(list.path, id);
  // Without a field for the tombstone it would come to life there.
  if (list.removed != nullptr && element.GetReflection()->GetBool(element, list.removed)) {
    return Lose(path, "a removed element cannot be told");
  }
  AddFields(list.fields, element, path, ElementPath(list.name, id), ElementOf(list, id));
}

void MappingEncoder::AddFixedElement(const ElementPlan& element,
                                     const dossier::v1::Dossier& dossier) {
  const Message* holder = FindHolder(dossier, element.chain);
  if (holder == nullptr) return;
  const auto& reflection = *holder->GetReflection();
  const int count = reflection.FieldSize(*holder, element.chain.back());
  for (int i = 0; i < count; ++i) {
    const Message& found = reflection.GetRepeatedMessage(*holder, element.chain.back(), i);
    if (IdOf(found, *element.id) != element.id_value) continue;
    AddFields(element.fields, found, ElementPath(element.path, element.id_value), "", out_.record);
  }
}

bool MappingEncoder::IsFixed(const std::string& list, const std::string& id) const {
  for (const ElementPlan& element : plan_.elements) {
    if (element.path == list && element.id_value == id) return true;
  }
  return false;
}

nlohmann::json& MappingEncoder::ElementOf(const ListPlan& list, std::string_view id) {
  nlohmann::json& elements = At(out_.record, list.keys);
  if (elements.is_null()) elements = nlohmann::json::array();
  for (nlohmann::json& element : elements) {
    if (element[plan_.element_key] == id) return element;
  }
  elements.push_back({{plan_.element_key, std::string(id)}});
  return elements.back();
}

nlohmann::json MappingEncoder::Empty(const FieldPlan& field) const {
  const bool native = field.type == ValueType::kJsonBool || field.type == ValueType::kJsonNumber;
  if (plan_.cleared_as_null || native) return nullptr;
  return "";
}

void MappingEncoder::Clear(std::string_view path) {
  const domain::PathParts parts = domain::SplitPath(path);
  if (!parts.list.empty()) {
    if (!ClearInElement(parts.list, parts.element, parts.rest)) {
      Lose(std::string(path), std::string(kNotHeld));
    }
    return;
  }
  for (const FieldPlan& field : plan_.fields) {
    if (field.path != path) continue;
    At(out_.record, field.keys) = Empty(field);
    return;
  }
  Lose(std::string(path), std::string(kNotHeld));
}

bool MappingEncoder::ClearInElement(std::string_view list, std::string_view element,
                                    std::string_view rest) {
  for (const ElementPlan& plan : plan_.elements) {
    if (plan.path != list || plan.id_value != element) continue;
    for (const FieldPlan& field : plan.fields) {
      if (field.path != rest) continue;
      At(out_.record, field.keys) = Empty(field);
      return true;
    }
    return false;
  }
  for (const ListPlan& plan : plan_.lists) {
    if (plan.path != list) continue;
    for (const FieldPlan& field : plan.fields) {
      if (field.path != rest) continue;
      At(ElementOf(plan, element), field.keys) = Empty(field);
      return true;
    }
  }
  return false;
}

void MappingEncoder::AddContent(const InlinePaper& paper, std::string base64) {
  for (const ListPlan& list : plan_.lists) {
    if (list.path != paper.list || list.content_keys.empty()) continue;
    nlohmann::json& element = ElementOf(list, paper.id);
    At(element, list.fields.back().keys) = paper.sha256;  // the digest stands last
    At(element, list.content_keys) = std::move(base64);
    return;
  }
}

void MappingEncoder::Lose(std::string path, std::string description) {
  adapter::v1::Loss& loss = out_.losses.emplace_back();
  loss.set_path(std::move(path));
  loss.set_description(std::move(description));
}

void MappingEncoder::AddLosses(const Message& message, const CoverNode& cover,
                               const std::string& path) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const auto it = cover.children.find(field);
    if (it == cover.children.end()) {
      // An element's id is its key, its tombstone was dealt with, and what the gateway alone knows
      // is for nobody else.
      const bool own = !path.empty() && (field->name() == "id" || field->name() == "removed");
      if (!own && !IsGatewayOwned(*field)) {
        Lose(Below(path, field->name()), std::string(kNotHeld));
      }
    } else if (field->is_repeated()) {
      AddListLosses(message, *field, it->second, Below(path, field->name()));
    } else if (!it->second.children.empty()) {
      AddLosses(reflection.GetMessage(message, field), it->second, Below(path, field->name()));
    }
  }
}

void MappingEncoder::AddListLosses(const Message& message, const FieldDescriptor& list,
                                   const CoverNode& cover, const std::string& path) {
  const auto& reflection = *message.GetReflection();
  const FieldDescriptor* id = list.message_type()->FindFieldByName("id");
  for (int i = 0; i < reflection.FieldSize(message, &list); ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, &list, i);
    AddLosses(element, cover, ElementPath(path, IdOf(element, *id)));
  }
}

}  // namespace lienthong::sdk
