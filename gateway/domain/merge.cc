#include "gateway/domain/merge.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/content.h"
#include "gateway/domain/deadline_defects.h"
#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/element_order.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/overruling.h"
#include "gateway/domain/ownership.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownFieldSet;
using options::v1::Owner;

bool IsOurs(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field).owner() == options::v1::OWNER_GATEWAY;
}

// Whether a group that we know holds fields that we do not, itself or in groups below it.
bool HasUnknown(const Message& group) {
  const Reflection& reflection = *group.GetReflection();
  if (group.GetDescriptor()->file()->package() == "google.protobuf") return false;
  if (!reflection.GetUnknownFields(group).empty()) return true;
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(group, &present);
  return std::any_of(present.begin(), present.end(), [&](const FieldDescriptor* field) {
    return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated() &&
           !IsOurs(*field) && HasUnknown(reflection.GetMessage(group, field));
  });
}

// One merge under way. Fields are judged against `current_`, never against half of the change.
class Merger {
 public:
  Merger(const Dossier& current, const Change& change, const Writer& writer,
         const StatusGraph& graph, absl::Time now, bool overrules)
      : current_(current),
        change_(change),
        writer_(writer),
        graph_(graph),
        now_(now),
        overrules_(overrules) {
    creating_ = current.code().empty() && current.revision() == 0;
    result_.next = creating_ ? Begun(current) : current;
    roles_ = RolesOf(writer, creating_ ? Begun(change.dossier) : current);
  }

  absl::StatusOr<MergeResult> Run() {
    for (const std::string& path : change_.set) {
      const std::optional<std::string> value = GetField(change_.dossier, path);
      if (!value.has_value() && RulesOf(path) != nullptr) continue;
      LIENTHONG_RETURN_IF_ERROR(Apply(path, value));
    }
    for (const std::string& path : change_.clear)
      LIENTHONG_RETURN_IF_ERROR(Apply(path, std::nullopt));
    OrderNewElements(current_, change_.dossier, result_.next);
    if (!IsClosed()) {
      StampAuthors();
      const Decided decided = {.finance_state = Decides("finance_state"),
                               .online_payment = Decides("online_payment"),
                               .due_reason = DecidesDueReason()};
      result_.due_moved_silently = MovesDueSilently(current_, result_.next, decided);
      Derive(current_, decided, writer_, now_, result_.next);
      if (result_.status_changed) TrackStanding(current_, now_, result_.next);
      if (change_.timetable != nullptr) {
        TrackStatutoryDue(current_, *change_.timetable, now_, result_.next);
        TrackDeadlineDefects(current_, *change_.timetable, now_, result_.next);
      }
      TrackContent(current_, change_, writer_, now_, result_.next);
      DropWhatFollowed();
      unknown_changed_ = CarryUnknown(change_.dossier, result_.next);
      if (change_.voiding.has_value() && roles_.receiving) {
        *result_.next.mutable_voiding() = *change_.voiding;
      }
    }
    Compare();
    return std::move(result_);
  }

 private:
  bool IsClosed() const { return current_.has_voiding() || current_.has_joined(); }

  // A dossier begins where its first change comes from.
  Dossier Begun(Dossier dossier) const {
    dossier.mutable_origin()->set_system(writer_.system);
    const std::string& receiver = writer_.receives ? writer_.system : change_.receiver;
    if (!receiver.empty()) dossier.mutable_reception()->set_system(receiver);
    return dossier;
  }

  absl::Status Apply(const std::string& path, const std::optional<std::string>& value) {
    const options::v1::FieldRules* rules = RulesOf(path);
    if (rules == nullptr) {
      return absl::InvalidArgumentError(StrCat("no field has the path '", path, "'"));
    }
    const std::optional<std::string> stored = GetField(current_, path);
    if (rules->owner() == options::v1::OWNER_GATEWAY || stored == value) return absl::OkStatus();
    if (!MayWrite(path, *rules, stored.has_value())) {
      Propose(path, rules->owner(), stored, value);
      return absl::OkStatus();
    }
    if (rules->owner() == options::v1::OWNER_TRANSITION) return ApplyStatus(path, stored, value);
    return value.has_value() ? SetField(result_.next, path, *value)
                             : ClearField(result_.next, path);
  }

