#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/acts.pb.h"

namespace lienthong::console {
namespace {

constexpr int kActsShown = 100;

void Row(const sync::v1::Act& act, Html& html) {
  const auto row = html.In("tr");
  html.Leaf("th", ShowTime(act.time()), {{"scope", "row"}});
  html.Leaf("td", act.actor());
  html.Leaf("td", act.kind());
  {
    const auto cell = html.In("td");
    if (!act.code().empty()) DossierLink(html, act.code());
  }
  html.Leaf("td", act.target());
  html.Leaf("td", act.reason());
  html.Leaf("td", act.result());
}

}  // namespace

absl::StatusOr<Page> AuditPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title =
      view.Say("What operators did, newest first", "Việc người vận hành đã làm, mới nhất trước");
  Html& html = page.body;
  const std::string code = view.query.Get("code");
  {
    const auto form = html.In("form", {{"method", "get"}, {"class", "filter"}});
    TextField(html, view.Say("Dossier", "Hồ sơ"), "code", code);
    html.Leaf("button", view.Say("Filter", "Lọc"));
  }
  sync::v1::ListActsRequest request;
  request.set_code(code);
  request.set_newest_first(true);
  request.set_page_size(kActsShown);
  request.set_page_token(view.query.Get("page"));
  const auto acts = parts.conflicts.ListActs(view.context, request);
  if (!acts.ok()) {
    Notice(html, /*good=*/false, TextOf(acts.status()));
    return page;
  }
  if (acts->acts().empty()) {
    html.Leaf("p", view.Say("Nothing yet.", "Chưa có việc nào."));
    return page;
  }
  {
    const Table table(html);
    Heads(html, {view.Say("When", "Lúc"), view.Say("Who", "Ai"), view.Say("What", "Việc"),
                 view.Say("Dossier", "Hồ sơ"), view.Say("To what", "Đối tượng"),
                 view.Say("Why", "Lý do"), view.Say("Result", "Kết quả")});
    const auto body = html.In("tbody");
    for (const auto& act : acts->acts()) Row(act, html);
  }
  NextPage(view, "audit", {{"code", code}}, acts->next_page_token(), html);
  return page;
}

}  // namespace lienthong::console
