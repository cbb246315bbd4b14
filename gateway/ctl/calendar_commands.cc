#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/text.h"
#include "gateway/ctl/catalogue_show.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

namespace pb = catalogue::v1;
using pb::CatalogueService;

ExitCode ListCalendars(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListCalendarsResponse response;
  const grpc::Status status = session.Call([&](auto* context) {
    return stub->ListCalendars(context, pb::ListCalendarsRequest(), &response);
  });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& calendar : response.calendars()) {
    rows.push_back({calendar.id(), calendar.name(), calendar.base(), calendar.known_until()});
  }
  terminal.Table({"id", "name", "based on", "known until"}, rows);
  return kDone;
}

ExitCode ShowCalendar(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::GetCalendarRequest request;
  request.set_id(arguments.words()[0]);
  pb::WorkingCalendar calendar;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetCalendar(context, request, &calendar); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(calendar));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& day : calendar.days()) {
    std::string hours = "off";
    if (day.works_as() != pb::WEEKDAY_UNSPECIFIED) {
      hours = StrCat("as ", ShowEnum(pb::Weekday_Name(day.works_as()), "WEEKDAY_"));
    }
    for (const auto& period : day.hours()) {
      hours = StrCat(hours == "off" ? "" : hours + ", ", period.opens(), "–", period.closes());
    }
    rows.push_back({day.date(), day.name(), terminal.Word(hours), day.source(),
                    terminal.Word(ShowEnum(pb::Confidence_Name(day.confidence()), "CONFIDENCE_"))});
  }
  terminal.Table({"date", "name", "hours", "source", "confidence"}, rows);
  return kDone;
}

// `3 working-days`, `5 days`, `8 working-hours`, `0 same-day`.
bool ReadLimit(const std::vector<std::string>& words, pb::TimeLimit& limit) {
  int amount = 0;
  if (words.size() != 2 || !absl::SimpleAtoi(words[0], &amount)) return false;
  limit.set_amount(amount);
  limit.set_unit(words[1] == "working-days"    ? pb::TimeLimit::UNIT_WORKING_DAYS
                 : words[1] == "days"          ? pb::TimeLimit::UNIT_DAYS
                 : words[1] == "working-hours" ? pb::TimeLimit::UNIT_WORKING_HOURS
                 : words[1] == "same-day"      ? pb::TimeLimit::UNIT_SAME_DAY
                                               : pb::TimeLimit::UNIT_UNSPECIFIED);
  return limit.unit() != pb::TimeLimit::UNIT_UNSPECIFIED;
}

// At the counter where nothing is said. False for a word that is no channel.
bool ReadChannel(const std::string& word, pb::ComputeDeadlineRequest& request) {
  request.set_channel(word.empty() || word == "counter" ? dossier::v1::CHANNEL_COUNTER
                      : word == "online"                ? dossier::v1::CHANNEL_ONLINE
                      : word == "postal"                ? dossier::v1::CHANNEL_POSTAL
                                                        : dossier::v1::CHANNEL_UNSPECIFIED);
  return request.channel() != dossier::v1::CHANNEL_UNSPECIFIED;
}

ExitCode Due(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::ComputeDeadlineRequest request;
  request.set_procedure(arguments.Text("--procedure"));
  request.set_step(arguments.Text("--step"));
  const bool of_procedure = !request.procedure().empty();
  if (of_procedure ? !arguments.words().empty()
                   : !ReadLimit(arguments.words(), *request.mutable_limit())) {
    return terminal.Usage(
        "calendar due needs a number and working-days, days, working-hours or same-day; or "
        "--procedure CODE without them");
  }
  if (!ReadChannel(arguments.Text("--channel"), request)) {
    return terminal.Usage("--channel: expected counter, online or postal");
  }
  if (arguments.Has("--start")) {
    const absl::StatusOr<absl::Time> start = arguments.Time("--start");
    if (!start.ok()) return terminal.Usage(ToStd(start.status().message()));
    request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(*start));
  }
  request.set_agency(arguments.Text("--agency"));
  request.set_calendar(arguments.Text("--calendar"));
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ComputeDeadlineResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ComputeDeadline(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
    return kDone;
  }
  terminal.Line(StrCat(ShowTime(response.due_time()), response.provisional() ? " ?" : "",
                       terminal.Text("  by the calendar ", "  theo lịch "), response.calendar()));
  const int half = response.reasoning_size() / 2;  // Vietnamese first, then English
  const int begin = terminal.vietnamese() ? 0 : half;
  for (int i = begin; i < begin + half; ++i) terminal.Line(StrCat("  ", response.reasoning(i)));
  return kDone;
}

