#include <map>
#include <string>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/lag_plot.h"
#include "gateway/console/pages.h"
#include "gateway/domain/derived.h"
#include "lienthong/report/v1/report_service.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::Link;

constexpr int kLateShown = 10;

std::string_view StateName(const View& view, Link::State state) {
  switch (state) {
    case Link::STATE_OK:
      return view.Say("OK", "Tốt");
    case Link::STATE_LATE:
      return view.Say("Late", "Chậm");
    case Link::STATE_DEGRADED:
      return view.Say("Failing, tried again by itself", "Lỗi, đang tự thử lại");
    case Link::STATE_PAUSED:
      return view.Say("Paused", "Tạm dừng");
    case Link::STATE_LOADING:
      return view.Say("Loading", "Đang nạp lần đầu");
    case Link::STATE_RESYNC:
      return view.Say("Reading anew after a restore", "Đọc lại sau khi phục hồi");
    default:
      return view.Say("Not known", "Chưa rõ");
  }
}

// Green only where nothing waits for anybody.
std::string_view ClassOf(const Link& link) {
  if (link.state() != Link::STATE_OK) return link.state() == Link::STATE_LATE ? "late" : "bad";
  const bool waits =
      link.pending() + link.dead_letters() + link.conflicts() + link.early() + link.tasks() > 0;
  return waits ? "waits" : "good";
}

void Fact(Html& html, std::string_view name, std::string_view value) {
  html.Leaf("dt", name);
  html.Leaf("dd", value);
}

void LinkedFact(Html& html, std::string_view name, int64_t count, const std::string& url) {
  html.Leaf("dt", name);
  const auto value = html.In("dd");
  if (count == 0) return html.Text("0");
  html.Leaf("a", StrCat(count), {{"href", url}});
}

std::string ErrorsOf(const Link& link) {
  const std::map<std::string, int64_t> errors(link.errors().begin(), link.errors().end());
  std::string text;
  for (const auto& [kind, count] : errors) {
    if (count > 0) StrAppend(text, text.empty() ? "" : ", ", kind, " ", count);
  }
  return text;
}

// Delivered and received between the last two samples, which are a minute apart.
std::string ThroughputOf(const sync::v1::LagHistory& history) {
  const int last = history.samples_size() - 1;
  if (last < 1) return "–";
  const sync::v1::LagSample& now = history.samples(last);
  const sync::v1::LagSample& before = history.samples(last - 1);
  return StrCat(now.delivered() - before.delivered(), " / ", now.received() - before.received());
}

void Card(const ConsoleParts& parts, const View& view, const Link& link, Html& html) {
  sync::v1::GetLagHistoryRequest request;
  request.set_name(link.name());
  const sync::v1::LagHistory history =
      parts.links.GetLagHistory(view.context, request).value_or(sync::v1::LagHistory());
  const auto card = html.In("article", {{"class", StrCat("card ", ClassOf(link))}});
  html.Leaf("h2", link.name());
  const bool waits_only = ClassOf(link) == "waits";
  html.Leaf("p",
            waits_only ? view.Say("OK, something waits", "Tốt, còn việc chờ")
                       : StateName(view, link.state()),
            {{"class", "state"}});
  {
    const auto list = html.In("dl");
    const bool waits = link.pending() > 0;
    Fact(html, view.Say("Dossiers waiting", "Hồ sơ chờ gửi"), StrCat(link.pending()));
    Fact(html, view.Say("Oldest change waits", "Thay đổi cũ nhất chờ"),
         waits ? ShowAge(view, link.oldest_pending_seconds()) : "–");
    LinkedFact(html, view.Say("Dead letters", "Không gửi được"), link.dead_letters(),
               Url(StrCat(kRoot, "letters"), {{"link", link.name()}}));
    LinkedFact(html, view.Say("Conflicts", "Xung đột"), link.conflicts(),
               Url(StrCat(kRoot, "conflicts"), {{"proposer", StrCat("link/", link.name())}}));
    LinkedFact(html, view.Say("To do by hand", "Việc thủ công"), link.tasks(),
               StrCat(kRoot, "tasks"));
    Fact(html, view.Say("Waiting for their dossier", "Chờ có hồ sơ"), StrCat(link.early()));
    Fact(html, view.Say("Delivered / received", "Đã gửi / đã nhận"),
         StrCat(link.delivered(), " / ", link.received()));
    Fact(html, view.Say("In the last minute", "Trong phút gần nhất"), ThroughputOf(history));
    Fact(html, view.Say("Last success", "Lần thành công gần nhất"),
         link.has_last_success_time() ? ShowTime(link.last_success_time()) : "–");
    if (link.has_next_retry_time()) {
      Fact(html, view.Say("Next try", "Lần thử tới"), ShowTime(link.next_retry_time()));
    }
    const std::string errors = ErrorsOf(link);
    if (!errors.empty()) Fact(html, view.Say("Errors", "Lỗi"), errors);
  }
  if (!link.last_error().empty()) html.Leaf("p", link.last_error(), {{"class", "error"}});
  LagPlot(view, history, link.objective_seconds(), parts.engine.clock.Now(), html);
}

