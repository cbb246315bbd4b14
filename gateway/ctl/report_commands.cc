#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/text.h"
#include "gateway/ctl/catalogue_show.h"
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

struct ClassWord {
  std::string_view word;
  pb::DueClass due_class;
};
constexpr ClassWord kClasses[] = {{"overdue", pb::DUE_CLASS_OVERDUE},
                                  {"overdue-unsynced", pb::DUE_CLASS_OVERDUE_UNSYNCED},
                                  {"due-soon", pb::DUE_CLASS_DUE_SOON},
                                  {"on-time", pb::DUE_CLASS_ON_TIME},
                                  {"not-received", pb::DUE_CLASS_NOT_RECEIVED},
                                  {"to-receive", pb::DUE_CLASS_TO_RECEIVE},
                                  {"paused", pb::DUE_CLASS_PAUSED},
                                  {"no-date", pb::DUE_CLASS_NO_DATE}};

template <typename Request>
void SetAgency(const Arguments& arguments, Request& request) {
  if (arguments.Has("--agency")) request.add_agencies(arguments.Text("--agency"));
}

std::string StatusWord(dossier::v1::Status status, const Terminal& terminal) {
  const std::string name = ShowEnum(dossier::v1::Status_Name(status), "STATUS_");
  const std::string vietnamese = StatusInVietnamese(status);
  return terminal.vietnamese() && !terminal.csv() && !vietnamese.empty() ? vietnamese : name;
}

std::string KindWord(dossier::v1::Defect::Kind kind) {
  return ShowEnum(dossier::v1::Defect::Kind_Name(kind), "KIND_");
}

// The kind that a word names, `promise-to-decide`; KIND_UNSPECIFIED for none.
dossier::v1::Defect::Kind KindOf(const std::string& word) {
  const auto* kinds = dossier::v1::Defect::Kind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    const auto kind = static_cast<dossier::v1::Defect::Kind>(kinds->value(i)->number());
    if (absl::StrReplaceAll(KindWord(kind), {{" ", "-"}}) == word) return kind;
  }
  return dossier::v1::Defect::KIND_UNSPECIFIED;
}

std::vector<std::string> CountsRow(const pb::DeadlineCounts& counts, const std::string& agency) {
  std::vector<std::string> row = {agency, counts.unit()};
  for (const int64_t count :
       {counts.overdue(), counts.overdue_unsynced(), counts.due_soon(), counts.on_time(),
        counts.not_received(), counts.to_receive(), counts.paused(), counts.no_date()}) {
    row.push_back(StrCat(count));
  }
  return row;
}

ExitCode Deadlines(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::GetDeadlineReportRequest request;
  SetAgency(arguments, request);
  const absl::StatusOr<int64_t> soon = arguments.Number("--soon", 0);
  if (!soon.ok()) return terminal.Usage(ToStd(soon.status().message()));
  request.set_soon_hours(static_cast<int32_t>(std::min<int64_t>(*soon, INT32_MAX)));
  const auto stub = ReportService::NewStub(session.server());
  pb::DeadlineReport report;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->GetDeadlineReport(context, request, &report); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(report, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const pb::DeadlineCounts& unit : report.units()) {
    rows.push_back(CountsRow(unit, unit.agency()));
  }
  rows.push_back(CountsRow(report.total(), std::string(terminal.Text("total", "tổng"))));
  terminal.Table({"agency", "unit", "overdue", "overdue-unsynced", "due-soon", "on-time",
                  "not-received", "to-receive", "paused", "no-date"},
                 rows);
  if (report.counting()) {
    terminal.Caption(
        terminal.Text("not all are counted yet: the gateway is going through its store",
                      "chưa đếm hết: gateway đang đọc lại kho hồ sơ"));
  }
  if (report.unsynced_incomplete()) {
    terminal.Caption(terminal.Text(
        "more deliveries wait than are looked at: some of the overdue may only look so; see "
        "lienthongctl links",
        "còn nhiều thay đổi chờ gửi hơn mức được xét: một số hồ sơ quá hạn có thể chỉ là chưa đồng "
        "bộ"));
  }
  return kDone;
}

