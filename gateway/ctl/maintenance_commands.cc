// Backups and checks of the store, with how far they are.
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using admin::v1::AdminService;
using admin::v1::Maintenance;

constexpr absl::Duration kLookAgain = absl::Milliseconds(200);
constexpr double kMebibyte = 1 << 20;
constexpr double kPercent = 100;

std::string HowFar(const Maintenance& run) {
  if (run.total() == 0) return StrCat(run.step(), ": ", run.done(), " rows");
  return absl::StrFormat("%s: %.0f of %.0f MiB (%.0f %%)", run.step(), run.done() / kMebibyte,
                         run.total() / kMebibyte, kPercent * run.done() / run.total());
}

ExitCode Show(const Maintenance& run, const Session& session, Terminal& terminal) {
  if (session.json()) {
    terminal.Line(ToJson(run, /*all=*/true));
  } else if (run.state() == Maintenance::STATE_DONE && !run.path().empty()) {
    terminal.Line(run.path());
    terminal.Note(absl::StrFormat("%.1f MiB, %d rows checked, changes up to %d",
                                  run.size_bytes() / kMebibyte, run.rows(), run.last_sequence()));
  } else if (run.state() == Maintenance::STATE_DONE) {
    terminal.Line(StrCat(run.rows(), " rows checked, changes up to ", run.last_sequence(),
                         ": nothing is wrong"));
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const Maintenance::Fault& fault : run.first_faults()) {
      rows.push_back({fault.table(), fault.row(), fault.what()});
    }
    if (!rows.empty()) terminal.Table({"table", "row", "what is wrong"}, rows);
    terminal.Note(run.problem());
  }
  return run.state() == Maintenance::STATE_DONE ? kDone : kFault;
}

ExitCode RunToTheEnd(Maintenance::Kind kind, const Session& session, const Arguments& arguments,
                     Terminal& terminal) {
  admin::v1::StartMaintenanceRequest request;
  request.set_request_id(Random::System().Uuid());
  request.set_kind(kind);
  request.set_reason(arguments.Text("--reason"));
  const auto stub = AdminService::NewStub(session.admin());
  Maintenance run;
  grpc::Status status =
      session.Call([&](auto* context) { return stub->StartMaintenance(context, request, &run); });
  std::string said;
  while (status.ok() && run.state() == Maintenance::STATE_RUNNING) {
    absl::SleepFor(kLookAgain);
    status = session.Call([&](auto* context) { return stub->GetMaintenance(context, {}, &run); });
    const std::string now = run.state() == Maintenance::STATE_RUNNING ? HowFar(run) : "";
    if (!now.empty() && now != said && !session.json()) terminal.Note(now);
    said = now;
  }
  if (!status.ok()) return terminal.Fail(status, session.json());
  return Show(run, session, terminal);
}

ExitCode Backup(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return RunToTheEnd(Maintenance::KIND_BACKUP, session, arguments, terminal);
}

ExitCode Check(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return RunToTheEnd(Maintenance::KIND_CHECK, session, arguments, terminal);
}

}  // namespace

std::vector<Command> MaintenanceCommands() {
  return {
      {"backup",
       "",
       0,
       0,
       {"--reason"},
       "copies the store while it is in use, checks the copy and prints its path",
       "The copy is on the gateway's machine, in store.backup_directory; take it to another one. "
       "Papers\n"
       "lie beside the store in files/, and are copied after it. Status 6 when the copy is "
       "damaged.\n"
       "\n"
       "Example:\n"
       "  lienthongctl backup --reason nightly\n",
       &Backup},
      {"check",
       "",
       0,
       0,
       {"--reason"},
       "reads the whole store while it is in use, and says what does not fit together",
       "The journal has no gap and gives the evidence tree's root, every body opens, dossiers are "
       "at their\n"
       "newest change, requests, codes, lanes and cursors fit. Status 6 when something does not.\n"
       "\n"
       "Example:\n"
       "  lienthongctl check\n",
       &Check},
  };
}

}  // namespace lienthong::ctl