// What only looks late because a system does not know yet: that is ours to end.
absl::Status LateBecauseOfUs(const ConsoleParts& parts, const View& view, Html& html) {
  report::v1::GetDeadlineReportRequest counts;
  LIENTHONG_ASSIGN_OR_RETURN(const auto report, parts.reports.Deadlines(view.context, counts));
  report::v1::ListDueDossiersRequest request;
  request.set_due_class(report::v1::DUE_CLASS_OVERDUE_UNSYNCED);
  request.set_page_size(kLateShown);
  LIENTHONG_ASSIGN_OR_RETURN(const auto late, parts.reports.ListDue(view.context, request));
  const int64_t count = report.total().overdue_unsynced();
  const auto section = html.In("section", {{"class", count > 0 ? "late-count bad" : "late-count"}});
  {
    const auto line = html.In("p", {{"role", "status"}});
    html.Leaf("strong", StrCat(count));
    html.Text(view.Say(" dossiers are shown as late only because a system does not know yet",
                       " hồ sơ bị hiển thị quá hạn chỉ vì chưa đồng bộ"));
  }
  if (late.dossiers().empty()) return absl::OkStatus();
  const Table table(html);
  Heads(html, {view.Say("Dossier", "Hồ sơ"), view.Say("Due", "Hạn"), view.Say("Agency", "Cơ quan"),
               view.Say("Waits on", "Chờ gửi qua")});
  const auto body = html.In("tbody");
  for (const auto& dossier : late.dossiers()) {
    const auto row = html.In("tr");
    {
      const auto cell = html.In("td");
      DossierLink(html, dossier.code());
    }
    html.Leaf("td", ShowTime(dossier.due_time()));
    html.Leaf("td", dossier.agency());
    html.Leaf("td", absl::StrJoin(dossier.links(), ", "));
  }
  return absl::OkStatus();
}

absl::Status Figures(const ConsoleParts& parts, const View& view, Html& html) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto links, parts.links.List(view.context));
  const auto figures = html.In("div", {{"id", "figures"},
                                       {"hx-get", StrCat(kRoot, "health")},
                                       {"hx-trigger", "every 3s"},
                                       {"hx-swap", "outerHTML"}});
  LIENTHONG_RETURN_IF_ERROR(LateBecauseOfUs(parts, view, html));
  if (links.links().empty()) {
    html.Leaf("p", view.Say("No link is configured.", "Chưa cấu hình kết nối nào."));
  }
  const auto cards = html.In("div", {{"class", "cards"}});
  for (const Link& link : links.links()) Card(parts, view, link, html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Html> HealthFigures(const ConsoleParts& parts, const View& view) {
  Html html;
  LIENTHONG_RETURN_IF_ERROR(Figures(parts, view, html));
  return html;
}

absl::StatusOr<Page> HealthPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Health of the links", "Tình trạng kết nối");
  LIENTHONG_ASSIGN_OR_RETURN(Html figures, HealthFigures(parts, view));
  page.body.Append(std::move(figures));
  return page;
}

}  // namespace lienthong::console
