#include "gateway/domain/element_order.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace lienthong::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<std::string> IdsOf(const Message& message, const FieldDescriptor* list,
                               const FieldDescriptor* id) {
  std::vector<std::string> ids;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, list); ++i) {
    const Message& element = message.GetReflection()->GetRepeatedMessage(message, list, i);
    ids.push_back(element.GetReflection()->GetString(element, id));
  }
  return ids;
}

void OrderList(const Message& before, const Message& said, const FieldDescriptor* list,
               Message& target) {
  const FieldDescriptor* id = list->message_type()->FindFieldByName("id");
  if (id == nullptr) return;
  const std::vector<std::string> old_ids = IdsOf(before, list, id);
  const std::set<std::string> old(old_ids.begin(), old_ids.end());
  std::vector<std::string> ids = IdsOf(target, list, id);
  std::vector<int> places;  // of the new ones
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!old.contains(ids[i])) places.push_back(static_cast<int>(i));
  }
  size_t placed = 0;
  for (const std::string& wanted : IdsOf(said, list, id)) {
    for (size_t k = placed; k < places.size(); ++k) {
      if (ids[places[k]] != wanted) continue;
      if (k != placed) {
        target.GetReflection()->SwapElements(&target, list, places[placed], places[k]);
        std::swap(ids[places[placed]], ids[places[k]]);
      }
      ++placed;
      break;
    }
  }
}

}  // namespace

void OrderNewElements(const Message& before, const Message& said, Message& target) {
  std::vector<const FieldDescriptor*> present;
  said.GetReflection()->ListFields(said, &present);
  for (const FieldDescriptor* field : present) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_repeated()) {
      OrderList(before, said, field, target);
    } else if (target.GetReflection()->HasField(target, field)) {
      OrderNewElements(before.GetReflection()->GetMessage(before, field),
                       said.GetReflection()->GetMessage(said, field),
                       *target.GetReflection()->MutableMessage(&target, field));
    }
  }
}

}  // namespace lienthong::domain
