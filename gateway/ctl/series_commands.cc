// lienthongctl receipt: a day's numbers, and how they go on after a restore.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/csv.h"
#include "gateway/base/small_file.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/receipt_call.h"
#include "gateway/ctl/show.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using receipt::v1::OpenSeriesRequest;
using receipt::v1::OpenSeriesResponse;
using receipt::v1::ReceiptService;
using Rows = std::vector<std::vector<std::string>>;

constexpr int kPageItems = 500;
constexpr size_t kProgressRows = 50;
constexpr std::string_view kColumns[] = {"agency", "date", "last serial"};

ExitCode Series(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::GetSeriesRequest request;
  request.set_agency(arguments.words()[0]);
  request.set_date(arguments.Text("--date"));
  receipt::v1::Series series;
  Rows rows;
  do {
    receipt::v1::Series page;
    const grpc::Status status = Ask(session, &ReceiptService::Stub::GetSeries, request, page);
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const auto& gap : page.gaps()) {
      const std::string& state = receipt::v1::Reservation::State_Name(gap.state());
      rows.push_back({gap.code(), terminal.Word(ShowEnum(state, "STATE_")), gap.reason()});
    }
    request.set_page_token(page.next_page_token());
    auto gaps = std::move(*series.mutable_gaps());
    gaps.MergeFrom(page.gaps());
    series = std::move(page);
    *series.mutable_gaps() = std::move(gaps);
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(ToJson(series, /*all=*/true));
    return kDone;
  }
  terminal.Caption(StrCat(
      series.agency(), terminal.Text(" of ", " ngày "), series.date(), ": ", series.pattern(),
      terminal.Text(", last serial ", ", số cuối "), series.last_serial(),
      terminal.Text(", highest known ", ", số lớn nhất đã biết "), series.highest_known_serial(),
      series.closed() ? terminal.Text(", CLOSED", ", ĐANG ĐÓNG") : ""));
  terminal.Table({"without a dossier", "state", "reason"}, rows);
  return kDone;
}

ExitCode Closed(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::ListClosedSeriesRequest request;
  request.set_date(arguments.Text("--date"));
  request.set_page_size(kPageItems);
  ordered_json json = ordered_json::array();
  Rows rows;
  do {
    receipt::v1::ListClosedSeriesResponse page;
    const grpc::Status status =
        Ask(session, &ReceiptService::Stub::ListClosedSeries, request, page);
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const auto& series : page.series()) {
      rows.push_back({series.agency(), series.date(), StrCat(series.highest_known_serial()),
                      StrCat(series.last_serial())});
      json.push_back(ToJsonValue(series, /*all=*/true));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"series", json}}));
  } else {
    terminal.Table({"agency", "date", "last serial", "in the backup"}, rows);
  }
  return kDone;
}

ExitCode OpenOne(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::StatusOr<int64_t> serial = arguments.Number("--last-serial", 0);
  if (!serial.ok()) return terminal.Usage(ToStd(serial.status().message()), "receipt open");
  OpenSeriesRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_agency(arguments.words()[0]);
  request.set_date(arguments.Text("--date"));
  request.set_last_serial(*serial);
  request.set_reason(arguments.Text("--reason"));
  OpenSeriesResponse response;
  const grpc::Status status = Ask(session, &ReceiptService::Stub::OpenSeries, request, response);
  if (!status.ok()) return terminal.Fail(status, session.json());
  const receipt::v1::Series& series = response.series();
  terminal.Line(session.json()
                    ? ToJson(response, /*all=*/true)
                    : StrCat(series.agency(), terminal.Text(" of ", " ngày "), series.date(),
                             terminal.Text(" goes on after serial ", " cấp tiếp sau số "),
                             series.last_serial()));
  return kDone;
}

// The openings that a file asks for; InvalidArgument names the line.
absl::StatusOr<std::vector<OpenSeriesRequest>> ReadOpenings(const Arguments& arguments) {
  const std::string& path = arguments.Text("--file");
  LIENTHONG_ASSIGN_OR_RETURN(const SmallFile file, ReadSmallFile(path));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t margin, arguments.Number("--margin", 0));
  std::vector<FieldViolation> problems;
  const CsvTable table = ParseCsv(file.content, problems);
  const auto wrong = [&path](std::string_view place, std::string_view problem) {
    return absl::InvalidArgumentError(StrCat(path, ", ", place, " ", problem));
  };
  if (!problems.empty()) return wrong(problems[0].field, problems[0].description);
  std::vector<size_t> columns;
  for (const std::string_view name : kColumns) {
    const auto found = std::ranges::find(table.header, name);
    if (found == table.header.end()) {
      return wrong("line 1", StrCat("has no column '", name,
                                    "'; `receipt closed --output csv` "
                                    "writes such a table"));
    }
    columns.push_back(found - table.header.begin());
  }
  std::vector<OpenSeriesRequest> openings;
  for (const CsvRow& row : table.rows) {
    int64_t serial = 0;
    const std::string& text = row.cells[columns[2]];
    if (!absl::SimpleAtoi(text, &serial) || serial < 0) {
      return wrong(StrCat("line ", row.line), StrCat("has '", text, "' as last serial"));
    }
    OpenSeriesRequest& opening = openings.emplace_back();
    opening.set_request_id(Random::System().Uuid());
    opening.set_agency(row.cells[columns[0]]);
    opening.set_date(row.cells[columns[1]]);
    opening.set_last_serial(serial + margin);
    opening.set_reason(arguments.Text("--reason"));
  }
  return openings;
}

