#include "adapters/sdk/mapping_describe.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"

namespace lienthong::sdk::portal {

adapter::v1::MappingDescription Describe() {
  MappingDescriber describer;
  for (const FieldPlan& field : RecordPlan().object.fields) {
    describer.Add(field.path, field.name, field);
  }
  for (const ListPacketPlan& list : RecordPlan().lists) {
    const std::string prefix = StrCat(list.path, "[].");
    for (const FieldPlan& field : list.object.fields) {
      describer.Add(StrCat(prefix, field.path), StrCat(list.name, ".", field.name), field);
    }
    for (const ReferencePlan& reference : list.references) {
      describer.Add(StrCat(prefix, reference.field->name()),
                    StrCat(list.name, ".", reference.name));
    }
  }
  for (const FieldPlan& field : StepPlan().fields) {
    describer.Add(StrCat("steps[].", field.path), field.name, field);
  }
  adapter::v1::MappingDescription description = describer.Take();
  description.set_digest(DigestOf(description));
  return description;
}

}  // namespace lienthong::sdk::portal