std::vector<std::string> MovedRow(const pb::Recomputation& one, bool is_last,
                                  const Terminal& terminal) {
  const char* state = one.done() ? "done" : is_last ? "running" : "overtaken";
  return {ShowTime(one.start_time()), terminal.Word(state), StrCat(one.examined()),
          StrCat(one.moved()), StrCat(one.proposed())};
}

ExitCode ShowMoved(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::Recomputation response;
  const grpc::Status status = session.Call([&](auto* context) {
    return stub->GetRecomputation(context, pb::GetRecomputationRequest(), &response);
  });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {MovedRow(response, /*is_last=*/true, terminal)};
  for (const pb::Recomputation& past : response.past()) {
    rows.push_back(MovedRow(past, /*is_last=*/false, terminal));
  }
  terminal.Table({"since", "state", "looked at", "moved", "proposed"}, rows);
  return kDone;
}

}  // namespace

CommandGroup CalendarGroup() {
  return {
      "calendar",
      "Working calendars (lịch làm việc), when a time limit ends by them, and what their changes\n"
      "did to open dossiers.\n"};
}

std::vector<Command> CalendarCommands() {
  return {
      {"calendar moved",
       "",
       0,
       0,
       {},
       "what the last change of calendars or procedures did to open dossiers",
       "Deadlines of open dossiers are computed again after each change of the catalogue. `moved`\n"
       "have another statutory due date now; the one before is kept with the dossier. `proposed`:\n"
       "of these, the promise lies on the former date or behind the new one, and a new promise is\n"
       "proposed to who gave it; `report defects promise-to-decide` lists them. No promise is "
       "moved\n"
       "by the gateway. The changes before the last one, at most ten, stand below it.\n"
       "\n"
       "Example:\n"
       "  lienthongctl calendar moved\n",
       &ShowMoved},
      {"calendar list",
       "",
       0,
       0,
       {},
       "working calendars",
       "Example:\n"
       "  lienthongctl calendar list --json > calendars.json\n",
       &ListCalendars},
      {"calendar show",
       "ID",
       1,
       1,
       {},
       "the days of a calendar that are not as their weekday",
       "Example:\n"
       "  lienthongctl calendar show vn\n",
       &ShowCalendar},
      {"calendar due",
       "[NUMBER UNIT]",
       0,
       2,
       {"--start", "--agency", "--calendar", "--procedure", "--channel", "--step"},
       "when a time limit ends, counted day by day",
       "UNIT is working-days, days, working-hours or same-day (with 0). Without --start, from "
       "now;\n"
       "by the calendar of --agency, or --calendar, or that of all. With --procedure CODE the "
       "limit\n"
       "is that of the catalogue, by --channel (counter), or that of one --step NAME of it.\n"
       "A `?` behind the time: "
       "holidays\n"
       "of some of the days are not known for certain. An agency that the catalogue does not know\n"
       "works by the calendar vn.\n"
       "\n"
       "Example:\n"
       "  lienthongctl calendar due 3 working-days --start 2026-08-20T16:00:00+07:00\n"
       "  lienthongctl calendar due --procedure 1.001193 --channel online --agency H29.X05\n",
       &Due},
  };
}

}  // namespace lienthong::ctl
