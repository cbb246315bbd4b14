#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/bulk.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using sync::v1::Finding;
using sync::v1::Reconciliation;
using sync::v1::SyncService;

constexpr int kPageItems = 500;
constexpr absl::Duration kLookInterval = absl::Seconds(1);

ordered_json RunJson(const Reconciliation& run) {
  ordered_json json = ToJsonValue(run, /*all=*/true);
  DropPrefix(json, "state", "STATE_");
  return json;
}

ordered_json FindingJson(const Finding& finding) {
  ordered_json json = ToJsonValue(finding, /*all=*/true);
  DropPrefix(json, "class", "CLASS_");
  DropPrefix(json, "overdue", "OVERDUE_");
  DropPrefix(json, "state", "STATE_");
  for (ordered_json& field : json["fields"]) DropPrefix(field, "kind", "KIND_");
  return json;
}

std::string Lower(std::string text) {
  absl::AsciiStrToLower(&text);
  return text;
}

std::string StateOf(const Reconciliation& run) {
  return ShowEnum(Reconciliation::State_Name(run.state()), "STATE_");
}

bool IsUnderWay(const Reconciliation& run) {
  return run.state() == Reconciliation::STATE_RUNNING ||
         run.state() == Reconciliation::STATE_REPAIRING;
}

// `equal 980, diverged 20`
std::string Counts(const Reconciliation& run) {
  std::vector<std::string> counts;
  for (const auto& [name, count] :
       std::map<std::string, int64_t>(run.counts().begin(), run.counts().end())) {
    counts.push_back(StrCat(name, " ", count));
  }
  return absl::StrJoin(counts, ", ");
}

ExitCode ShowRun(const Session& session, const grpc::Status& status, const Reconciliation& run,
                 Terminal& terminal) {
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump(RunJson(run)));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {
      {"link", run.link()},
      {"state", StateOf(run)},
      {"days", StrCat(run.from_day().empty() ? "all" : run.from_day(), " to ",
                      run.to_day().empty() ? "all" : run.to_day())},
      {"agency", run.agency().empty() ? "all" : run.agency()},
      {"by", run.actor()},
      {"reason", run.reason()},
      {"started", ShowTime(run.started())}};
  if (run.has_ended()) rows.push_back({"ended", ShowTime(run.ended())});
  rows.push_back({"dossiers", Counts(run)});
  rows.push_back({"looked up", StrCat(run.looked_up())});
  rows.push_back({"answers", StrCat(run.answer_bytes(), " bytes")});
  rows.push_back({"to approve", StrCat(run.findings())});
  if (run.for_people() > 0) {
    rows.push_back({"for people", StrCat(run.for_people(), ": nothing here can repair them; see ",
                                         "reconcile findings ", run.id(), " --state manual")});
  }
  const bool has_failed = run.state() == Reconciliation::STATE_FAILED;
  if (!run.error().empty()) rows.push_back({has_failed ? "error" : "note", run.error()});
  terminal.Table({"id", run.id()}, rows);
  return kDone;
}

grpc::Status Get(const Session& session, const std::string& id, Reconciliation& run) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::GetReconciliationRequest request;
  request.set_id(id);
  return session.Call(
      [&](auto* context) { return stub->GetReconciliation(context, request, &run); });
}

