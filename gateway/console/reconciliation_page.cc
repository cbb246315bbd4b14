#include <array>
#include <map>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/reconciliation.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::Finding;
using sync::v1::Reconciliation;

constexpr int kRunsShown = 20;
constexpr int kFindingsShown = 100;

std::string_view NameOf(const View& view, Reconciliation::State state) {
  switch (state) {
    case Reconciliation::STATE_RUNNING:
      return view.Say("comparing", "đang đối soát");
    case Reconciliation::STATE_COMPARED:
      return view.Say("repairs wait for approval", "chờ duyệt sửa chữa");
    case Reconciliation::STATE_REPAIRING:
      return view.Say("repairing", "đang sửa chữa");
    case Reconciliation::STATE_DONE:
      return view.Say("done", "đã xong");
    case Reconciliation::STATE_CANCELLED:
      return view.Say("cancelled", "đã hủy");
    case Reconciliation::STATE_FAILED:
      return view.Say("failed", "không hoàn thành");
    default:
      return view.Say("not known", "chưa rõ");
  }
}

std::string_view NameOf(const View& view, Finding::Class how) {
  switch (how) {
    case Finding::CLASS_DIVERGED:
      return view.Say("differs", "khác nhau");
    case Finding::CLASS_MISSING_THERE:
      return view.Say("missing there", "thiếu ở bên kia");
    case Finding::CLASS_MISSING_HERE:
      return view.Say("missing here", "thiếu ở đây");
    default:
      return view.Say("there twice", "bị trùng ở bên kia");
  }
}

std::string_view NameOf(const View& view, Finding::State state) {
  switch (state) {
    case Finding::STATE_OPEN:
      return view.Say("waits for approval", "chờ duyệt");
    case Finding::STATE_APPROVED:
      return view.Say("approved", "đã duyệt");
    case Finding::STATE_REPAIRED:
      return view.Say("repaired", "đã sửa");
    case Finding::STATE_VANISHED:
      return view.Say("is equal by now", "đã khớp");
    default:
      return view.Say("for a person to see to", "cần người xử lý");
  }
}

std::string_view NameOf(const View& view, Finding::Field::Kind kind) {
  switch (kind) {
    case Finding::Field::KIND_STALE:
      return view.Say("older value of ours: delivered again", "giá trị cũ của ta: gửi lại");
    case Finding::Field::KIND_ALTERED:
      return view.Say("altered there: overwritten", "bị sửa ở bên kia: ghi đè");
    default:
      return view.Say("theirs to say: taken in", "bên kia quyết định: nhận về");
  }
}

std::string CountsOf(const Reconciliation& run) {
  const std::map<std::string, int64_t> counts(run.counts().begin(), run.counts().end());
  std::string text;
  for (const auto& [name, count] : counts) {
    StrAppend(text, text.empty() ? "" : ", ", name, " ", count);
  }
  return text;
}

// What a form wants: to begin a comparison, to end one, to approve what was found.
absl::Status Start(const ConsoleParts& parts, const View& view) {
  sync::v1::StartReconciliationRequest request;
  request.set_link(view.form.Get("link"));
  request.set_from_day(view.form.Get("from_day"));
  request.set_to_day(view.form.Get("to_day"));
  request.set_agency(view.form.Get("agency"));
  request.set_automatic(!view.form.Get("automatic").empty());
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.StartReconciliation(view.context, request).status();
}

absl::Status Cancel(const ConsoleParts& parts, const View& view) {
  sync::v1::CancelReconciliationRequest request;
  request.set_id(view.form.Get("run"));
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.CancelReconciliation(view.context, request).status();
}

absl::StatusOr<sync::v1::BulkResult> Approve(const ConsoleParts& parts, const View& view,
                                             bool all) {
  sync::v1::ApproveFindingsRequest request;
  request.set_reconciliation(view.form.Get("run"));
  if (!all) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> ids, Ticked(view));
    *request.mutable_ids() = {ids.begin(), ids.end()};
  }
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.ApproveFindings(view.context, request);
}

