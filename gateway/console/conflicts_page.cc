#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::Conflict;
using sync::v1::ResolveConflictsRequest;

constexpr int kConflictsShown = 50;

// Values may be personal: they are shown to who says why.
void AskForPurpose(const View& view, const std::string& proposer, Html& html) {
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "conflicts")}});
  html.Void("input", {{"type", "hidden"}, {"name", "proposer"}, {"value", proposer}});
  PurposeField(view, html, "purpose");
  html.Leaf("button", view.Say("Show values", "Hiện giá trị"));
}

void Row(const Conflict& conflict, bool values, Html& html) {
  const auto row = html.In("tr");
  TickBox(html, conflict.id(), StrCat(conflict.code(), " ", conflict.path()));
  {
    const auto cell = html.In("td");
    DossierLink(html, conflict.code());
  }
  html.Leaf("td", conflict.path());
  html.Leaf("td", conflict.owner_party());
  html.Leaf("td", values ? conflict.stored_value() : "•••");
  html.Leaf("td", conflict.proposer());
  html.Leaf("td", values ? conflict.proposed_value() : "•••");
  html.Leaf("td", ShowTime(conflict.time()));
}

absl::StatusOr<sync::v1::BulkResult> Act(const ConsoleParts& parts, const View& view) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> ids, Ticked(view));
  ResolveConflictsRequest request;
  *request.mutable_ids() = {ids.begin(), ids.end()};
  const std::string act = view.form.Get("act");
  if (act == "stored") {
    request.set_resolution(ResolveConflictsRequest::RESOLUTION_STORED);
  } else if (act == "proposed") {
    request.set_resolution(ResolveConflictsRequest::RESOLUTION_PROPOSED);
  } else if (act == "edited") {
    request.set_resolution(ResolveConflictsRequest::RESOLUTION_EDITED);
    request.set_value(view.form.Get("value"));
  } else {
    return UnknownAct(view);
  }
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.conflicts.Resolve(view.context, request);
}

absl::Status List(const ConsoleParts& parts, const View& view, Html& html) {
  const std::string posted = view.form.Get("proposer");
  const std::string proposer = posted.empty() ? view.query.Get("proposer") : posted;
  const std::string purpose = view.form.Get("purpose");
  sync::v1::ListConflictsRequest request;
  request.set_proposer(proposer);
  request.set_page_size(kConflictsShown);
  request.set_page_token(view.query.Get("page"));
  request.set_purpose(purpose);
  core::RequestContext context = view.context;
  context.purpose = purpose;
  LIENTHONG_ASSIGN_OR_RETURN(const auto conflicts, parts.conflicts.List(context, request));
  if (conflicts.conflicts().empty() && conflicts.next_page_token().empty()) {
    html.Leaf("p", view.Say("There are none.", "Không có mục nào."));
    return absl::OkStatus();
  }
  if (purpose.empty()) AskForPurpose(view, proposer, html);
  {
    const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "conflicts")}});
    HiddenRequestId(parts, html);
    {
      const Table table(html);
      Heads(html, {view.Say("Tick", "Chọn"), view.Say("Dossier", "Hồ sơ"),
                   view.Say("Field", "Trường"), view.Say("Owner", "Bên quyết định"),
                   view.Say("Stored then", "Khi đó đang lưu"), view.Say("Proposer", "Bên đề nghị"),
                   view.Say("Proposed", "Đề nghị"), view.Say("Since", "Từ lúc")});
      const auto body = html.In("tbody");
      for (const Conflict& conflict : conflicts.conflicts()) {
        Row(conflict, !purpose.empty(), html);
      }
    }
    ReasonField(view, html);
    html.Leaf("label", view.Say("Another value, for one", "Giá trị khác, cho một mục"),
              {{"for", "value"}});
    html.Void("input", {{"id", "value"}, {"name", "value"}});
    ActButton(html, "stored", view.Say("Keep what is stored", "Giữ giá trị đang lưu"));
    ActButton(html, "proposed", view.Say("Take what was proposed", "Lấy giá trị đề nghị"));
    ActButton(html, "edited", view.Say("Set the other value", "Đặt giá trị khác"));
  }
  NextPage(view, "conflicts", {{"proposer", proposer}}, conflicts.next_page_token(), html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> ConflictsPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Conflicts", "Xung đột");
  if (IsAct(view)) ShowResult(view, Act(parts, view), page.body);
  LIENTHONG_RETURN_IF_ERROR(List(parts, view, page.body));
  return page;
}

}  // namespace lienthong::console
