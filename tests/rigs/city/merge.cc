#include "tests/rigs/city/merge.h"

#include <algorithm>

#include "tests/rigs/city/schema.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

bool HasId(const Json& element, const Json& id) {
  if (!element.is_object()) return false;
  const auto it = element.find(kElementId);
  return it != element.end() && *it == id;
}

Json* FindElement(Json& elements, const Json& id) {
  const auto it = std::find_if(elements.begin(), elements.end(),
                               [&](const Json& element) { return HasId(element, id); });
  return it == elements.end() ? nullptr : &*it;
}

Json BlankElement(const ListRule& list) {
  Json element = Json::object();
  for (const FieldRule& field : list.fields) {
    const bool of_content = field.kind == FieldKind::kHash || field.kind == FieldKind::kContent;
    if (!of_content) element[std::string(field.name)] = "";
  }
  return element;
}

void MergeElement(const ListRule& list, Json& elements, const Json& change) {
  if (!change.is_object() || !change.contains(kElementId)) {
    elements.push_back(change);
    return;
  }
  Json* element = FindElement(elements, change[std::string(kElementId)]);
  if (element == nullptr) {
    elements.push_back(BlankElement(list));
    element = &elements.back();
  }
  element->update(change);
}

}  // namespace

Json BlankRecord() {
  Json record = Json::object();
  for (const FieldRule& field : RecordFields()) record[std::string(field.name)] = "";
  for (const ListRule& list : RecordLists()) record[std::string(list.name)] = Json::array();
  return record;
}

void MergeRecord(Json& record, const Json& patch) {
  for (const auto& [name, value] : patch.items()) {
    const ListRule* list = FindList(name);
    Json& kept = record[name];
    if (list == nullptr || !value.is_array() || !kept.is_array()) {
      kept = value;
      continue;
    }
    for (const Json& change : value) MergeElement(*list, kept, change);
  }
}

bool RemoveElements(Json& record, const std::vector<ElementName>& elements) {
  if (elements.empty()) return true;
  Json changed = record;
  for (const ElementName& name : elements) {
    const auto list = changed.find(name.list);
    if (list == changed.end() || !list->is_array()) return false;
    Json* element = FindElement(*list, name.id);
    if (element == nullptr) return false;
    list->erase(static_cast<size_t>(element - &list->front()));
  }
  record = std::move(changed);
  return true;
}

}  // namespace lienthong::rigs::city