// What became, or would become, of one; nothing when the gateway could not be asked.
struct Outcome {
  std::string_view state;  // opened, to be opened, already open, refused
  std::string reason = {};
};
std::optional<Outcome> OpenNext(const Session& session, const OpenSeriesRequest& opening, bool dry,
                                grpc::Status& status) {
  receipt::v1::GetSeriesRequest get;
  get.set_agency(opening.agency());
  get.set_date(opening.date());
  receipt::v1::Series series;
  status = Ask(session, &ReceiptService::Stub::GetSeries, get, series);
  if (status.ok() && !series.closed()) return Outcome{"already open"};
  if (status.ok() && dry) {
    if (opening.last_serial() >= series.highest_known_serial()) return Outcome{"to be opened"};
    return Outcome{"refused", StrCat(series.highest_known_serial(), " is known already")};
  }
  OpenSeriesResponse response;
  if (status.ok()) status = Ask(session, &ReceiptService::Stub::OpenSeries, opening, response);
  if (status.ok()) return Outcome{"opened"};
  if (ExitCodeOf(status.error_code()) != kRefused) return std::nullopt;
  return Outcome{"refused", status.error_message()};
}

ExitCode OpenFile(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto openings = ReadOpenings(arguments);
  if (!openings.ok()) return terminal.Usage(ToStd(openings.status().message()), "receipt open");
  Rows rows;
  ordered_json json = ordered_json::array();
  bool all = true;
  grpc::Status status;
  for (const OpenSeriesRequest& opening : *openings) {
    const auto outcome = OpenNext(session, opening, arguments.Has("--dry-run"), status);
    if (!outcome.has_value()) break;
    all &= outcome->state != "refused";
    rows.push_back({opening.agency(), opening.date(), StrCat(opening.last_serial()),
                    terminal.Word(outcome->state), outcome->reason});
    json.push_back({{"agency", opening.agency()},
                    {"date", opening.date()},
                    {"last_serial", opening.last_serial()},
                    {"state", outcome->state},
                    {"reason", outcome->reason}});
    if (rows.size() % kProgressRows == 0) {
      terminal.Note(StrCat(rows.size(), " / ", openings->size()));
    }
  }
  if (session.json()) {
    terminal.Line(Dump({{"series", json}}));
  } else {
    terminal.Table({"agency", "date", "last serial", "state", "reason"}, rows);
  }
  if (rows.size() < openings->size()) {
    terminal.Note(StrCat(openings->size() - rows.size(),
                         terminal.Text(" of them were not tried; call again with the same file",
                                       " dãy số chưa thử; hãy gọi lại với cùng tệp này")));
    return terminal.Fail(status, /*json=*/false);
  }
  return all ? kDone : kRefused;
}

ExitCode Open(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const bool one = !arguments.words().empty() && arguments.Has("--last-serial");
  const bool many = arguments.words().empty() && arguments.Has("--file");
  if (one == many || (arguments.Has("--file") && !many) || !arguments.Has("--reason")) {
    return terminal.Usage(
        "receipt open needs --reason TEXT and either AGENCY --last-serial N or --file FILE",
        "receipt open");
  }
  return one ? OpenOne(session, arguments, terminal) : OpenFile(session, arguments, terminal);
}

}  // namespace

std::vector<Command> SeriesCommands() {
  return {
      {"receipt series",
       "AGENCY",
       1,
       1,
       {"--date"},
       "how far a day's numbers are, and what became of each without a dossier",
       "--date 2026-11-24, default today. A state of UNSPECIFIED, which should never be, means "
       "that\n"
       "nothing is known of the number. CLOSED: the store was restored; see `receipt open`.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt series H29.X05 --date 2026-11-24\n",
       &Series},
      {"receipt closed",
       "",
       0,
       0,
       {"--date"},
       "which series a restore has closed; operators only",
       "Today, the days ahead, and days of the last week with numbers; or --date. What is "
       "received\n"
       "of an older day is numbered once that is opened too. `last serial` is the highest one "
       "known now, also of\n"
       "numbers that came from elsewhere; `in the backup` the last one that the gateway gave out\n"
       "itself. Write it to a file, raise `last serial` to what may stand on papers, open them "
       "all.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt closed --output csv > series.csv\n"
       "  lienthongctl receipt open --file series.csv --reason \"counters' books\" --dry-run\n",
       &Closed},
      {"receipt open",
       "[AGENCY]",
       0,
       1,
       {"--date", "--last-serial", "--file", "--margin", "--dry-run", "--reason", "--request-id"},
       "opens a series that a restore has closed, or all of a file; operators only",
       "What was given out after the backup is not known to the gateway. --last-serial is the "
       "highest\n"
       "one that may stand on a paper, by the counters' books and the counterparts; numbers go on\n"
       "after it, and those between are gaps with --reason. Kept with your name.\n"
       "--file: the table of `receipt closed`, edited. --margin 200 leaves so many more numbers "
       "out\n"
       "than it says. --dry-run says what would be done. What is open already stays as it is, so "
       "the\n"
       "same file can be used again.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt open H29.X05 --last-serial 212 --reason \"the counter's book\"\n"
       "  lienthongctl receipt open --file series.csv --margin 200 --reason \"counters' books\"\n",
       &Open},
  };
}

}  // namespace lienthong::ctl
