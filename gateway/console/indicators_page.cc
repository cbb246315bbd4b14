#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "gateway/console/sheet.h"
#include "lienthong/report/v1/quality.pb.h"

namespace lienthong::console {
namespace {

using report::v1::QualityComponent;
using report::v1::QualityOfAgency;
using report::v1::QualityReport;

constexpr int kDossiersShown = 100;
constexpr std::string_view kHours = "2.2";

struct Words {
  std::string_view indicator;
  std::string_view english;
  std::string_view vietnamese;
};
constexpr std::array kWords = {
    Words{"1.4", "Synchronised with the portal", "Đồng bộ với Cổng DVCQG"},
    Words{"2.1", "Ended, or still, on time", "Đúng hạn"},
    Words{"2.2", "Time of handling (hours, sum / dossiers)",
          "Thời gian giải quyết (tổng giờ / hồ sơ)"},
    Words{"3.3", "Filed online, with an electronic result", "Nộp trực tuyến, có kết quả điện tử"},
    Words{"3.5", "Paid online, of those with fees", "Thanh toán trực tuyến (hồ sơ có phí)"},
    Words{"4.1", "Electronic result, of those with a result", "Có kết quả điện tử"},
    Words{"4.2", "Papers digitised and electronic result", "Số hóa hồ sơ và kết quả"},
    Words{"4.3", "Paper or result used again", "Tái sử dụng giấy tờ, kết quả"},
    Words{"4.4", "Paper from the citizen's own store", "Lấy từ kho dữ liệu cá nhân"},
    Words{"4.5", "National population database used", "Khai thác CSDL quốc gia về dân cư"},
};

std::string_view NameOf(const View& view, std::string_view indicator) {
  for (const Words& words : kWords) {
    if (words.indicator == indicator) return view.Say(words.english, words.vietnamese);
  }
  return "";
}

std::string ShareOf(const QualityComponent& component) {
  if (component.denominator() == 0) return "–";
  const double share =
      static_cast<double>(component.numerator()) / static_cast<double>(component.denominator());
  if (component.indicator() == kHours) return absl::StrFormat("%.1f h", share);
  constexpr double kPercent = 100;
  return absl::StrFormat("%.1f %%", share * kPercent);
}

report::v1::GetQualityReportRequest RequestOf(const View& view) {
  report::v1::GetQualityReportRequest request;
  request.set_from_day(view.query.Get("from"));
  request.set_to_day(view.query.Get("to"));
  const std::string agency = view.query.Get("agency");
  if (!agency.empty()) request.add_agencies(agency);
  return request;
}

Sheet SheetOf(const View& view, const QualityReport& report) {
  Sheet sheet{
      .name = "QD766",
      .heads = {std::string(view.Say("Agency", "Cơ quan")),
                std::string(view.Say("Component", "Thành phần")),
                std::string(view.Say("Meaning", "Nội dung")),
                std::string(view.Say("Numerator", "Tử số")),
                std::string(view.Say("Denominator", "Mẫu số")),
                std::string(view.Say("Share", "Tỷ lệ")), std::string(view.Say("From", "Từ ngày")),
                std::string(view.Say("To", "Đến ngày"))},
      .rows = {}};
  const auto add = [&](const QualityOfAgency& agency, const std::string& name) {
    for (const QualityComponent& component : agency.components()) {
      sheet.rows.push_back({name, component.indicator(),
                            std::string(NameOf(view, component.indicator())), component.numerator(),
                            component.denominator(), ShareOf(component), report.from_day(),
                            report.to_day()});
    }
  };
  add(report.total(), std::string(view.Say("All", "Tổng")));
  for (const QualityOfAgency& agency : report.agencies()) add(agency, agency.agency());
  return sheet;
}

absl::StatusOr<Download> FileOf(const View& view, const QualityReport& report,
                                const std::string& format) {
  const Sheet sheet = SheetOf(view, report);
  const std::string name = StrCat("qd766-", report.from_day(), "-", report.to_day(), ".", format);
  if (format == "csv") return Download{name, "text/csv; charset=utf-8", ToCsv(sheet)};
  if (format != "xlsx") return FieldInvalid("format", StrCat("is ", format, "; csv or xlsx"));
  LIENTHONG_ASSIGN_OR_RETURN(std::string content, ToXlsx(sheet));
  return Download{name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                  std::move(content)};
}

using Parameters = std::vector<std::pair<std::string_view, std::string>>;
std::string Address(const QualityReport& report, const std::string& agency,
                    std::pair<std::string_view, std::string> more) {
  Parameters parameters = {{"from", report.from_day()}, {"to", report.to_day()}};
  if (!agency.empty()) parameters.emplace_back("agency", agency);
  parameters.push_back(std::move(more));
  return Url(StrCat(kRoot, "indicators"), parameters);
}

void PeriodForm(const View& view, const QualityReport& report, Html& html) {
  const auto form = html.In("form", {{"method", "get"}, {"class", "filter"}});
  TextField(html, view.Say("Received from", "Tiếp nhận từ ngày"), "from", report.from_day());
  TextField(html, view.Say("to", "đến ngày"), "to", report.to_day());
  TextField(html, view.Say("Agency", "Cơ quan"), "agency", view.query.Get("agency"));
  html.Leaf("button", view.Say("Show", "Xem"));
}

void Row(const View& view, const QualityReport& report, const QualityOfAgency& agency, Html& html) {
  const auto row = html.In("tr");
  html.Leaf("th",
            agency.agency().empty() ? view.Say("All", "Tổng") : std::string_view(agency.agency()),
            {{"scope", "row"}});
  for (const QualityComponent& component : agency.components()) {
    const auto cell = html.In("td", {{"class", "number"}});
    html.Leaf("strong", ShareOf(component));
    html.Void("br", {});
    const std::string counts = StrCat(component.numerator(), " / ", component.denominator());
    const bool lowered = component.indicator() == kHours
                             ? component.denominator() > 0
                             : component.numerator() < component.denominator();
    if (!lowered) {
      html.Text(counts);
      continue;
    }
    html.Leaf("a", counts,
              {{"href", Address(report, agency.agency(), {"indicator", component.indicator()})},
               {"title", std::string(NameOf(view, component.indicator()))}});
  }
}

void Components(const View& view, const QualityReport& report, Html& html) {
  const Table table(html);
  {
    const auto head = html.In("thead");
    const auto row = html.In("tr");
    html.Leaf("th", view.Say("Agency", "Cơ quan"), {{"scope", "col"}});
    for (const Words& words : kWords) {
      const auto cell = html.In("th", {{"scope", "col"}});
      html.Text(words.indicator);
      html.Leaf("small", view.Say(words.english, words.vietnamese));
    }
  }
  const auto body = html.In("tbody");
  Row(view, report, report.total(), html);
  for (const QualityOfAgency& agency : report.agencies()) Row(view, report, agency, html);
}

absl::Status Dossiers(const ConsoleParts& parts, const View& view, const QualityReport& report,
                      const std::string& indicator, Html& html) {
  report::v1::ListQualityDossiersRequest request;
  request.set_indicator(indicator);
  request.set_from_day(report.from_day());
  request.set_to_day(report.to_day());
  const std::string agency = view.query.Get("agency");
  if (!agency.empty()) request.add_agencies(agency);
  request.set_page_size(kDossiersShown);
  request.set_page_token(view.query.Get("page"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto page, parts.quality.List(view.context, request));
  html.Leaf("h2", StrCat(indicator, " · ", NameOf(view, indicator), " · ",
                         indicator == kHours
                             ? view.Say("dossiers that ended", "hồ sơ đã kết thúc")
                             : view.Say("dossiers that lower it", "hồ sơ làm giảm chỉ số")));
  {
    const Table table(html);
    Heads(html,
          {view.Say("Dossier", "Hồ sơ"), view.Say("Agency", "Cơ quan"),
           view.Say("Received", "Tiếp nhận"), view.Say("Due", "Hạn"), view.Say("Hours", "Số giờ")});
    const auto body = html.In("tbody");
    for (const auto& dossier : page.dossiers()) {
      const auto row = html.In("tr");
      {
        const auto cell = html.In("th", {{"scope", "row"}});
        DossierLink(html, dossier.code());
      }
      html.Leaf("td", dossier.agency());
      html.Leaf("td", ShowTime(dossier.received_time()));
      html.Leaf("td", ShowTime(dossier.due_time()));
      html.Leaf("td", indicator == kHours ? StrCat(dossier.hours()) : "", {{"class", "number"}});
    }
  }
  NextPage(view, "indicators",
           {{"from", report.from_day()},
            {"to", report.to_day()},
            {"agency", agency},
            {"indicator", indicator}},
           page.next_page_token(), html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> IndicatorsPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Components of QĐ 766/QĐ-TTg", "Thành phần chỉ số QĐ 766/QĐ-TTg");
  Html& html = page.body;
  const auto report = parts.quality.Report(view.context, RequestOf(view));
  if (!report.ok()) {
    Notice(html, /*good=*/false, TextOf(report.status()));
    PeriodForm(view, {}, html);
    return page;
  }
  if (const std::string format = view.query.Get("format"); !format.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(page.download, FileOf(view, *report, format));
    return page;
  }
  if (report->counting()) {
    Notice(html, /*good=*/false,
           view.Say("Not all dossiers are counted yet: the gateway is reading its store.",
                    "Chưa đếm hết: gateway đang đọc kho hồ sơ."));
  }
  PeriodForm(view, *report, html);
  Components(view, *report, html);
  {
    const auto line = html.In("p");
    const std::string agency = view.query.Get("agency");
    html.Leaf("a", view.Say("As XLSX", "Tải XLSX"),
              {{"href", Address(*report, agency, {"format", "xlsx"})}});
    html.Text(" · ");
    html.Leaf("a", view.Say("As CSV", "Tải CSV"),
              {{"href", Address(*report, agency, {"format", "csv"})}});
  }
  const std::string indicator = view.query.Get("indicator");
  if (!indicator.empty()) {
    LIENTHONG_RETURN_IF_ERROR(Dossiers(parts, view, *report, indicator, html));
  }
  return page;
}

}  // namespace lienthong::console
