// What people have to do by hand: how a link's engine notes it, what operators read and close.
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"
#include "gateway/sync/settled.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using storage::v1::TaskRecord;
using store::Table;

constexpr int kByLink = 1;  // indexes, as in tables.cc
constexpr int kByTime = 2;
constexpr size_t kTimeColumn = 2;
constexpr const char* kActClose = "close";

absl::Status Close(core::Engine& engine, const BulkAct& act, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredTask task, FindTask(engine, id));
  if (task.version == 0) return NotFound("task", id);
  storage::v1::ActRecord record;
  record.set_actor(act.actor);
  record.set_kind(act.kind);
  record.set_target(id);
  record.set_reason(act.reason);
  *record.mutable_time() = domain::ToProto(engine.clock.Now());
  record.set_dossier_id(task.record.dossier_id());
  record.set_code(task.record.code());
  record.set_request_id(act.request_id);
  *record.mutable_task() = task.record;
  store::WriteSet set;
  set.conditions.push_back({Table::kTask, {id}, task.version});
  set.mutations.push_back({store::Mutation::Kind::kDelete, Table::kTask, {.columns = {id}}});
  core::PutAct(engine, record, set);
  return engine.store.CommitAndWait(std::move(set), engine.clock.Now() + engine.commit_timeout)
      .status();
}

}  // namespace

void LinkEngine::PutTasks(int64_t dossier_id, const std::string& code, const Effects& effects,
                          store::WriteSet& set) const {
  for (const Act& task : effects.tasks) {
    TaskRecord record;
    record.set_link(options_.name);
    record.set_code(code);
    record.set_key(effects.lane.key());
    record.set_act(task.kind);
    *record.mutable_paths() = {task.paths.begin(), task.paths.end()};
    record.set_reason(task.reason);
    *record.mutable_time() = domain::ToProto(engine_.clock.Now());
    record.set_dossier_id(dossier_id);
    record.set_revision(task.revision);
    const std::string id = PutTask(engine_, record, set);
    LogInfo("task", {{"link", options_.name}, {"id", id}, {"act", std::string(NameOf(task.kind))}});
  }
}

absl::StatusOr<v1::ListTasksResponse> Links::ListTasks(const RequestContext& context,
                                                       const v1::ListTasksRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read tasks"));
  LIENTHONG_RETURN_IF_ERROR(CheckName(request.link()));
  const bool of_all = request.link().empty();
  core::TimedList list{.table = Table::kTask,
                       .index = of_all ? kByTime : kByLink,
                       .prefix = {},
                       .time_column = kTimeColumn};
  if (!of_all) list.prefix = {request.link()};
  LIENTHONG_ASSIGN_OR_RETURN(
      core::TimedPage page,
      core::ReadTimedPage(engine_, list, request.page_size(), request.page_token()));
  v1::ListTasksResponse response;
  for (const store::Row& row : page.rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredTask task, ReadTask(engine_, row));
    *response.add_tasks() = ToPublic(task);
  }
  response.set_next_page_token(std::move(page.next_token));
  return response;
}

absl::StatusOr<v1::BulkResult> Links::CloseTasks(const RequestContext& context,
                                                 const v1::CloseTasksRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "close tasks"));
  const BulkAct act{.actor = context.caller.name,
                    .kind = kActClose,
                    .reason = request.reason(),
                    .request_id = request.request_id(),
                    .ids = {request.ids().begin(), request.ids().end()},
                    .deadline = context.deadline};
  if (act.ids.empty()) return FieldInvalid("ids", "names none; lienthongctl tasks list");
  LIENTHONG_RETURN_IF_ERROR(CheckBulk(act, /*has_filter=*/false));
  const auto close = [&](const std::string& id) -> absl::Status {
    const absl::Status status = Close(engine_, act, id);
    if (!absl::IsNotFound(status) && !absl::IsAborted(status)) return status;
    // The same request may have come twice at once.
    LIENTHONG_ASSIGN_OR_RETURN(const auto known,
                               core::FindAct(engine_, act.actor, act.request_id, id));
    if (known.has_value()) return absl::OkStatus();
    return SaySettled(engine_, /*dossier_id=*/0, id, status);
  };
  return RunBulk(engine_, act, nullptr, close);
}

}  // namespace lienthong::sync