// Looks every second, and says what is new.
grpc::Status Follow(const Session& session, Reconciliation& run, Terminal& terminal) {
  std::string said;
  while (IsUnderWay(run)) {
    const std::string now = StrCat(StateOf(run), run.counts().empty() ? "" : ": ", Counts(run));
    if (now != said) terminal.Note(now);
    said = now;
    absl::SleepFor(kLookInterval);
    grpc::Status status = Get(session, run.id(), run);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

ExitCode Start(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) {
    return terminal.Usage("reconcile start needs --reason TEXT", "reconcile start");
  }
  const absl::Status said = arguments.RefuseEmpty({"--from-day", "--to-day", "--agency"});
  if (!said.ok()) return terminal.Usage(ToStd(said.message()), "reconcile start");
  sync::v1::StartReconciliationRequest request;
  request.set_link(arguments.words()[0]);
  request.set_from_day(arguments.Text("--from-day"));
  request.set_to_day(arguments.Text("--to-day"));
  request.set_agency(arguments.Text("--agency"));
  request.set_automatic(arguments.Has("--automatic"));
  request.set_reason(arguments.Text("--reason"));
  const std::string request_id = arguments.Text("--request-id");
  request.set_request_id(request_id.empty() ? Random::System().Uuid() : request_id);
  const auto stub = SyncService::NewStub(session.admin());
  Reconciliation run;
  grpc::Status status = session.Call(
      [&](auto* context) { return stub->StartReconciliation(context, request, &run); });
  if (!status.ok()) terminal.Note(StrCat("request ", request.request_id()));
  if (status.ok() && arguments.Has("--wait")) status = Follow(session, run, terminal);
  return ShowRun(session, status, run, terminal);
}

ExitCode Show(const Session& session, const Arguments& arguments, Terminal& terminal) {
  Reconciliation run;
  grpc::Status status = Get(session, arguments.words()[0], run);
  if (status.ok() && arguments.Has("--wait")) status = Follow(session, run, terminal);
  return ShowRun(session, status, run, terminal);
}

ExitCode List(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListReconciliationsRequest request;
  request.set_link(arguments.Text("--link"));
  sync::v1::ListReconciliationsResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ListReconciliations(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Reconciliation& run : response.reconciliations()) {
    items.push_back(RunJson(run));
    rows.push_back({run.id(), run.link(), StateOf(run), ShowTime(run.started()), run.actor(),
                    StrCat(run.findings()), StrCat(run.for_people()), Counts(run)});
  }
  if (session.json()) {
    terminal.Line(Dump({{"reconciliations", items}}));
  } else {
    terminal.Table({"id", "link", "state", "started", "by", "to approve", "for people", "dossiers"},
                   rows);
  }
  return kDone;
}

// A line for each field; one without fields has a line of its own.
void AddRows(const Finding& finding, std::vector<std::vector<std::string>>& rows) {
  const ordered_json json = FindingJson(finding);
  const std::string overdue = json["overdue"] == "UNSPECIFIED" ? "" : json["overdue"];
  std::vector<std::string> row = {finding.id(),
                                  finding.code().empty() ? finding.key() : finding.code(),
                                  Lower(json["class"]),
                                  Lower(json["state"]),
                                  Lower(overdue),
                                  "",
                                  "",
                                  "",
                                  "",
                                  finding.note()};
  if (finding.fields().empty()) rows.push_back(row);
  for (const Finding::Field& field : finding.fields()) {
    row[5] = field.path();
    row[6] = ShowEnum(Finding::Field::Kind_Name(field.kind()), "KIND_");
    row[7] = ShowValue(field.path(), field.held());
    row[8] = ShowValue(field.path(), field.expected());
    rows.push_back(row);
    row[9].clear();
  }
}

ExitCode Findings(const Session& session, const Arguments& arguments, Terminal& terminal) {
  sync::v1::ListFindingsRequest request;
  request.set_reconciliation(arguments.words()[0]);
  request.set_purpose(arguments.Text("--purpose"));
  request.set_page_size(kPageItems);
  if (arguments.Has("--state")) {
    std::string state = arguments.Text("--state");
    absl::AsciiStrToUpper(&state);
    Finding::State wanted = Finding::STATE_UNSPECIFIED;
    if (!Finding::State_Parse(StrCat("STATE_", state), &wanted)) {
      return terminal.Usage("--state: expected open, approved, repaired, vanished or manual",
                            "reconcile findings");
    }
    request.set_state(wanted);
  }
  const auto stub = SyncService::NewStub(session.admin());
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    sync::v1::ListFindingsResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListFindings(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const Finding& finding : page.findings()) {
      items.push_back(FindingJson(finding));
      AddRows(finding, rows);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"findings", items}}));
  } else {
    terminal.Table({"id", "dossier", "class", "state", "overdue", "field", "kind", "held there",
                    "expected", "note"},
                   rows);
  }
  return kDone;
}

ExitCode Approve(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) {
    return terminal.Usage("reconcile approve needs --reason TEXT", "reconcile approve");
  }
  const auto most = arguments.Number("--max", 0);
  if (!most.ok()) return terminal.Usage(ToStd(most.status().message()), "reconcile approve");
  sync::v1::ApproveFindingsRequest request;
  request.set_reconciliation(arguments.words()[0]);
  for (size_t i = 1; i < arguments.words().size(); ++i) request.add_ids(arguments.words()[i]);
  request.set_reason(arguments.Text("--reason"));
  const std::string request_id = arguments.Text("--request-id");
  request.set_request_id(request_id.empty() ? Random::System().Uuid() : request_id);
  request.set_items_max(static_cast<int32_t>(*most));
  if (request.ids().empty() && !arguments.Has("--yes")) {
    Reconciliation run;
    const grpc::Status status = Get(session, request.reconciliation(), run);
    if (!status.ok()) return terminal.Fail(status, session.json());
    terminal.Note(
        StrCat(run.findings(), " findings wait, and nothing was done: add --yes to approve them"));
    return kUsage;
  }
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::BulkResult result;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ApproveFindings(context, request, &result); });
  return ShowBulk(session, status, request.request_id(), result, terminal);
}

