#include "gateway/sync/delivery_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/sync/declared.h"

namespace lienthong::sync {
namespace {

using adapter::v1::Loss;
using adapter::v1::OutboundItem;
using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::Intent;
using storage::v1::IntentField;

constexpr int kLossesMax = 64;

// The elements of one list, in its order, by their names: `steps[a1]`. Those that have only an id
// have come later than the revision at hand.
std::vector<std::pair<std::string, const Message*>> ElementsOf(const Dossier& dossier,
                                                               const std::string& list) {
  std::vector<std::pair<std::string, const Message*>> elements;
  const FieldDescriptor* field = Dossier::descriptor()->FindFieldByName(list);
  if (field == nullptr || !field->is_repeated() || field->message_type() == nullptr)
    return elements;
  const FieldDescriptor* id = field->message_type()->FindFieldByName("id");
  for (int i = 0; i < dossier.GetReflection()->FieldSize(dossier, field); ++i) {
    const Message& element = dossier.GetReflection()->GetRepeatedMessage(dossier, field, i);
    std::vector<const FieldDescriptor*> present;
    element.GetReflection()->ListFields(element, &present);
    if (present.size() < 2 || present[0] != id) continue;
    elements.emplace_back(StrCat(list, "[", element.GetReflection()->GetString(element, id), "]"),
                          &element);
  }
  return elements;
}

std::string DigestOf(const Message& element) { return ValueDigest(element.SerializeAsString()); }

// Puts the elements of every list into the order that they have in `like`.
void Arrange(const Dossier& like, Dossier& dossier) {
  const Reflection& reflection = *dossier.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(dossier, &present);
  for (const FieldDescriptor* list : present) {
    if (!list->is_repeated() || list->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const FieldDescriptor* id = list->message_type()->FindFieldByName("id");
    const auto id_at = [&](const Dossier& in, int i) {
      const Message& element = in.GetReflection()->GetRepeatedMessage(in, list, i);
      return element.GetReflection()->GetString(element, id);
    };
    int placed = 0;
    for (int i = 0; i < reflection.FieldSize(like, list); ++i) {
      for (int j = placed; j < reflection.FieldSize(dossier, list); ++j) {
        if (id_at(dossier, j) != id_at(like, i)) continue;
        reflection.SwapElements(&dossier, list, placed++, j);
        break;
      }
    }
  }
}

// Absence is never deletion: only fields of groups and of elements we know are cleared there.
bool MayClear(const std::string& path, const Dossier& target) {
  return domain::SplitPath(path).list.empty() || domain::ElementExists(target, path);
}

IntentField FieldOf(const std::string& path, std::string digest) {
  IntentField field;
  field.set_path(path);
  field.set_digest(std::move(digest));
  return field;
}

}  // namespace

bool HasRecord(const LaneState& lane) {
  if (!lane.key().empty() || lane.confirmed_revision() > 0) return true;
  return std::any_of(lane.shadow().begin(), lane.shadow().end(),
                     [](const storage::v1::ShadowField& field) { return !IsGivenUp(field); });
}

DeliveryPlan::DeliveryPlan(const LaneState& lane, const LinkState& link, const Turn& turn)
    : lane_(lane),
      link_(link),
      turn_(turn),
      beliefs_(BeliefsOf(lane)),
      exists_(HasRecord(lane)),
      record_(MakeRecord()),
      differences_(FindDifferences()) {}

Dossier DeliveryPlan::MakeRecord() const {
  Dossier record = turn_.shown->dossier();
  for (const std::string& list : link_.append_only) {
    const FieldDescriptor* field = Dossier::descriptor()->FindFieldByName(list);
    if (field != nullptr) record.GetReflection()->ClearField(&record, field);
  }
  if (link_.patch || turn_.head_shown == nullptr) return record;
  // The whole record goes out. What changed later and stands there already (it was the
  // counterpart's own doing) is not put back to what it was.
  for (const std::string& path : turn_.later) {
    if (IsAppended(path)) continue;
    const auto value = domain::GetField(turn_.head_shown->dossier(), path);
    if (Belief(path) != (value.has_value() ? ValueDigest(*value) : "")) continue;
    const absl::Status status = value.has_value() ? domain::SetField(record, path, *value)
                                                  : domain::ClearField(record, path);
    status.IgnoreError();  // paths come from Flatten
  }
  return record;
}

std::string_view DeliveryPlan::Belief(std::string_view path) const {
  const auto found = beliefs_.find(path);
  return found == beliefs_.end() ? std::string_view() : found->second;
}

bool DeliveryPlan::IsAppended(std::string_view path) const {
  return Declares(link_.append_only, path);
}

bool DeliveryPlan::IsFixed(std::string_view path) const {
  return exists_ && !link_.updatable.empty() && !Declares(link_.updatable, path);
}

bool DeliveryPlan::WaitsForLater(const std::string& path) const {
  return link_.patch && turn_.later.contains(path);
}

std::vector<IntentField> DeliveryPlan::FindDifferences() const {
  std::vector<IntentField> differences;
  const domain::FieldMap fields = domain::Flatten(record_);
  for (const auto& [path, value] : fields) {
    if (WaitsForLater(path)) continue;
    std::string digest = ValueDigest(value);
    if (Belief(path) != digest) differences.push_back(FieldOf(path, std::move(digest)));
  }
  if (link_.bugs.dropped_clear) return differences;
  for (const auto& [name, belief] : beliefs_) {
    if (belief.empty() || fields.contains(name) || IsAppended(name)) continue;
    const std::string path(name);
    if (WaitsForLater(path)) continue;
    if (MayClear(path, *turn_.target)) differences.push_back(FieldOf(path, ""));
  }
  return differences;
}

bool DeliveryPlan::WasAppended(const std::string& element) const {
  const auto found = beliefs_.lower_bound(element);
  return found != beliefs_.end() && found->first.starts_with(element);
}

void DeliveryPlan::AddNewElements(const std::string& list, Intent& intent) const {
  const int most = std::max(1, link_.append_items_max);
  for (const auto& [name, element] : ShownElements(list)) {
    if (WasAppended(name)) continue;
    if (intent.fields_size() == most) return;
    *intent.add_fields() = FieldOf(name, DigestOf(*element));
  }
}

// In the order of the dossier: how the counterpart would show them need not keep it.
DeliveryPlan::Elements DeliveryPlan::ShownElements(const std::string& list) const {
  std::map<std::string, const Message*> shown;
  for (const auto& [name, element] : ElementsOf(turn_.shown->dossier(), list)) {
    shown.emplace(name, element);
  }
  Elements ordered;
  for (const auto& [name, element] : ElementsOf(*turn_.target, list)) {
    const auto found = shown.find(name);
    if (found != shown.end()) ordered.emplace_back(*found);
  }
  return ordered;
}

std::optional<Intent> DeliveryPlan::Next() const {
  Intent intent;
  intent.set_revision(turn_.target->revision());
  intent.set_creates(lane_.key().empty());
  for (const IntentField& field : differences_) {
    if (!IsFixed(field.path())) *intent.add_fields() = field;
  }
  if (intent.fields_size() > 0) return intent;
  intent.set_creates(false);
  intent.set_appends(true);
  for (const std::string& list : link_.append_only) {
    AddNewElements(list, intent);
    if (intent.fields_size() > 0) return intent;
  }
  return std::nullopt;
}

void DeliveryPlan::CarryField(const std::string& path, OutboundItem& item) const {
  const std::optional<std::string> value = domain::GetField(record_, path);
  if (!value.has_value()) {
    item.add_cleared(path);
  } else if (link_.patch) {
    domain::SetField(*item.mutable_dossier(), path, *value).IgnoreError();  // a path of Flatten
  }
}

void DeliveryPlan::CarryElements(const Intent& intent, Dossier& dossier) const {
  std::set<std::string> wanted;
  for (const IntentField& field : intent.fields()) wanted.insert(field.path());
  for (const std::string& list : link_.append_only) {
    for (const auto& [name, element] : ShownElements(list)) {
      if (!wanted.contains(name)) continue;
      const FieldDescriptor* field = Dossier::descriptor()->FindFieldByName(list);
      dossier.GetReflection()->AddMessage(&dossier, field)->CopyFrom(*element);
    }
  }
}

OutboundItem DeliveryPlan::ItemOf(const Intent& intent) const {
  OutboundItem item;
  item.set_delivery_id(intent.delivery_id());
  item.set_key(lane_.key());
  item.set_seen_version(lane_.source_version());
  item.set_revision(turn_.target->revision());
  item.set_adapter_state(lane_.private_state());
  item.set_unanswered(intent.unanswered());
  item.set_appends(intent.appends());
  Dossier& dossier = *item.mutable_dossier();
  if (intent.appends()) {
    CarryElements(intent, dossier);
  } else {
    if (!link_.patch) dossier = record_;
    for (const IntentField& field : intent.fields()) CarryField(field.path(), item);
    Arrange(*turn_.target, dossier);
  }
  dossier.set_code(turn_.target->code());
  dossier.set_receipt_number(turn_.target->receipt_number());
  return item;
}

std::vector<Loss> DeliveryPlan::Losses() const {
  std::vector<Loss> losses(turn_.shown->losses().begin(), turn_.shown->losses().end());
  const auto add = [&losses](const std::string& path, const char* description) {
    Loss& loss = losses.emplace_back();
    loss.set_path(path);
    loss.set_description(description);
  };
  for (const IntentField& field : differences_) {
    const bool named = field.path() == "code" || field.path() == "receipt_number";  // in every item
    if (IsFixed(field.path()) && !named) add(field.path(), "cannot be changed there any more");
  }
  for (const std::string& list : link_.append_only) {
    for (const auto& [name, element] : ShownElements(list)) {
      const auto sent = beliefs_.find(name);
      if (sent == beliefs_.end() || sent->second == DigestOf(*element)) continue;
      add(name, "changed after it was sent, and is never sent twice");
    }
  }
  const auto is_sent = [this](const std::string& path) {
    return std::any_of(differences_.begin(), differences_.end(),
                       [&path](const IntentField& field) { return field.path() == path; });
  };
  for (const storage::v1::ShadowField& field : lane_.shadow()) {
    if (!IsGivenUp(field) || is_sent(field.path())) continue;
    add(field.path(), "was refused there, and an operator has given it up");
  }
  if (lane_.refused_revision() > 0) {
    add("status", "it begins there with a later revision: what was before could not be taken");
  }
  if (losses.size() > kLossesMax) losses.resize(kLossesMax);
  return losses;
}

}  // namespace lienthong::sync
