#include "adapters/sdk/portal/packet_plan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "adapters/sdk/code_tables.h"
#include "adapters/sdk/schema_path.h"
#include "gateway/base/text.h"
#include "google/protobuf/timestamp.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::sdk::portal {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using options::v1::PortalField;

constexpr std::string_view kIdsSuffix = "_ids";
constexpr std::string_view kNumberedList = "supplements";  // HoSoBoSungId

const PortalField& PortalOf(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field).portal();
}

bool IsMessage(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type() != google::protobuf::Timestamp::descriptor();
}

const CodeTable& WordFlags() {
  static const CodeTable& table = *new CodeTable{.codes = {{0, "False"}, {1, "True"}},
                                                 .numbers = {{"False", 0}, {"True", 1}},
                                                 .allowed = "False, True"};
  return table;
}

const CodeTable* TableOf(const EnumDescriptor& type) {
  auto* table = new CodeTable;  // lives as long as the plan, for ever
  table->name = type.full_name().substr(type.file()->package().size() + 1);
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    const std::string& code = value.options().GetExtension(options::v1::value).portal();
    if (code.empty()) continue;
    table->codes.emplace(value.number(), code);
    table->numbers.emplace(code, value.number());
  }
  table->allowed = absl::StrJoin(
      table->codes, ", ", [](std::string* out, const auto& entry) { out->append(entry.second); });
  return table;
}

void SetType(const FieldDescriptor& field, FieldPlan& plan) {
  if (field.enum_type() != nullptr) {
    plan.type = ValueType::kCode;
    plan.table = TableOf(*field.enum_type());
  } else if (field.type() == FieldDescriptor::TYPE_BOOL) {
    const options::v1::FlagForm form = PortalOf(field).flag();
    plan.type = form == options::v1::FLAG_FORM_JSON ? ValueType::kJsonBool : ValueType::kFlag;
    plan.table = form == options::v1::FLAG_FORM_WORD ? &WordFlags() : &PlainFlags();
  } else if (field.message_type() != nullptr) {
    plan.type = ValueType::kTime;
  } else if (field.type() != FieldDescriptor::TYPE_STRING) {
    plan.type = ValueType::kInteger;
  }
}

// Walks the schema from one message down and adds what has the portal's name.
class PlanMaker {
 public:
  PlanMaker(ObjectPlan& object, PacketPlan* packet, ListPacketPlan* list, bool sensitive)
      : object_(object), packet_(packet), list_(list), sensitive_(sensitive) {}

  // `name` is the portal's name of the group that `message` is, which then has one named field.
  void Walk(const Descriptor& message, const Chain& above, const std::string& path,
            const std::string& name) {
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (list_ != nullptr && field.name() == "id") continue;
      Chain chain = above;
      chain.push_back(&field);
      const std::string below = path.empty() ? field.name() : StrCat(path, ".", field.name());
      if (field.is_repeated()) {
        AddRepeated(field, std::move(chain), below);
      } else if (IsMessage(field)) {
        Walk(*field.message_type(), chain, below, PortalOf(field).name());
      } else if (!PortalOf(field).name().empty()) {
        AddField(field, std::move(chain), below, name.empty() ? PortalOf(field).name() : name);
      }
    }
  }

 private:
  void AddField(const FieldDescriptor& field, Chain chain, const std::string& path,
                const std::string& name) {
    FieldPlan plan;
    plan.path = path;
    plan.chain = std::move(chain);
    plan.keys = {name};
    plan.name = name;
    // Cut, it would be another dossier's.
    plan.chars_max = path == "code" ? 0 : static_cast<size_t>(PortalOf(field).chars_max());
    plan.sensitive = sensitive_ || IsSensitive(plan.chain);
    SetType(field, plan);
    if (PortalOf(field).required()) object_.required.push_back(name);
    object_.by_name.emplace(name, object_.fields.size());
    object_.fields.push_back(std::move(plan));
  }

  void AddRepeated(const FieldDescriptor& field, Chain chain, const std::string& path) {
    const std::string& name = PortalOf(field).name();
    if (name.empty()) return;
    if (IsMessage(field)) {
      AddList(field, std::move(chain), path, name);
    } else {
      list_->references.push_back({.field = &field, .name = name, .list = ListOfIds(field)});
    }
  }

  void AddList(const FieldDescriptor& field, Chain chain, const std::string& path,
               const std::string& name) {
    const Descriptor& element = *field.message_type();
    ListPacketPlan list;
    list.path = path;
    list.name = name;
    list.id = element.FindFieldByName("id");
    list.id_name = PortalOf(*list.id).name();
    list.id_is_number = path == kNumberedList;
    list.file = element.FindFieldByName("file");
    const FieldDescriptor* removed = element.FindFieldByName(kTombstone);
    if (removed != nullptr && PortalOf(*removed).name().empty()) list.removed = removed;
    const bool sensitive = IsSensitive(chain);
    list.chain = std::move(chain);
    PlanMaker(list.object, packet_, &list, sensitive).Walk(element, {}, "", "");
    packet_->lists.push_back(std::move(list));
  }

  // `paper_ids` names elements of `papers`, which stands before it in the schema.
  size_t ListOfIds(const FieldDescriptor& field) const {
    const absl::string_view singular = absl::StripSuffix(field.name(), ToAbsl(kIdsSuffix));
    const std::string path = StrCat(singular, "s");
    const auto it = std::find_if(packet_->lists.begin(), packet_->lists.end(),
                                 [&path](const auto& list) { return list.path == path; });
    return static_cast<size_t>(it - packet_->lists.begin());
  }

  ObjectPlan& object_;
  PacketPlan* const packet_;
  ListPacketPlan* const list_;  // null outside lists
  const bool sensitive_;
};

}  // namespace

const PacketPlan& RecordPlan() {
  static const PacketPlan& plan = *[] {
    auto* made = new PacketPlan;
    PlanMaker(made->object, made, nullptr, false)
        .Walk(*dossier::v1::Dossier::descriptor(), {}, "", "");
    return made;
  }();
  return plan;
}

const ObjectPlan& StepPlan() {
  static const ObjectPlan& plan = *[] {
    auto* made = new ObjectPlan;
    ListPacketPlan list;  // a step is an element: its id is no field
    PlanMaker(*made, nullptr, &list, false).Walk(*dossier::v1::Step::descriptor(), {}, "", "");
    return made;
  }();
  return plan;
}

const FieldPlan& FieldAt(const ObjectPlan& plan, std::string_view path) {
  return *std::find_if(plan.fields.begin(), plan.fields.end(),
                       [path](const FieldPlan& field) { return field.path == path; });
}

}  // namespace lienthong::sdk::portal
