#include "gateway/catalogue/completion.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/catalogue/differences.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::catalogue {
namespace {

using google::protobuf::FieldDescriptor;

// The version of a procedure that holds on the day, or is of that very day. Null: none.
const pb::Procedure* HeldOn(const Snapshot& snapshot, const pb::Procedure& procedure) {
  Key key = KeyOf(procedure);
  const auto same = snapshot.entries().find(key);
  if (same != snapshot.entries().end()) return &std::get<pb::Procedure>(same->second);
  const pb::Procedure* held = nullptr;
  key.valid_from.clear();
  for (auto it = snapshot.entries().lower_bound(key); it != snapshot.entries().end(); ++it) {
    if (it->first.kind != key.kind || it->first.code != key.code) break;
    const auto& version = std::get<pb::Procedure>(it->second);
    if (HoldsOn(version.valid_from(), version.valid_until(), procedure.valid_from())) {
      held = &version;
    }
  }
  return held;
}

const pb::ProcedureChannel* ChannelOf(const pb::Procedure& procedure,
                                      dossier::v1::Channel channel) {
  for (const pb::ProcedureChannel& one : procedure.channels()) {
    if (one.channel() == channel) return &one;
  }
  return nullptr;
}

void CompleteChannels(const std::set<std::string>& said, const pb::Procedure& before,
                      pb::Procedure& procedure) {
  for (pb::ProcedureChannel& channel : *procedure.mutable_channels()) {
    const pb::ProcedureChannel* was = ChannelOf(before, channel.channel());
    if (was == nullptr) continue;
    if (!said.contains(SaidLimit(channel.channel()))) {
      channel.set_limit_text(was->limit_text());
      if (was->has_limit()) *channel.mutable_limit() = was->limit();
    }
    if (!said.contains(SaidFees(channel.channel()))) *channel.mutable_fees() = was->fees();
  }
}

void TakeTheRest(const std::set<std::string>& said, const pb::Procedure& before,
                 pb::Procedure& procedure) {
  pb::Procedure whole = before;
  const auto* type = pb::Procedure::descriptor();
  const auto* reflection = procedure.GetReflection();
  if (said.contains("channels")) CompleteChannels(said, before, procedure);
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (said.contains(field->name())) reflection->SwapFields(&procedure, &whole, {field});
  }
  procedure = std::move(whole);
}

bool SaysNothingNew(const pb::Procedure& before, const pb::Procedure& procedure) {
  pb::Procedure same_day = procedure;
  same_day.set_valid_from(before.valid_from());
  same_day.set_valid_until(before.valid_until());
  *same_day.mutable_source() = before.source();
  return DifferentFields(before, same_day).empty();
}

}  // namespace

void Complete(const Snapshot& snapshot, ReadTable& table) {
  std::set<Key> named;
  for (const ReadEntry& item : table.entries) named.insert(KeyOf(item.entry));
  std::vector<ReadEntry> ended;
  for (ReadEntry& item : table.entries) {
    auto* procedure = std::get_if<pb::Procedure>(&item.entry);
    const pb::Procedure* before =
        procedure == nullptr || !domain::ParseDay(procedure->valid_from()).has_value()
            ? nullptr
            : HeldOn(snapshot, *procedure);
    if (before == nullptr) continue;
    if (!item.said.empty()) {
      TakeTheRest(item.said, *before, *procedure);
      if (SaysNothingNew(*before, *procedure)) *procedure = *before;
    }
    if (procedure->valid_from() == before->valid_from() || named.contains(KeyOf(*before))) continue;
    if (procedure->valid_until().empty()) procedure->set_valid_until(before->valid_until());
    pb::Procedure former = *before;
    former.set_valid_until(DayBefore(procedure->valid_from()));
    ended.push_back({item.place, std::move(former)});
  }
  for (ReadEntry& item : ended) table.entries.push_back(std::move(item));
}

}  // namespace lienthong::catalogue
