#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/pushed.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::DossierService;
using dossier::v1::PushDossierResponse;
using sync::v1::SyncService;

std::string RequestIdOf(const Arguments& arguments) {
  return arguments.Has("--request-id") ? arguments.Text("--request-id") : Random::System().Uuid();
}

ExitCode ReasonMissing(Terminal& terminal, std::string_view command) {
  return terminal.Usage(StrCat(command, " needs --reason TEXT"), command);
}

// Sends what an agency does with a dossier.
template <typename Request, typename Call>
ExitCode Do(const Session& session, const Request& request, Terminal& terminal, Call call) {
  const auto stub = DossierService::NewStub(session.server());
  PushDossierResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return call(*stub, context, request, &response); });
  return ShowPushed(session, status, request.request_id(), response, terminal);
}

ExitCode Correct(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return ReasonMissing(terminal, "dossier correct");
  if (!arguments.Has("--file")) {
    return terminal.Usage("dossier correct needs --file FILE", "dossier correct");
  }
  dossier::v1::PushDossierRequest push;
  const ExitCode read = ReadPush(session, arguments, terminal, push);
  if (read != kDone) return read;
  dossier::v1::CorrectDossierRequest request;
  request.set_request_id(push.request_id());
  request.set_reason(arguments.Text("--reason"));
  if (push.has_expected_revision()) request.set_expected_revision(push.expected_revision());
  request.mutable_dossier()->Swap(push.mutable_dossier());
  request.mutable_update_mask()->Swap(push.mutable_update_mask());
  return Do(session, request, terminal,
            [](auto& stub, auto* context, const auto& sent, auto* response) {
              return stub.CorrectDossier(context, sent, response);
            });
}

ExitCode Void(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return ReasonMissing(terminal, "dossier void");
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(RequestIdOf(arguments));
  request.set_code(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  return Do(session, request, terminal,
            [](auto& stub, auto* context, const auto& sent, auto* response) {
              return stub.VoidDossier(context, sent, response);
            });
}

ExitCode ReplaceProcedure(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return ReasonMissing(terminal, "dossier replace-procedure");
  dossier::v1::ReplaceProcedureRequest request;
  request.set_request_id(RequestIdOf(arguments));
  request.set_code(arguments.words()[0]);
  request.mutable_procedure()->set_code(arguments.words()[1]);
  request.mutable_procedure()->set_name(arguments.words()[2]);
  request.set_reason(arguments.Text("--reason"));
  return Do(session, request, terminal,
            [](auto& stub, auto* context, const auto& sent, auto* response) {
              return stub.ReplaceProcedure(context, sent, response);
            });
}

ExitCode ShowJoined(const Session& session, const grpc::Status& status,
                    const std::string& request_id, std::string_view done,
                    const sync::v1::JoinDossiersResponse& response, Terminal& terminal) {
  if (!status.ok()) {
    terminal.Note(StrCat("request ", request_id));
    return terminal.Fail(status, session.json());
  }
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
    return kDone;
  }
  terminal.Line(StrCat(response.alias(), " ", done, " ", response.survivor()));
  if (response.tasks().empty()) return kDone;
  terminal.Line(StrCat("to be seen to by hand: ", absl::StrJoin(response.tasks(), ", "),
                       " (lienthongctl tasks list)"));
  return kDone;
}

ExitCode Join(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return ReasonMissing(terminal, "dossier join");
  sync::v1::JoinDossiersRequest request;
  request.set_survivor(arguments.words()[0]);
  request.set_alias(arguments.words()[1]);
  request.set_reason(arguments.Text("--reason"));
  request.set_request_id(RequestIdOf(arguments));
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::JoinDossiersResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->JoinDossiers(context, request, &response); });
  return ShowJoined(session, status, request.request_id(), "was joined into", response, terminal);
}

ExitCode Part(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return ReasonMissing(terminal, "dossier part");
  sync::v1::PartDossiersRequest request;
  request.set_alias(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  request.set_request_id(RequestIdOf(arguments));
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::JoinDossiersResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->PartDossiers(context, request, &response); });
  return ShowJoined(session, status, request.request_id(), "was parted from", response, terminal);
}

}  // namespace

CommandGroup DossierGroup() {
  return {"dossier",
          "lienthongctl dossier: what is done to a whole dossier, with a reason that is kept.\n"
          "\n"
          "Agencies correct a dossier, void it, or put it under another procedure; operators say\n"
          "that two are one case, and part them again. Counterparts get it as any change. Where "
          "one\n"
          "has no place for it, a person has to do it there: `lienthongctl tasks list`.\n"};
}

std::vector<Command> DossierCommands() {
  return {
      {"dossier correct",
       "",
       0,
       0,
       {"--file", "--reason"},
       "corrects a dossier, for its agency",
       "The JSON is as in `push`, with the dossier's `code`. What the receiving unit owns after\n"
       "acceptance is changed by a correction; the reason is also why a promised date moves.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier correct -f correction.json --reason \"mistyped at the counter\"\n",
       &Correct},
      {"dossier void",
       "CODE",
       1,
       1,
       {"--reason", "--request-id"},
       "marks a dossier void, for the agency that received it",
       "It stays readable; nothing changes it any more. Sending the same --request-id again is "
       "safe.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier void H29.X05-261121-0001 --reason \"filed twice\"\n",
       &Void},
      {"dossier replace-procedure",
       "CODE PROCEDURE NAME",
       3,
       3,
       {"--reason", "--request-id"},
       "puts a dossier under another procedure, for its agency",
       "For the agency that received it and the one that leads, before the dossier has come to "
       "its\n"
       "end. PROCEDURE is the other procedure's code, NAME its name; the procedure is replaced "
       "whole.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier replace-procedure H29.X05-261121-0001 1.004227 \\\n"
       "    \"Đăng ký biến động đất đai\" --reason \"accepted under the wrong one\"\n",
       &ReplaceProcedure},
      {"dossier join",
       "SURVIVOR OTHER",
       2,
       2,
       {"--reason", "--request-id"},
       "says that two dossiers are one case, for operators",
       "Any codes of theirs. SURVIVOR goes on; all codes of OTHER name it from then on, and OTHER\n"
       "takes no more changes. A counterpart that has a record of OTHER alone has SURVIVOR's "
       "then;\n"
       "for one that has both a task is left to a person. Refused while one of them is on its "
       "way to\n"
       "a counterpart: try again. `dossier part` undoes it.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier join H29.X05-261121-0001 H29.X05-261121-0009 \\\n"
       "    --reason \"filed at the counter and at the portal\"\n",
       &Join},
      {"dossier part",
       "OTHER",
       1,
       1,
       {"--reason", "--request-id"},
       "undoes a join, for operators",
       "OTHER is the shared code of the dossier that was joined into another one. Its codes name "
       "it\n"
       "again. A counterpart's record that went over to the survivor stays the survivor's; OTHER\n"
       "begins there anew.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier part H29.X05-261121-0009 --reason \"two different plots\"\n",
       &Part},
  };
}

}  // namespace lienthong::ctl
