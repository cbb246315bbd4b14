#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packet_rules.h"
#include "adapters/sdk/portal/packet_values.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::sdk::portal {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Step;
using google::protobuf::Message;

constexpr const char* kNotHeld = "has no place in the record";
constexpr const char* kSteps = "steps";

// Puts what the packets hold of one dossier into another. Lives on the stack.
class Representer {
 public:
  explicit Representer(const Dossier& dossier) : dossier_(dossier) {}

  adapter::v1::Representation Run() {
    Copy(RecordPlan().object, dossier_, "", "", shown());
    for (const ListPacketPlan& list : RecordPlan().lists) CopyList(list);
    for (const Step& step : dossier_.steps()) CopyStep(step);
    AddUnheld();
    return std::move(out_);
  }

 private:
  Dossier& shown() { return *out_.mutable_dossier(); }

  void Copy(const ObjectPlan& plan, const Message& from, const std::string& path,
            const std::string& name, Message& into) {
    for (const FieldPlan& field : plan.fields) {
      const Message* holder = FindHolder(from, field.chain);
      if (holder == nullptr && field.path == kTombstone) {  // it is told so all the same
        into.GetReflection()->SetBool(&into, field.chain.back(), false);
      }
      if (holder == nullptr || IsUnsaid(field, *holder)) continue;
      if (path.empty() && field.path == kAccountPath && !TellsAccount(dossier_)) {
        AddLoss(kAccountPath, kAccountLoss);
        continue;
      }
      const WireValue wire = ToWire(field, WallTime(), *holder);
      if (!wire.problem.empty()) {
        Fail(Below(name, field.name), wire.problem);
        AddLoss(Below(path, field.path), kNotHeld);
        continue;
      }
      if (!wire.loss.empty()) AddLoss(Below(path, field.path), wire.loss);
      if (IsEmpty(wire.value)) continue;
      // What the portal would give back is what it was given, read again.
      const std::string problem =
          FromWire(field, WallTime(), wire.value, *MakeHolder(into, field.chain));
      if (!problem.empty()) Fail(Below(name, field.name), problem);
    }
  }

  void CopyList(const ListPacketPlan& list) {
    const Message* holder = FindHolder(dossier_, list.chain);
    if (holder == nullptr) return;
    const auto& reflection = *holder->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*holder, list.chain.back()); ++i) {
      const Message& element = reflection.GetRepeatedMessage(*holder, list.chain.back(), i);
      const std::string id = IdOf(element, *list.id);
      if (id.empty()) continue;
      if (IsRemoved(element, list.removed)) {
        AddLoss(ElementPath(list.path, id), "a removed element is left out");
        removed_.insert(ElementPath(list.path, id));
        continue;
      }
      CopyElement(list, element, id, static_cast<size_t>(i) + 1);
    }
  }

  void CopyElement(const ListPacketPlan& list, const Message& element, const std::string& id,
                   size_t position) {
    Message* holder = MakeHolder(shown(), list.chain);
    Message& copy = *holder->GetReflection()->AddMessage(holder, list.chain.back());
    copy.GetReflection()->SetString(&copy, list.id, id);
    Copy(list.object, element, ElementPath(list.path, id), PlaceName(list.name, position), copy);
    for (const ReferencePlan& reference : list.references) {
      CopyReferences(reference, element, copy);
    }
  }

  void CopyReferences(const ReferencePlan& reference, const Message& from, Message& into) {
    const ListPacketPlan& list = RecordPlan().lists[reference.list];
    const auto& reflection = *from.GetReflection();
    std::set<std::string> told;
    for (int i = 0; i < reflection.FieldSize(from, reference.field); ++i) {
      const std::string id = reflection.GetRepeatedString(from, reference.field, i);
      if (Holds(list, id) && told.insert(id).second) {
        reflection.AddString(&into, reference.field, id);
      }
    }
  }

  bool Holds(const ListPacketPlan& list, const std::string& id) {
    return FindElement(shown(), list, id) != nullptr;
  }

  void CopyStep(const Step& step) {
    if (step.id().empty()) return;
    Step told = step;
    if (told.status() == dossier::v1::STATUS_UNSPECIFIED) told.set_status(dossier_.status());
    Step& copy = *shown().add_steps();
    copy.set_id(step.id());
    const std::string path = ElementPath(kSteps, step.id());
    Copy(StepPlan(), told, path, path, copy);
  }

  // What is set and has no place, but what the gateway alone knows.
  void AddUnheld() {
    const absl::flat_hash_set<std::string> held = domain::SaidPaths(shown());
    std::set<std::string> unheld;
    for (const std::string& path : domain::SaidPaths(dossier_)) {
      if (!held.contains(path) && !lost_.contains(path)) unheld.insert(path);
    }
    for (const std::string& path : unheld) {
      const domain::PathParts parts = domain::SplitPath(path);
      if (removed_.contains(ElementPath(parts.list, parts.element))) continue;
      const options::v1::FieldRules* rules = domain::RulesOf(path);
      if (rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY) continue;
      AddLoss(path, kNotHeld);
    }
  }

  void AddLoss(const std::string& path, std::string_view description) {
    lost_.insert(path);
    *out_.add_losses() = MakeLoss(path, description);
  }
  void Fail(const std::string& name, const std::string& reason) {
    if (!out_.has_error()) *out_.mutable_error() = MakeError(name, reason);
  }

  const Dossier& dossier_;
  std::set<std::string> lost_;
  std::set<std::string> removed_;
  adapter::v1::Representation out_;
};

void AddPaths(const ObjectPlan& plan, const std::string& prefix, std::vector<std::string>& paths) {
  for (const FieldPlan& field : plan.fields) paths.push_back(StrCat(prefix, field.path));
}

}  // namespace

adapter::v1::Representation Represent(const Dossier& dossier) { return Representer(dossier).Run(); }

const std::vector<std::string>& Fields() {
  static const std::vector<std::string>& paths = *[] {
    auto* made = new std::vector<std::string>;
    AddPaths(RecordPlan().object, "", *made);
    for (const ListPacketPlan& list : RecordPlan().lists) {
      AddPaths(list.object, StrCat(list.path, "[]."), *made);
      for (const ReferencePlan& reference : list.references) {
        made->push_back(StrCat(list.path, "[].", reference.field->name()));
      }
    }
    AddPaths(StepPlan(), StrCat(kSteps, "[]."), *made);
    std::sort(made->begin(), made->end());
    return made;
  }();
  return paths;
}

std::string NameOf(std::string_view path) {
  const domain::PathParts parts = domain::SplitPath(path);
  if (parts.list.empty()) {
    for (const FieldPlan& field : RecordPlan().object.fields) {
      if (field.path == path) return field.name;
    }
  }
  for (const ListPacketPlan& list : RecordPlan().lists) {
    if (list.path != parts.list) continue;
    for (const FieldPlan& field : list.object.fields) {
      if (field.path == parts.rest) return Below(ElementPath(list.name, parts.element), field.name);
    }
  }
  return std::string(path);
}

const TimeFormat& WallTime() {
  static const TimeFormat& format =
      *new TimeFormat(*TimeFormat::Parse("yyyyMMddHHmmss", "Asia/Ho_Chi_Minh"));
  return format;
}

}  // namespace lienthong::sdk::portal