void TellOfMore(Terminal& terminal) {
  terminal.Caption(
      terminal.Text("there are more; see them with --max", "còn nữa; dùng --max để xem thêm"));
}

ExitCode Due(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const std::string& word = arguments.words()[0];
  const auto* const found = std::ranges::find(kClasses, word, &ClassWord::word);
  if (found == std::end(kClasses)) {
    std::vector<std::string> words;
    for (const ClassWord& known : kClasses) words.emplace_back(known.word);
    return terminal.Usage(
        StrCat("'", word, "' is no class; it is one of ", absl::StrJoin(words, ", ")));
  }
  pb::ListDueDossiersRequest request;
  request.set_due_class(found->due_class);
  SetAgency(arguments, request);
  const absl::StatusOr<int64_t> soon = arguments.Number("--soon", 0);
  const absl::StatusOr<int64_t> max = arguments.Number("--max", kItemsDefault);
  for (const auto* number : {&soon, &max}) {
    if (!number->ok()) return terminal.Usage(ToStd(number->status().message()));
  }
  request.set_soon_hours(static_cast<int32_t>(std::min<int64_t>(*soon, INT32_MAX)));
  const auto stub = ReportService::NewStub(session.server());
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    request.set_page_size(static_cast<int32_t>(
        std::min<int64_t>(*max - static_cast<int64_t>(items.size()), kPageItems)));
    pb::ListDueDossiersResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListDueDossiers(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const pb::DueDossier& dossier : page.dossiers()) {
      items.push_back(ToJsonValue(dossier));
      rows.push_back({dossier.code(),
                      StrCat(ShowTime(dossier.due_time()), dossier.provisional() ? " ?" : ""),
                      ShowTime(dossier.step_due_time()), StatusWord(dossier.status(), terminal),
                      dossier.agency(), dossier.unit(), dossier.procedure(),
                      absl::StrJoin(dossier.links(), ", ")});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && static_cast<int64_t>(items.size()) < *max);
  if (session.json()) {
    terminal.Line(Dump({{"dossiers", items}}));
    return kDone;
  }
  terminal.Table({"code", "due", "step due", "status", "agency", "unit", "procedure", "waits on"},
                 rows);
  if (!request.page_token().empty()) TellOfMore(terminal);
  return kDone;
}

ExitCode ShowBacklog(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::GetBacklogRequest request;
  SetAgency(arguments, request);
  const auto stub = ReportService::NewStub(session.server());
  pb::Backlog backlog;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetBacklog(context, request, &backlog); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(backlog, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const pb::BacklogOfAgency& agency : backlog.agencies()) {
    rows.push_back({agency.agency(), StrCat(agency.open()), StrCat(agency.week()),
                    StrCat(agency.month()), StrCat(agency.quarter()), StrCat(agency.older()),
                    agency.oldest_code(),
                    agency.has_oldest_time() ? ShowTime(agency.oldest_time()) : ""});
  }
  terminal.Table({"agency", "open", "≤ 7 days", "≤ 30", "≤ 90", "older", "oldest", "since"}, rows);
  if (backlog.links().empty() || terminal.csv()) return kDone;
  rows.clear();
  for (const pb::BacklogOfLink& link : backlog.links()) {
    rows.push_back({link.link(), StrCat(link.waiting()),
                    link.has_oldest_time() ? ShowTime(link.oldest_time()) : "",
                    StrCat(link.dead_letters())});
  }
  terminal.Line("");
  terminal.Table({"link", "waiting", "since", "dead letters"}, rows);
  return kDone;
}

