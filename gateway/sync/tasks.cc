#include "gateway/sync/tasks.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/declared.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using storage::v1::JournalEntry;
using storage::v1::TaskRecord;
using store::Row;
using store::Table;

constexpr std::string_view kVoiding = "voiding.";

// What of an act a counterpart that has the record does not come to show.
class Judge {
 public:
  Judge(const LaneState& lane, const LinkState& link, const Turn& turn)
      : link_(link), turn_(turn), beliefs_(BeliefsOf(lane)) {}

  bool IsForPeople(const std::string& path) const {
    if (path.starts_with(kVoiding)) return !link_.holds_voiding;
    if (Declares(link_.append_only, path)) return WasAppended(path) && IsShown(path);
    return !link_.updatable.empty() && !Declares(link_.updatable, path) && Differs(path);
  }

 private:
  bool Differs(const std::string& path) const {
    const auto belief = beliefs_.find(path);
    const auto value = domain::GetField(turn_.shown->dossier(), path);
    return (belief == beliefs_.end() ? "" : belief->second) !=
           (value.has_value() ? ValueDigest(*value) : "");
  }

  bool WasAppended(const std::string& path) const {
    const domain::PathParts parts = domain::SplitPath(path);
    return beliefs_.contains(StrCat(parts.list, "[", parts.element, "]"));
  }

  // Whether it has a place for what the field is now.
  bool IsShown(const std::string& path) const {
    return domain::GetField(turn_.shown->dossier(), path).has_value() ||
           !domain::GetField(*turn_.target, path).has_value();
  }

  const LinkState& link_;
  const Turn& turn_;
  const Beliefs beliefs_;
};

}  // namespace

std::vector<Act> ActsAmong(const std::vector<JournalEntry>& entries, int64_t after, int64_t up_to) {
  std::vector<Act> acts;
  for (const JournalEntry& entry : entries) {
    if (entry.act() == storage::v1::REASONED_ACT_UNSPECIFIED) continue;
    if (entry.revision() <= after || entry.revision() > up_to) continue;
    acts.push_back({.revision = entry.revision(),
                    .kind = entry.act(),
                    .reason = entry.reason(),
                    .paths = {entry.paths().begin(), entry.paths().end()}});
  }
  return acts;
}

std::vector<Act> TasksOf(const LaneState& lane, const LinkState& link, const Turn& turn) {
  std::vector<Act> tasks;
  if (turn.acts.empty() || !HasRecord(lane)) return tasks;
  const Judge judge(lane, link, turn);
  for (const Act& act : turn.acts) {
    if (act.revision <= lane.acted_revision()) continue;
    Act task = act;
    std::erase_if(task.paths,
                  [&judge](const std::string& path) { return !judge.IsForPeople(path); });
    if (!task.paths.empty()) tasks.push_back(std::move(task));
  }
  return tasks;
}

std::string_view NameOf(storage::v1::ReasonedAct act) {
  switch (act) {
    case storage::v1::REASONED_ACT_CORRECT:
      return "correct";
    case storage::v1::REASONED_ACT_VOID:
      return "void";
    case storage::v1::REASONED_ACT_REPLACE_PROCEDURE:
      return "replace-procedure";
    case storage::v1::REASONED_ACT_JOIN:
      return "join";
    case storage::v1::REASONED_ACT_PART:
      return "part";
    default:
      return "";
  }
}

std::string TaskId(std::string_view link, int64_t dossier_id, int64_t revision) {
  return StrCat(link, "/", dossier_id, "/", revision);
}

std::string PutTask(const core::Engine& engine, const TaskRecord& record, store::WriteSet& set) {
  std::string id = record.notice() == 0
                       ? TaskId(record.link(), record.dossier_id(), record.revision())
                       : StrCat(record.link(), "/", record.dossier_id(), "/n", record.notice());
  Row row{.columns = {id, record.link(), absl::ToUnixMicros(domain::FromProto(record.time()))},
          .version = 0,
          .body = core::Seal(engine, 0, record)};
  set.mutations.push_back({store::Mutation::Kind::kPut, Table::kTask, std::move(row)});
  return id;
}

absl::StatusOr<StoredTask> ReadTask(const core::Engine& engine, const Row& row) {
  StoredTask task{
      .id = std::get<std::string>(row.columns[0]), .version = row.version, .record = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine, 0, row.body, task.record));
  return task;
}

absl::StatusOr<StoredTask> FindTask(const core::Engine& engine, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kTask, {id}));
  if (row.version == 0) return StoredTask{.id = id, .version = 0, .record = {}};
  return ReadTask(engine, row);
}

v1::Task ToPublic(const StoredTask& task) {
  const TaskRecord& record = task.record;
  v1::Task shown;
  shown.set_id(task.id);
  shown.set_link(record.link());
  shown.set_code(record.code());
  shown.set_key(record.key());
  shown.set_act(record.notice() == 0 ? std::string(NameOf(record.act())) : "notice");
  *shown.mutable_paths() = record.paths();
  shown.set_reason(record.reason());
  *shown.mutable_time() = record.time();
  shown.set_survivor(record.survivor());
  return shown;
}

}  // namespace lienthong::sync