  bool MayWrite(std::string_view path, const options::v1::FieldRules& rules, bool is_set) const {
    if (IsClosed()) return false;
    if (rules.owner() == options::v1::OWNER_TRANSITION) return true;  // judged by the graph
    if (overrules_) return rules.owner() != options::v1::OWNER_ISSUER;
    if (rules.immutable() && is_set) return false;
    if (creating_ && SplitPath(path).list.empty())
      return true;  // whoever begins it, says what it is
    return Owns(rules.owner(), path, writer_, roles_, current_, change_.dossier);
  }

  // Whether the change itself says what a field is to be, by who may say so.
  bool Decides(std::string_view path) const {
    const auto names = [path](const std::vector<std::string>& paths) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    return (names(change_.set) || names(change_.clear)) &&
           MayWrite(path, *RulesOf(path), GetField(current_, path).has_value());
  }

  // Words that stood there before are the reason of an earlier move, unless they are said anew.
  bool DecidesDueReason() const {
    if (!Decides("deadline.change_reason")) return false;
    const std::string& reason = result_.next.deadline().change_reason();
    return change_.says_why_due_moves ||
           (reason != current_.deadline().change_reason() && !IsBlank(reason));
  }

  // A proposal of what then followed from the change anyway differs from nothing.
  void DropWhatFollowed() {
    std::erase_if(result_.proposals, [this](const Proposal& proposal) {
      const std::optional<std::string> value = GetField(result_.next, proposal.path);
      return value == proposal.proposed_value && value != GetField(current_, proposal.path);
    });
  }

  absl::Status ApplyStatus(const std::string& path, const std::optional<std::string>& stored,
                           const std::optional<std::string>& value) {
    using Kind = StatusGraph::Judgement::Kind;
    const auto to = change_.dossier.status();
    const StatusGraph::Judgement judgement = graph_.Judge(current_.status(), to);
    if (!value.has_value() || judgement.kind == Kind::kLeavesTerminal ||
        (!overrules_ && !OwnsTransition(judgement.owner, roles_))) {
      Propose(path, options::v1::OWNER_TRANSITION, stored, value);
      return absl::OkStatus();
    }
    if (judgement.kind == Kind::kIrregular)
      NoteIrregular(current_.status(), to, now_, result_.next);
    if (!creating_) NoteSkipped(judgement.skipped, writer_, now_, result_.next);
    result_.next.set_status(to);
    result_.status_changed = true;
    return absl::OkStatus();
  }

  void Propose(const std::string& path, Owner owner, const std::optional<std::string>& stored,
               const std::optional<std::string>& value) {
    result_.proposals.push_back(
        {path, options::v1::Owner_Name(owner), stored.value_or(""), value.value_or("")});
  }

  // Elements that came with this change are its writer's; so is a first payment.
  void StampAuthors() {
    std::set<std::string> stamped;
    for (const std::string& path : change_.set) {
      const PathParts parts = SplitPath(path);
      if (parts.list.empty() || !ElementExists(result_.next, path)) continue;
      const std::string element = StrCat(parts.list, "[", parts.element, "].");
      if (RulesOf(element + "author") != nullptr && !ElementExists(current_, path) &&
          stamped.insert(element).second) {
        SetField(result_.next, element + "author", writer_.system).IgnoreError();
      }
      const options::v1::FieldRules* rules = RulesOf(path);
      if (rules != nullptr && rules->owner() == options::v1::OWNER_COLLECTOR &&
          !GetField(result_.next, element + "collector") &&
          GetField(result_.next, path) != GetField(current_, path)) {
        SetField(result_.next, element + "collector", writer_.system).IgnoreError();
      }
    }
  }

