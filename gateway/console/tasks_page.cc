#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/tasks.pb.h"

namespace lienthong::console {
namespace {

constexpr int kTasksShown = 100;

absl::StatusOr<sync::v1::BulkResult> Close(const ConsoleParts& parts, const View& view) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> ids, Ticked(view));
  sync::v1::CloseTasksRequest request;
  *request.mutable_ids() = {ids.begin(), ids.end()};
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.CloseTasks(view.context, request);
}

void Row(const sync::v1::Task& task, Html& html) {
  const auto row = html.In("tr");
  TickBox(html, task.id(), StrCat(task.link(), " ", task.code()));
  {
    const auto cell = html.In("th", {{"scope", "row"}});
    DossierLink(html, task.code());
  }
  html.Leaf("td", task.link());
  html.Leaf("td", task.key());
  html.Leaf("td", StrCat(task.act(), task.survivor().empty() ? "" : " → ", task.survivor()));
  html.Leaf("td", absl::StrJoin(task.paths(), ", "));
  html.Leaf("td", task.reason());
  html.Leaf("td", ShowTime(task.time()));
}

}  // namespace

absl::StatusOr<Page> TasksPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("To do by hand at other systems", "Việc làm thủ công ở hệ thống khác");
  Html& html = page.body;
  if (IsAct(view)) ShowResult(view, Close(parts, view), html);
  sync::v1::ListTasksRequest request;
  request.set_page_size(kTasksShown);
  request.set_page_token(view.query.Get("page"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto tasks, parts.links.ListTasks(view.context, request));
  if (tasks.tasks().empty()) {
    html.Leaf("p", view.Say("There is nothing to do.", "Không có việc nào."));
    return page;
  }
  {
    const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "tasks")}});
    HiddenRequestId(parts, html);
    {
      const Table table(html);
      Heads(html,
            {view.Say("Tick", "Chọn"), view.Say("Dossier", "Hồ sơ"), view.Say("Link", "Kết nối"),
             view.Say("Its own number", "Mã ở đó"),
             view.Say("What was done here", "Việc đã làm ở đây"), view.Say("Fields", "Trường"),
             view.Say("Why", "Lý do"), view.Say("Since", "Từ lúc")});
      const auto body = html.In("tbody");
      for (const auto& task : tasks.tasks()) Row(task, html);
    }
    ReasonField(view, html);
    ActButton(html, "close", view.Say("The ticked ones are done", "Đã làm xong các mục đã chọn"));
  }
  NextPage(view, "tasks", {}, tasks.next_page_token(), html);
  return page;
}

}  // namespace lienthong::console