ExitCode ListDefects(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::ListDefectDossiersRequest request;
  request.set_kind(KindOf(arguments.words()[0]));
  if (request.kind() == dossier::v1::Defect::KIND_UNSPECIFIED) {
    return terminal.Usage(StrCat("'", arguments.words()[0],
                                 "' is no kind of defect; `report defects` shows those there are, "
                                 "with - for blanks"));
  }
  SetAgency(arguments, request);
  const absl::StatusOr<int64_t> max = arguments.Number("--max", kItemsDefault);
  if (!max.ok()) return terminal.Usage(ToStd(max.status().message()));
  const auto stub = ReportService::NewStub(session.server());
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    request.set_page_size(static_cast<int32_t>(
        std::min<int64_t>(*max - static_cast<int64_t>(items.size()), kPageItems)));
    pb::ListDefectDossiersResponse page;
    const grpc::Status status = session.Call(
        [&](auto* context) { return stub->ListDefectDossiers(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const pb::DefectDossier& dossier : page.dossiers()) {
      items.push_back(ToJsonValue(dossier));
      std::vector<std::string> details;
      for (const auto& defect : dossier.defects()) details.push_back(defect.detail());
      rows.push_back({dossier.code(), dossier.agency(), StatusWord(dossier.status(), terminal),
                      ShowTime(dossier.promised_due()), ShowTime(dossier.statutory_due()),
                      ShowTime(dossier.proposed_due()), absl::StrJoin(details, ", ")});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && static_cast<int64_t>(items.size()) < *max);
  if (session.json()) {
    terminal.Line(Dump({{"dossiers", items}}));
    return kDone;
  }
  terminal.Table({"code", "agency", "status", "promised", "allowed until", "proposed", "detail"},
                 rows);
  if (!request.page_token().empty()) TellOfMore(terminal);
  return kDone;
}

ExitCode ShowDefects(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.words().empty()) return ListDefects(session, arguments, terminal);
  pb::GetDefectReportRequest request;
  SetAgency(arguments, request);
  const auto stub = ReportService::NewStub(session.server());
  pb::DefectReport report;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetDefectReport(context, request, &report); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(report, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const pb::DefectCount& count : report.counts()) {
    const bool cut = count.dossiers() > count.examples_size();
    rows.push_back({count.agency(), terminal.Word(KindWord(count.kind())), StrCat(count.dossiers()),
                    StrCat(absl::StrJoin(count.examples(), " "), cut ? " …" : "")});
  }
  terminal.Table({"agency", "defect", "dossiers", "for example"}, rows);
  return kDone;
}

}  // namespace

CommandGroup ReportGroup() {
  return {"report",
          "What is due and what waits. `overdue` is late; `overdue-unsynced` only looks late: it\n"
          "ended in time, or its clock stands, and a system does not know yet; or what its\n"
          "counterpart said of it waits as a dead letter here. Agencies see their own dossiers.\n"};
}

std::vector<Command> ReportCommands() {
  return {
      {"report deadlines",
       "",
       0,
       0,
       {"--agency", "--soon"},
       "open dossiers counted by agency, officers' unit and class",
       "Classes: overdue, overdue-unsynced, due-soon (within --soon working hours, 8), on-time;\n"
       "filed online: not-received (8 working hours are over), to-receive; paused (a supplement\n"
       "or a payment is waited for), no-date.\n"
       "\n"
       "Example:\n"
       "  lienthongctl report deadlines --agency H29.X05\n",
       &Deadlines},
      {"report due",
       "CLASS",
       1,
       1,
       {"--agency", "--soon", "--max"},
       "the dossiers of one class, nearest due first",
       "`step due` is the end of the newest step: as it says itself, else by the agency's own\n"
       "process. A `?` behind a date: holidays on the way are not certain, it may move. --max may\n"
       "be any number here.\n"
       "\n"
       "Example:\n"
       "  lienthongctl report due overdue-unsynced\n",
       &Due},
      {"report backlog",
       "",
       0,
       0,
       {"--agency"},
       "open dossiers by age, and what waits on the links",
       "Example:\n"
       "  lienthongctl report backlog --json\n",
       &ShowBacklog},
      {"report defects",
       "[KIND]",
       0,
       1,
       {"--agency", "--max"},
       "what is missing or odd about dossiers, counted; or those with one KIND",
       "E.g. a refusal without a legal text, a promise moved without a reason, a late dossier\n"
       "without a letter of apology. With KIND, e.g. late-reception or promise-to-decide, the\n"
       "dossiers themselves: what was promised, what the law allows, what is proposed.\n"
       "\n"
       "Example:\n"
       "  lienthongctl report defects\n"
       "  lienthongctl report defects promise-to-decide --agency H29.X05\n",
       &ShowDefects},
  };
}

}  // namespace lienthong::ctl
