#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/bulk.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using sync::v1::SyncService;

constexpr int kPageItems = 500;

ExitCode List(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::Status empty = arguments.RefuseEmpty({"--link"});
  if (!empty.ok()) return terminal.Usage(ToStd(empty.message()), "tasks list");
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListTasksRequest request;
  request.set_link(arguments.Text("--link"));
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    sync::v1::ListTasksResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListTasks(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const auto& task : page.tasks()) {
      rows.push_back({task.id(), task.link(), ShowTime(task.time()), task.act(), task.code(),
                      task.key(), task.survivor(), absl::StrJoin(task.paths(), ", "),
                      task.reason()});
      items.push_back(ToJsonValue(task, /*all=*/true));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"tasks", items}}));
  } else {
    terminal.Table({"id", "link", "since", "act", "code", "key", "survivor", "fields", "reason"},
                   rows);
  }
  return kDone;
}

ExitCode Close(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) {
    return terminal.Usage("tasks close needs --reason TEXT", "tasks close");
  }
  sync::v1::CloseTasksRequest request;
  for (const std::string& id : arguments.words()) request.add_ids(id);
  request.set_reason(arguments.Text("--reason"));
  request.set_request_id(arguments.Has("--request-id") ? arguments.Text("--request-id")
                                                       : Random::System().Uuid());
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::BulkResult result;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->CloseTasks(context, request, &result); });
  return ShowBulk(session, status, request.request_id(), result, terminal);
}

}  // namespace

CommandGroup TaskGroup() {
  return {"tasks",
          "lienthongctl tasks: what people have to do at a counterpart by hand.\n"
          "\n"
          "A dossier was corrected, voided, put under another procedure, or joined with another "
          "one,\n"
          "and the counterpart's contract has no place for that: its record still shows what was\n"
          "before. Do it there (`key` is its number of the record), then close the task.\n"};
}

std::vector<Command> TaskCommands() {
  return {
      {"tasks list",
       "",
       0,
       0,
       {"--link"},
       "what is to be done by hand, oldest first",
       "`act` is what was done here and `reason` why; `fields` are those that the counterpart "
       "cannot\n"
       "hold, or cannot change any more; `survivor` is the dossier that goes on where two were\n"
       "joined or parted. `links --json` counts tasks by link.\n"
       "\n"
       "Example:\n"
       "  lienthongctl tasks list --link portal\n",
       &List},
      {"tasks close",
       "ID...",
       1,
       kWordsMax,
       {"--reason", "--request-id"},
       "says that they are done; kept for ever with your name and --reason",
       "ID is what `tasks list` shows. Status 3 when some are left open. No answer: send it again\n"
       "with the same --request-id; nothing is done twice. What was closed is in `acts`.\n"
       "\n"
       "Example:\n"
       "  lienthongctl tasks close portal/17/4 --reason \"withdrawn at the portal, ticket 88\"\n",
       &Close},
  };
}

}  // namespace lienthong::ctl
