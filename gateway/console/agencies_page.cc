#include <array>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/pages.h"
#include "lienthong/report/v1/report_service.pb.h"

namespace lienthong::console {
namespace {

using report::v1::DeadlineCounts;
using report::v1::DueClass;

constexpr int kDossiersShown = 100;

struct Column {
  DueClass due_class;
  std::string_view word;
  std::string_view english;
  std::string_view vietnamese;
  int64_t (DeadlineCounts::*count)() const;
};
constexpr std::array kColumns = {
    Column{report::v1::DUE_CLASS_OVERDUE, "overdue", "Overdue", "Quá hạn",
           &DeadlineCounts::overdue},
    Column{report::v1::DUE_CLASS_OVERDUE_UNSYNCED, "overdue-unsynced", "Overdue because unsynced",
           "Quá hạn do chưa đồng bộ", &DeadlineCounts::overdue_unsynced},
    Column{report::v1::DUE_CLASS_DUE_SOON, "due-soon", "Due soon", "Sắp đến hạn",
           &DeadlineCounts::due_soon},
    Column{report::v1::DUE_CLASS_NOT_RECEIVED, "not-received", "Not received in 8 h",
           "Chậm tiếp nhận (8 giờ)", &DeadlineCounts::not_received},
    Column{report::v1::DUE_CLASS_ON_TIME, "on-time", "On time", "Trong hạn",
           &DeadlineCounts::on_time},
    Column{report::v1::DUE_CLASS_PAUSED, "paused", "Clock stands", "Tạm dừng",
           &DeadlineCounts::paused},
};

void Row(const View& view, const DeadlineCounts& counts, bool links, Html& html) {
  const auto row = html.In("tr");
  html.Leaf("th", links ? std::string_view(counts.agency()) : view.Say("All", "Tổng"),
            {{"scope", "row"}});
  html.Leaf("td", counts.unit());
  for (const Column& column : kColumns) {
    const int64_t count = (counts.*column.count)();
    const auto cell = html.In("td", {{"class", "number"}});
    if (count == 0 || !links) {
      html.Text(StrCat(count));
      continue;
    }
    html.Leaf("a", StrCat(count),
              {{"href", Url(StrCat(kRoot, "agencies"),
                            {{"class", std::string(column.word)}, {"agency", counts.agency()}})}});
  }
}

absl::Status Counts(const ConsoleParts& parts, const View& view, Html& html) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto report, parts.reports.Deadlines(view.context, {}));
  if (report.counting()) {
    Notice(html, /*good=*/false,
           view.Say("Not all are counted yet: the gateway is going through its store.",
                    "Chưa đếm hết: gateway đang đọc lại kho hồ sơ."));
  }
  const Table table(html);
  std::vector<std::string_view> heads = {view.Say("Agency", "Cơ quan"), view.Say("Unit", "Phòng")};
  for (const Column& column : kColumns) {
    heads.push_back(view.Say(column.english, column.vietnamese));
  }
  Heads(html, heads);
  const auto body = html.In("tbody");
  for (const DeadlineCounts& unit : report.units()) Row(view, unit, /*links=*/true, html);
  Row(view, report.total(), /*links=*/false, html);
  return absl::OkStatus();
}

absl::Status Dossiers(const ConsoleParts& parts, const View& view, const Column& column,
                      Html& html) {
  report::v1::ListDueDossiersRequest request;
  request.set_due_class(column.due_class);
  request.add_agencies(view.query.Get("agency"));
  request.set_page_size(kDossiersShown);
  request.set_page_token(view.query.Get("page"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto page, parts.reports.ListDue(view.context, request));
  html.Leaf("h2",
            StrCat(view.Say(column.english, column.vietnamese), " · ", view.query.Get("agency")));
  {
    const Table table(html);
    Heads(html, {view.Say("Dossier", "Hồ sơ"), view.Say("Due", "Hạn"), view.Say("Unit", "Phòng"),
                 view.Say("Procedure", "Thủ tục"), view.Say("Waits on", "Chờ gửi qua")});
    const auto body = html.In("tbody");
    for (const auto& dossier : page.dossiers()) {
      const auto row = html.In("tr");
      {
        const auto cell = html.In("th", {{"scope", "row"}});
        DossierLink(html, dossier.code());
      }
      html.Leaf("td", ShowTime(dossier.due_time()));
      html.Leaf("td", dossier.unit());
      html.Leaf("td", dossier.procedure());
      html.Leaf("td", absl::StrJoin(dossier.links(), ", "));
    }
  }
  if (page.next_page_token().empty()) return absl::OkStatus();
  const auto line = html.In("p");
  html.Leaf("a", view.Say("Next page", "Trang sau"),
            {{"rel", "next"},
             {"href", Url(StrCat(kRoot, "agencies"), {{"class", std::string(column.word)},
                                                      {"agency", view.query.Get("agency")},
                                                      {"page", page.next_page_token()}})}});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> AgenciesPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Deadlines by agency", "Thời hạn theo cơ quan");
  const std::string wanted = view.query.Get("class");
  for (const Column& column : kColumns) {
    if (column.word != wanted) continue;
    LIENTHONG_RETURN_IF_ERROR(Dossiers(parts, view, column, page.body));
  }
  LIENTHONG_RETURN_IF_ERROR(Counts(parts, view, page.body));
  return page;
}

}  // namespace lienthong::console
