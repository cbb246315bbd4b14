#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/report/v1/report_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

namespace pb = report::v1;
using nlohmann::ordered_json;
using pb::ReportService;

constexpr int kPageItems = 500;
constexpr int64_t kItemsDefault = 100;
constexpr double kPercent = 100;

template <typename Request>
void SetPeriod(const Arguments& arguments, Request& request) {
  request.set_from_day(arguments.Text("--from-day"));
  request.set_to_day(arguments.Text("--to-day"));
  if (arguments.Has("--agency")) request.add_agencies(arguments.Text("--agency"));
}

std::string ShareOf(const pb::QualityComponent& component) {
  if (component.denominator() == 0) return "";
  const double share =
      static_cast<double>(component.numerator()) / static_cast<double>(component.denominator());
  if (component.indicator() == "2.2") return absl::StrFormat("%.1f h", share);
  return absl::StrFormat("%.1f %%", share * kPercent);
}

ExitCode Indicators(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::GetQualityReportRequest request;
  SetPeriod(arguments, request);
  const auto stub = ReportService::NewStub(session.server());
  pb::QualityReport report;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->GetQualityReport(context, request, &report); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(report, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  const auto add = [&rows](const pb::QualityOfAgency& agency, const std::string& name) {
    for (const auto& component : agency.components()) {
      rows.push_back({name, component.indicator(), StrCat(component.numerator()),
                      StrCat(component.denominator()), ShareOf(component)});
    }
  };
  for (const auto& agency : report.agencies()) add(agency, agency.agency());
  add(report.total(), "*");
  terminal.Caption(StrCat(report.from_day(), " – ", report.to_day()));
  terminal.Table({"agency", "component", "numerator", "denominator", "share"}, rows);
  if (report.counting()) {
    terminal.Caption(terminal.Text("not all are counted yet: the gateway is reading its store",
                                   "chưa đếm hết: gateway đang đọc kho hồ sơ"));
  }
  return kDone;
}

ExitCode Indicator(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::StatusOr<int64_t> max = arguments.Number("--max", kItemsDefault);
  if (!max.ok()) return terminal.Usage(ToStd(max.status().message()));
  pb::ListQualityDossiersRequest request;
  request.set_indicator(arguments.words()[0]);
  SetPeriod(arguments, request);
  const auto stub = ReportService::NewStub(session.server());
  std::vector<pb::QualityDossier> dossiers;
  bool more = true;
  while (more && static_cast<int64_t>(dossiers.size()) < *max) {
    request.set_page_size(static_cast<int32_t>(
        std::min<int64_t>(kPageItems, *max - static_cast<int64_t>(dossiers.size()))));
    pb::ListQualityDossiersResponse page;
    const grpc::Status status = session.Call(
        [&](auto* context) { return stub->ListQualityDossiers(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    dossiers.insert(dossiers.end(), page.dossiers().begin(), page.dossiers().end());
    request.set_page_token(page.next_page_token());
    more = !page.next_page_token().empty();
  }
  if (session.json()) {
    ordered_json items = ordered_json::array();
    for (const auto& dossier : dossiers) items.push_back(ToJsonValue(dossier, /*all=*/true));
    terminal.Line(Dump({{"dossiers", items}, {"more", more}}));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(dossiers.size());
  for (const auto& dossier : dossiers) {
    rows.push_back({dossier.code(), dossier.agency(), ShowTime(dossier.received_time()),
                    ShowTime(dossier.due_time()), StrCat(dossier.hours())});
  }
  terminal.Table({"dossier", "agency", "received", "due", "hours"}, rows);
  if (more) terminal.Caption(terminal.Text("there are more: --max", "còn nữa: --max"));
  return kDone;
}

}  // namespace

std::vector<Command> IndicatorCommands() {
  return {
      {"report indicators",
       "",
       0,
       0,
       {"--from-day", "--to-day", "--agency"},
       "components of QĐ 766/QĐ-TTg that dossiers decide, with numerator and denominator",
       "Of the dossiers received in the period; without one, of this month. 1.4 synchronised with "
       "the\n"
       "portal, 2.1 on time, 2.2 time of handling (the numerator counts hours), 3.3 filed online "
       "with\n"
       "an electronic result, 3.5 paid online, 4.1 electronic result, 4.2 digitised papers and\n"
       "result, 4.3 papers used again, 4.4 from the citizen's own store, 4.5 population database "
       "used.\n"
       "\n"
       "Example:\n"
       "  lienthongctl report indicators --from-day 20261001 --to-day 20261031 --output csv\n",
       &Indicators},
      {"report indicator",
       "NUMBER",
       1,
       1,
       {"--from-day", "--to-day", "--agency", "--max"},
       "the dossiers that lower one component",
       "NUMBER as in `report indicators`; of 2.2 the dossiers that have ended, with their hours.\n"
       "\n"
       "Example:\n"
       "  lienthongctl report indicator 4.1 --agency H29.X05\n",
       &Indicator},
  };
}

}  // namespace lienthong::ctl
