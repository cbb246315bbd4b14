#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::console {
namespace {

constexpr int kItemsShown = 50;

absl::Status Assign(const ConsoleParts& parts, const View& view) {
  catalogue::v1::DispatchDossierRequest request;
  request.set_code(view.form.Get("code"));
  request.set_agency(view.form.Get("agency"));
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.dispatch.Assign(view.context, request).status();
}

// Whom to name differs from dossier to dossier, so each has its own form.
void Row(const ConsoleParts& parts, const View& view, const catalogue::v1::DispatchItem& item,
         Html& html) {
  const auto row = html.In("tr");
  {
    const auto cell = html.In("th", {{"scope", "row"}});
    DossierLink(html, item.code());
  }
  html.Leaf("td", item.agency());
  html.Leaf("td", ShowTime(item.since()));
  html.Leaf("td", ShowTime(item.promised_due()));
  const auto cell = html.In("td");
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "dispatch")}});
  HiddenRequestId(parts, html);
  html.Void("input", {{"type", "hidden"}, {"name", "code"}, {"value", item.code()}});
  {
    const auto select = html.In(
        "select",
        {{"name", "agency"},
         {"aria-label", StrCat(view.Say("Who goes on with ", "Cơ quan tiếp nhận "), item.code())}});
    for (const std::string& candidate : item.candidates()) {
      html.Leaf("option", candidate, {{"value", candidate}});
    }
  }
  html.Void("input", {{"name", "reason"},
                      {"maxlength", "500"},
                      {"required", ""},
                      {"placeholder", std::string(view.Say("Reason", "Lý do"))},
                      {"aria-label", StrCat(view.Say("Reason for ", "Lý do cho "), item.code())}});
  ActButton(html, "assign", view.Say("Give it", "Giao"));
}

}  // namespace

absl::StatusOr<Page> DispatchPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Dossiers of agencies that ended", "Hồ sơ của cơ quan đã chấm dứt");
  Html& html = page.body;
  if (IsAct(view)) {
    ShowDone(Assign(parts, view), view.Say("It is given.", "Đã giao hồ sơ."), html);
  }
  catalogue::v1::ListDispatchRequest request;
  request.set_page_size(kItemsShown);
  request.set_page_token(view.query.Get("page"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto queue, parts.dispatch.List(view.context, request));
  if (queue.items().empty()) {
    html.Leaf("p",
              view.Say("No dossier waits for an agency.", "Không có hồ sơ nào chờ điều phối."));
    return page;
  }
  {
    const Table table(html);
    Heads(html, {view.Say("Dossier", "Hồ sơ"), view.Say("Ended agency", "Cơ quan đã chấm dứt"),
                 view.Say("Waits since", "Chờ từ"), view.Say("Promised", "Hẹn trả"),
                 view.Say("Who goes on", "Cơ quan tiếp nhận")});
    const auto body = html.In("tbody");
    for (const auto& item : queue.items()) Row(parts, view, item, html);
  }
  NextPage(view, "dispatch", {}, queue.next_page_token(), html);
  return page;
}

}  // namespace lienthong::console