void Act(const ConsoleParts& parts, const View& view, Html& html) {
  const std::string act = view.form.Get("act");
  if (act == "start") {
    return ShowDone(Start(parts, view), view.Say("It has begun.", "Đã bắt đầu đối soát."), html);
  }
  if (act == "cancel") {
    return ShowDone(Cancel(parts, view), view.Say("It is cancelled.", "Đã hủy đối soát."), html);
  }
  if (act != "approve" && act != "approve-all") {
    return ShowDone(UnknownAct(view), "", html);
  }
  ShowResult(view, Approve(parts, view, act == "approve-all"), html);
}

void StartForm(const ConsoleParts& parts, const View& view, Html& html) {
  html.Leaf("h2", view.Say("Compare both sides of a link", "Đối soát hai bên của một kết nối"));
  const auto form =
      html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "reconciliation")}});
  HiddenRequestId(parts, html);
  Choice(html, view.Say("Link", "Kết nối"), "link", parts.links.names(), view.form.Get("link"), "");
  TextField(html, view.Say("From day (yyyyMMdd)", "Từ ngày (yyyyMMdd)"), "from_day", "");
  TextField(html, view.Say("To day", "Đến ngày"), "to_day", "");
  TextField(html, view.Say("Only agency", "Chỉ cơ quan"), "agency", "");
  html.Void("input",
            {{"type", "checkbox"}, {"id", "automatic"}, {"name", "automatic"}, {"value", "yes"}});
  html.Leaf("label",
            view.Say("repair at once what needs no judgement", "tự sửa những gì không cần xem xét"),
            {{"for", "automatic"}});
  ReasonField(view, html);
  ActButton(html, "start", view.Say("Compare", "Đối soát"));
}

absl::Status Runs(const ConsoleParts& parts, const View& view, Html& html) {
  sync::v1::ListReconciliationsRequest request;
  request.set_page_size(kRunsShown);
  LIENTHONG_ASSIGN_OR_RETURN(const auto runs,
                             parts.links.ListReconciliations(view.context, request));
  html.Leaf("h2", view.Say("Comparisons, newest first", "Các lần đối soát, mới nhất trước"));
  if (runs.reconciliations().empty()) {
    html.Leaf("p", view.Say("There are none.", "Chưa có lần nào."));
    return absl::OkStatus();
  }
  const Table table(html);
  Heads(html, {view.Say("Begun", "Bắt đầu"), view.Say("Link", "Kết nối"),
               view.Say("Stands", "Trạng thái"), view.Say("Waiting repairs", "Chờ duyệt"),
               view.Say("For people", "Cần người xử lý"), view.Say("Dossiers", "Hồ sơ"),
               view.Say("By", "Bởi"), view.Say("Why", "Lý do")});
  const auto body = html.In("tbody");
  for (const Reconciliation& run : runs.reconciliations()) {
    const auto row = html.In("tr");
    {
      const auto cell = html.In("th", {{"scope", "row"}});
      html.Leaf("a", ShowTime(run.started()),
                {{"href", Url(StrCat(kRoot, "reconciliation"), {{"run", run.id()}})}});
    }
    html.Leaf("td", run.link());
    html.Leaf("td",
              StrCat(NameOf(view, run.state()), run.error().empty() ? "" : ": ", run.error()));
    html.Leaf("td", StrCat(run.findings()), {{"class", "number"}});
    html.Leaf("td", StrCat(run.for_people()), {{"class", "number"}});
    html.Leaf("td", CountsOf(run));
    html.Leaf("td", run.actor());
    html.Leaf("td", run.reason());
  }
  return absl::OkStatus();
}

void Fields(const View& view, const Finding& finding, Html& html) {
  const auto cell = html.In("td");
  if (finding.fields().empty()) return;
  const auto details = html.In("details");
  html.Leaf("summary", StrCat(finding.fields_size(), view.Say(" fields", " trường")));
  const auto list = html.In("ul");
  for (const Finding::Field& field : finding.fields()) {
    std::string text = StrCat(field.path(), ": ", NameOf(view, field.kind()));
    if (!field.held().empty() || !field.expected().empty()) {
      StrAppend(text, " (", view.Say("there ", "bên kia "), "“", field.held(), "”, ",
                view.Say("here ", "ở đây "), "“", field.expected(), "”)");
    }
    html.Leaf("li", text);
  }
}

