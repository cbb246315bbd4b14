#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packet_rules.h"
#include "adapters/sdk/portal/packet_values.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"
#include "gateway/domain/matching.h"

namespace lienthong::sdk::portal {
namespace {

using dossier::v1::Dossier;
using google::protobuf::Message;
using nlohmann::json;

constexpr const char* kCode = "MaHoSo";

// Writes one packet. Lives on the stack.
class Encoder {
 public:
  explicit Encoder(const ElementIds& ids) : ids_(ids) {}
  Encoded Take() { return std::move(out_); }

  void AddRecord(const Dossier& dossier, const std::string& code) {
    AddFields(RecordPlan().object, dossier, "", "", out_.record);
    out_.record[kCode] = code.empty() ? dossier.code() : code;
    DropAccountOfCounter(dossier);
    for (const ListPacketPlan& list : RecordPlan().lists) {
      out_.record[list.name] = json::array();
      size_t position = 0;
      ForEach(dossier, list, [&](const Message& element) {
        const std::string name = PlaceName(list.name, ++position);
        out_.record[list.name].push_back(Element(dossier, list, element, name));
      });
    }
  }

  // The single fields of `message`, which stands at `path` in the dossier and `name` in the packet.
  void AddFields(const ObjectPlan& plan, const Message& message, const std::string& path,
                 const std::string& name, json& into) {
    for (const FieldPlan& field : plan.fields) {
      const Message* holder = FindHolder(message, field.chain);
      if (holder == nullptr || IsUnsaid(field, *holder)) {
        if (field.type != ValueType::kJsonBool) into[field.name] = Unsaid(field);
        continue;
      }
      WireValue wire = ToWire(field, WallTime(), *holder);
      if (!wire.problem.empty()) {
        Fail(Below(name, field.name), wire.problem);
        continue;
      }
      if (!wire.loss.empty()) out_.losses.push_back(MakeLoss(Below(path, field.path), wire.loss));
      into[field.name] = std::move(wire.value);
    }
  }

  void Fail(const std::string& name, const std::string& reason) {
    if (!out_.error) out_.error = MakeError(name, reason);
  }
  json& record() { return out_.record; }

 private:
  // Elements that the portal can be told of.
  template <typename Use>
  void ForEach(const Dossier& dossier, const ListPacketPlan& list, const Use& use) {
    const Message* holder = FindHolder(dossier, list.chain);
    if (holder == nullptr) return;
    const auto& reflection = *holder->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*holder, list.chain.back()); ++i) {
      const Message& element = reflection.GetRepeatedMessage(*holder, list.chain.back(), i);
      if (!IsRemoved(element, list.removed)) use(element);
    }
  }

  json Element(const Dossier& dossier, const ListPacketPlan& list, const Message& element,
               const std::string& name) {
    json made = json::object();
    const std::string id = IdOf(element, *list.id);
    if (!list.id_name.empty()) made[list.id_name] = Id(list, id);
    AddFields(list.object, element, ElementPath(list.path, id), name, made);
    for (const ReferencePlan& reference : list.references) {
      made[reference.name] = Referenced(dossier, element, reference, Below(name, reference.name));
    }
    return made;
  }

  json Id(const ListPacketPlan& list, const std::string& id) const {
    return list.id_is_number ? json(RoundNumberOf(id, ids_)) : json(WireId(id, ids_));
  }

  // How a field is written of which nothing is known.
  static std::string Unsaid(const FieldPlan& field) {
    return field.path == kTombstone ? field.table->codes.at(0) : "";
  }

  json Referenced(const Dossier& dossier, const Message& element, const ReferencePlan& reference,
                  const std::string& name) {
    json made = json::array();
    const ListPacketPlan& list = RecordPlan().lists[reference.list];
    const auto& reflection = *element.GetReflection();
    for (int i = 0; i < reflection.FieldSize(element, reference.field); ++i) {
      const std::string id = reflection.GetRepeatedString(element, reference.field, i);
      ForEach(dossier, list, [&](const Message& named) {
        if (IdOf(named, *list.id) != id) return;
        made.push_back(Element(dossier, list, named, PlaceName(name, made.size() + 1)));
      });
    }
    return made;
  }

  // The account belongs to whoever submitted online.
  void DropAccountOfCounter(const Dossier& dossier) {
    const FieldPlan& account = FieldAt(RecordPlan().object, kAccountPath);
    if (TellsAccount(dossier)) return;
    if (FindHolder(dossier, account.chain) != nullptr) {
      out_.losses.push_back(MakeLoss(account.path, kAccountLoss));
    }
    out_.record[account.name] = "";
  }

  const ElementIds& ids_;
  Encoded out_;
};

}  // namespace

int64_t RoundNumberOf(std::string_view id, const ElementIds& ids) {
  return domain::RoundNumber(WireId(id, ids));
}

Encoded EncodeDossier(const Dossier& dossier, const EncodeOptions& options) {
  Encoder encoder(options.ids);
  encoder.AddRecord(dossier, options.code);
  return encoder.Take();
}

Encoded EncodeStep(const dossier::v1::Step& step, std::string_view code,
                   dossier::v1::Status status) {
  dossier::v1::Step told = step;
  if (told.status() == dossier::v1::STATUS_UNSPECIFIED) told.set_status(status);
  const ElementIds ids;
  Encoder encoder(ids);
  const std::string path = ElementPath("steps", step.id());
  encoder.AddFields(StepPlan(), told, path, path, encoder.record());
  encoder.record()[kCode] = code;
  for (const std::string& name : StepPlan().required) {
    if (IsEmpty(encoder.record()[name])) encoder.Fail(Below(path, name), kMissing);
  }
  return encoder.Take();
}

}  // namespace lienthong::sdk::portal