ExitCode Cancel(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) {
    return terminal.Usage("reconcile cancel needs --reason TEXT", "reconcile cancel");
  }
  sync::v1::CancelReconciliationRequest request;
  request.set_id(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  const std::string request_id = arguments.Text("--request-id");
  request.set_request_id(request_id.empty() ? Random::System().Uuid() : request_id);
  const auto stub = SyncService::NewStub(session.admin());
  Reconciliation run;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->CancelReconciliation(context, request, &run); });
  return ShowRun(session, status, run, terminal);
}

constexpr const char* kStartDetails =
    "Reads what the counterpart holds and compares it with what it should hold; a paused link\n"
    "compares too. It changes nothing, unless --automatic: then what was lost on the way there "
    "and\n"
    "what is the counterpart's own to say is repaired at once, and what was altered there waits.\n"
    "One comparison of a link at a time: the next one can begin when this one is done, or\n"
    "cancelled. --wait looks every second and ends when it has compared.\n"
    "\n"
    "Example:\n"
    "  lienthongctl reconcile start city --from-day 20260301 --reason \"ticket 88\" --wait\n";

constexpr const char* kFindingsDetails =
    "class: diverged (the same dossier says otherwise), missing_there, missing_here, twice_there.\n"
    "kind, of a field: stale, it holds an earlier value of ours, which is delivered again;\n"
    "altered, a value that was never ours and is not its own to say, which is overwritten; "
    "theirs,\n"
    "its own to say, which is taken in. overdue: really, on both sides; unsynced, it shows the\n"
    "dossier as overdue only because it does not know the newest state. Values are shown with\n"
    "--purpose. Those that are manual are for a person: note says why.\n"
    "\n"
    "Example:\n"
    "  lienthongctl reconcile findings RUN --state open --purpose \"ticket 88\"\n";

}  // namespace

CommandGroup ReconcileGroup() {
  return {
      "reconcile",
      "lienthongctl reconcile: compares what both sides of a link hold, and makes them equal.\n"
      "\n"
      "Start it, look at what it has found (findings), and approve what is to be repaired. Each\n"
      "is looked at again first: what both sides agree on by then, or what is on its way, is\n"
      "left alone (`in_motion`), and so is what a dead letter stops (`dead_lettered`). Fields that "
      "the\n"
      "counterpart may say are taken in, others are delivered. One that shows no records, such\n"
      "as a district's database, cannot be compared.\n"
      "What is void here stays so.\n"};
}

std::vector<Command> ReconcileCommands() {
  return {
      {"reconcile start",
       "LINK",
       1,
       1,
       {"--from-day", "--to-day", "--agency", "--automatic", "--reason", "--request-id", "--wait"},
       "begins to compare what both sides hold",
       kStartDetails,
       &Start},
      {"reconcile list",
       "",
       0,
       0,
       {"--link"},
       "comparisons, newest first",
       "Example:\n  lienthongctl reconcile list --link city\n",
       &List},
      {"reconcile show",
       "RUN",
       1,
       1,
       {"--wait"},
       "one comparison: how far it is, and what it counts",
       "Of the dossiers, equal are alike on both sides; in_motion were on their way, "
       "dead_lettered\n"
       "wait for a person (see dlq), and neither is compared; all others are findings.\n"
       "\n"
       "Example:\n"
       "  lienthongctl reconcile show RUN --wait\n",
       &Show},
      {"reconcile findings",
       "RUN",
       1,
       1,
       {"--state", "--purpose"},
       "what it has found",
       kFindingsDetails,
       &Findings},
      {"reconcile approve",
       "RUN [FINDING...]",
       1,
       kWordsMax,
       {"--reason", "--max", "--yes", "--request-id"},
       "repairs what it has found",
       "These findings, or with --yes all that are open, 100 of them or --max. Status 3 when some\n"
       "were left as they are. No answer: send it again with the same --request-id.\n"
       "\n"
       "Example:\n"
       "  lienthongctl reconcile approve RUN 17 23 --reason \"ticket 88\"\n"
       "  lienthongctl reconcile approve RUN --yes --reason \"all lost in the outage\"\n",
       &Approve},
      {"reconcile cancel",
       "RUN",
       1,
       1,
       {"--reason", "--request-id"},
       "ends it; what was repaired stays so",
       "Example:\n  lienthongctl reconcile cancel RUN --reason \"ticket 88\"\n",
       &Cancel},
  };
}

}  // namespace lienthong::ctl