void Row(const View& view, const Finding& finding, Html& html) {
  const auto row = html.In("tr");
  if (finding.state() == Finding::STATE_OPEN) {
    TickBox(html, finding.id(), finding.code().empty() ? finding.key() : finding.code());
  } else {
    html.Leaf("td", "");
  }
  {
    const auto cell = html.In("th", {{"scope", "row"}});
    if (finding.code().empty()) {
      html.Text(finding.key());
    } else {
      DossierLink(html, finding.code());
    }
  }
  html.Leaf("td", NameOf(view, finding.class_()));
  html.Leaf("td", finding.overdue() == Finding::OVERDUE_UNSYNCED
                      ? view.Say("only for want of synchronisation", "chỉ do chưa đồng bộ")
                  : finding.overdue() == Finding::OVERDUE_REALLY ? view.Say("really", "thật sự")
                                                                 : std::string_view());
  Fields(view, finding, html);
  html.Leaf("td", NameOf(view, finding.state()));
  html.Leaf("td", finding.note());
}

void AskForPurpose(const View& view, const std::string& run, Html& html) {
  const auto form =
      html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "reconciliation")}});
  html.Void("input", {{"type", "hidden"}, {"name", "run"}, {"value", run}});
  PurposeField(view, html, "purpose");
  html.Leaf("button", view.Say("Show values", "Hiện giá trị"));
}

absl::Status Run(const ConsoleParts& parts, const View& view, const std::string& id, Html& html) {
  sync::v1::GetReconciliationRequest get;
  get.set_id(id);
  LIENTHONG_ASSIGN_OR_RETURN(const Reconciliation run,
                             parts.links.GetReconciliation(view.context, get));
  sync::v1::ListFindingsRequest request;
  request.set_reconciliation(id);
  request.set_page_size(kFindingsShown);
  request.set_page_token(view.query.Get("page"));
  request.set_purpose(view.form.Get("purpose"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto findings, parts.links.ListFindings(view.context, request));
  html.Leaf("h2", StrCat(run.link(), " · ", ShowTime(run.started())));
  html.Leaf("p",
            StrCat(NameOf(view, run.state()), run.error().empty() ? "" : ": ", run.error(), " · ",
                   CountsOf(run)),
            {{"role", "status"}});
  if (request.purpose().empty()) AskForPurpose(view, id, html);
  {
    const auto form =
        html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "reconciliation")}});
    HiddenRequestId(parts, html);
    html.Void("input", {{"type", "hidden"}, {"name", "run"}, {"value", id}});
    {
      const Table table(html);
      Heads(html, {view.Say("Tick", "Chọn"), view.Say("Dossier", "Hồ sơ"), view.Say("How", "Loại"),
                   view.Say("Shown as late", "Bị hiển thị quá hạn"), view.Say("Fields", "Trường"),
                   view.Say("Stands", "Trạng thái"), view.Say("Note", "Ghi chú")});
      const auto body = html.In("tbody");
      for (const Finding& finding : findings.findings()) Row(view, finding, html);
    }
    ReasonField(view, html);
    ActButton(html, "approve", view.Say("Repair the ticked ones", "Duyệt sửa các mục đã chọn"));
    ActButton(html, "approve-all",
              view.Say("Repair the first 100 that wait", "Duyệt sửa 100 mục đầu đang chờ"));
    ActButton(html, "cancel", view.Say("End this comparison", "Kết thúc lần đối soát này"));
  }
  NextPage(view, "reconciliation", {{"run", id}}, findings.next_page_token(), html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> ReconciliationPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Reconciliation", "Đối soát");
  if (IsAct(view)) Act(parts, view, page.body);
  const std::string posted = view.form.Get("run");
  const std::string run = posted.empty() ? view.query.Get("run") : posted;
  if (!run.empty()) LIENTHONG_RETURN_IF_ERROR(Run(parts, view, run, page.body));
  if (run.empty()) StartForm(parts, view, page.body);
  LIENTHONG_RETURN_IF_ERROR(Runs(parts, view, page.body));
  return page;
}

}  // namespace lienthong::console