  // Fields that a newer schema knows and we do not: kept at their place, the newest wins.
  bool CarryUnknown(const Message& from, Message& to) {
    bool changed = false;
    const UnknownFieldSet& wanted = from.GetReflection()->GetUnknownFields(from);
    if (!wanted.empty()) {
      UnknownFieldSet merged;
      merged.MergeFrom(to.GetReflection()->GetUnknownFields(to));
      for (int i = 0; i < wanted.field_count(); ++i)
        merged.DeleteByNumber(wanted.field(i).number());
      merged.MergeFrom(wanted);
      std::string before, after;
      to.GetReflection()->GetUnknownFields(to).SerializeToString(&before);
      merged.SerializeToString(&after);
      changed = before != after;
      if (changed) to.GetReflection()->MutableUnknownFields(&to)->Swap(&merged);
    }
    std::vector<const FieldDescriptor*> present;
    from.GetReflection()->ListFields(from, &present);
    for (const FieldDescriptor* field : present) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || IsOurs(*field)) continue;
      changed |= CarryInto(from, to, *field);
    }
    return changed;
  }

  bool CarryInto(const Message& from, Message& to, const FieldDescriptor& field) {
    const Reflection& source = *from.GetReflection();
    const Reflection& target = *to.GetReflection();
    if (!field.is_repeated()) {
      return (target.HasField(to, &field) || HasUnknown(source.GetMessage(from, &field))) &&
             CarryUnknown(source.GetMessage(from, &field), *target.MutableMessage(&to, &field));
    }
    const FieldDescriptor* id = field.message_type()->FindFieldByName("id");
    if (id == nullptr) return false;
    bool changed = false;
    for (int i = 0; i < source.FieldSize(from, &field); ++i) {
      const Message& element = source.GetRepeatedMessage(from, &field, i);
      for (int j = 0; j < target.FieldSize(to, &field); ++j) {
        Message* mine = target.MutableRepeatedMessage(&to, &field, j);
        if (mine->GetReflection()->GetString(*mine, id) ==
            element.GetReflection()->GetString(element, id)) {
          changed |= CarryUnknown(element, *mine);
        }
      }
    }
    return changed;
  }

  void Compare() {
    const FieldMap before = Flatten(current_);
    const FieldMap after = Flatten(result_.next);
    for (const auto& [path, value] : after) {
      const auto found = before.find(path);
      if (found == before.end() || found->second != value) result_.paths.push_back(path);
    }
    for (const auto& [path, value] : before) {
      if (!after.contains(path)) result_.paths.push_back(path);
    }
    std::sort(result_.paths.begin(), result_.paths.end());
    result_.changed = !result_.paths.empty() || unknown_changed_;
  }

  const Dossier& current_;
  const Change& change_;
  const Writer& writer_;
  const StatusGraph& graph_;
  const absl::Time now_;
  const bool overrules_;
  bool creating_ = false;
  bool unknown_changed_ = false;
  Roles roles_;
  MergeResult result_;
};

}  // namespace

Change ChangeOf(Dossier dossier) {
  Change change;
  for (auto& [path, value] : Flatten(dossier)) change.set.push_back(path);
  change.dossier = std::move(dossier);
  return change;
}

absl::StatusOr<MergeResult> Merge(const Dossier& current, const Change& change,
                                  const Writer& writer, const StatusGraph& graph, absl::Time now) {
  return Merger(current, change, writer, graph, now, /*overrules=*/false).Run();
}

absl::StatusOr<MergeResult> MergeOverruling(const Dossier& current, const Change& change,
                                            const Writer& writer, const StatusGraph& graph,
                                            absl::Time now) {
  return Merger(current, change, writer, graph, now, /*overrules=*/true).Run();
}

Dossier Extract(const Dossier& dossier, const std::vector<std::string>& paths) {
  Dossier extract;
  Overlay(dossier, paths, extract);
  OrderNewElements(Dossier(), dossier, extract);
  return extract;
}

void Overlay(const Dossier& values, const std::vector<std::string>& paths, Dossier& dossier) {
  for (const std::string& path : paths) {
    const std::optional<std::string> value = GetField(values, path);
    const absl::Status status =
        value.has_value() ? SetField(dossier, path, *value) : ClearField(dossier, path);
    status.IgnoreError();  // paths come from Flatten of the same schema
  }
}

}  // namespace lienthong::domain
