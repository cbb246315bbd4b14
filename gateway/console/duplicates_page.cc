#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "gateway/core/suspects.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"
#include "lienthong/sync/v1/tasks.pb.h"

namespace lienthong::console {
namespace {

using receipt::v1::SuspectedDuplicate;

constexpr int kPairsShown = 50;

absl::Status Join(const ConsoleParts& parts, const View& view) {
  sync::v1::JoinDossiersRequest request;
  request.set_survivor(view.form.Get("older"));
  request.set_alias(view.form.Get("newer"));
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.JoinDossiers(view.context, request).status();
}

absl::Status Part(const ConsoleParts& parts, const View& view) {
  sync::v1::PartDossiersRequest request;
  request.set_alias(view.form.Get("alias"));
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.PartDossiers(view.context, request).status();
}

absl::Status Dismiss(const ConsoleParts& parts, const View& view) {
  receipt::v1::DismissSuspectedDuplicateRequest request;
  request.set_id(view.form.Get("pair"));
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return core::Suspects(parts.engine).Dismiss(view.context, request).status();
}

void Act(const ConsoleParts& parts, const View& view, Html& html) {
  const std::string act = view.form.Get("act");
  if (act == "join") {
    return ShowDone(Join(parts, view),
                    view.Say("They are one case now; it can be undone below.",
                             "Đã ghép thành một hồ sơ; có thể hoàn tác bên dưới."),
                    html);
  }
  if (act == "part") {
    return ShowDone(Part(parts, view), view.Say("They are two again.", "Đã tách lại."), html);
  }
  ShowDone(act == "dismiss" ? Dismiss(parts, view) : UnknownAct(view),
           view.Say("They are two cases.", "Đã ghi nhận là hai hồ sơ."), html);
}

void Row(const ConsoleParts& parts, const View& view, const SuspectedDuplicate& pair, Html& html) {
  const auto row = html.In("tr");
  {
    const auto cell = html.In("th", {{"scope", "row"}});
    DossierLink(html, pair.older());
  }
  {
    const auto cell = html.In("td");
    DossierLink(html, pair.newer());
  }
  html.Leaf("td", pair.reason());
  html.Leaf("td", ShowTime(pair.time()));
  const auto cell = html.In("td");
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "duplicates")}});
  HiddenRequestId(parts, html);
  for (const auto& [name, value] : {std::pair("pair", pair.id()), std::pair("older", pair.older()),
                                    std::pair("newer", pair.newer())}) {
    html.Void("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  html.Void("input", {{"name", "reason"},
                      {"maxlength", "500"},
                      {"required", ""},
                      {"placeholder", std::string(view.Say("Reason", "Lý do"))},
                      {"aria-label", StrCat(view.Say("Reason for ", "Lý do cho "), pair.newer())}});
  ActButton(html, "join", view.Say("One case", "Là một"));
  ActButton(html, "dismiss", view.Say("Two cases", "Là hai"));
}

void PartForm(const ConsoleParts& parts, const View& view, Html& html) {
  html.Leaf("h2", view.Say("Undo a join", "Hoàn tác việc ghép"));
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "duplicates")}});
  HiddenRequestId(parts, html);
  TextField(html,
            view.Say("Code of the dossier that was joined into another",
                     "Mã hồ sơ đã được ghép vào hồ sơ khác"),
            "alias", "", /*required=*/true);
  ReasonField(view, html);
  ActButton(html, "part", view.Say("Part them", "Tách ra"));
}

}  // namespace

absl::StatusOr<Page> DuplicatesPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Suspected duplicates", "Hồ sơ nghi trùng");
  Html& html = page.body;
  if (IsAct(view)) Act(parts, view, html);
  receipt::v1::ListSuspectedDuplicatesRequest request;
  request.set_page_size(kPairsShown);
  request.set_page_token(view.query.Get("page"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto pairs,
                             core::Suspects(parts.engine).List(view.context, request));
  if (pairs.pairs().empty()) {
    html.Leaf("p", view.Say("There are none.", "Không có cặp nào."));
  } else {
    const Table table(html);
    Heads(html, {view.Say("Older", "Hồ sơ trước"), view.Say("Newer", "Hồ sơ sau"),
                 view.Say("In common", "Điểm chung"), view.Say("Since", "Từ lúc"),
                 view.Say("Decide", "Quyết định")});
    const auto body = html.In("tbody");
    for (const SuspectedDuplicate& pair : pairs.pairs()) Row(parts, view, pair, html);
  }
  NextPage(view, "duplicates", {}, pairs.next_page_token(), html);
  PartForm(parts, view, html);
  return page;
}

}  // namespace lienthong::console
