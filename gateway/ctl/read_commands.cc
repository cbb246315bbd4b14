#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/line_reader.h"
#include "gateway/ctl/show.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::Dossier;
using dossier::v1::DossierService;

using Rows = std::vector<std::vector<std::string>>;

constexpr int kListPageItems = 200;

grpc::Status GetOne(const Session& session, DossierService::Stub& stub, const std::string& alias,
                    const std::string& purpose, Dossier& dossier) {
  dossier::v1::GetDossierRequest request;
  request.set_code(alias);
  request.set_purpose(purpose);
  return session.Call([&](auto* context) { return stub.GetDossier(context, request, &dossier); });
}

std::string AnswerLine(const std::string& alias, const grpc::Status& status,
                       const Dossier& dossier) {
  if (status.ok()) {
    return StrCat("{\"alias\":", Dump(alias), ",\"dossier\":", ToJson(dossier), "}");
  }
  return StrCat("{\"alias\":", Dump(alias), ",\"error\":", ErrorJson(ErrorOf(status)), "}");
}

bool EndsTheRun(const grpc::Status& status) {
  const ExitCode code = ExitCodeOf(status.error_code());
  return code == kUnavailable || code == kFault;
}

ExitCode GetFromInput(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = DossierService::NewStub(session.server());
  LineReader lines(terminal.in());
  while (const std::optional<std::string> alias = lines.Next()) {
    Dossier dossier;
    const grpc::Status status =
        GetOne(session, *stub, *alias, arguments.Text("--purpose"), dossier);
    terminal.Line(AnswerLine(*alias, status, dossier));
    if (EndsTheRun(status)) return ExitCodeOf(status.error_code());
  }
  return kDone;
}

ExitCode Get(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (arguments.Has("--stdin")) return GetFromInput(session, arguments, terminal);
  if (arguments.words().empty()) return terminal.Usage("get needs a CODE, or --stdin");
  const auto stub = DossierService::NewStub(session.server());
  ExitCode exit_code = kDone;
  for (const std::string& alias : arguments.words()) {
    Dossier dossier;
    const grpc::Status status = GetOne(session, *stub, alias, arguments.Text("--purpose"), dossier);
    if (!status.ok()) {
      exit_code = terminal.Fail(status, session.json());
      if (EndsTheRun(status)) return exit_code;
    } else if (session.json()) {
      terminal.Line(ToJson(dossier));
    } else {
      terminal.Write(ShowDossier(dossier, terminal.vietnamese()));
    }
  }
  return exit_code;
}

ExitCode List(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = DossierService::NewStub(session.server());
  dossier::v1::ListDossiersRequest request;
  request.set_page_size(kListPageItems);
  request.set_purpose(arguments.Text("--purpose"));
  Rows rows = {};
  std::vector<std::string> head = ListHead();
  for (std::string& word : head) word = terminal.Word(word);
  std::string page = session.json() || terminal.csv() ? "" : ListLine(head) + "\n";
  do {
    dossier::v1::ListDossiersResponse response;
    const grpc::Status status = session.Call(
        [&](auto* context) { return stub->ListDossiers(context, request, &response); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const Dossier& dossier : response.dossiers()) {
      if (terminal.csv()) {
        rows.push_back(ListRow(dossier));
      } else {
        StrAppend(page, session.json() ? ToJson(dossier) : ListLine(ListRow(dossier)), "\n");
      }
    }
    terminal.Write(std::exchange(page, ""));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (terminal.csv()) terminal.Table(ListHead(), rows);
  return kDone;
}

// The token stands on the last change that it covers, and alone when it moved without a change.
void PrintChanges(const dossier::v1::WatchChangesResponse& message, bool json, Terminal& terminal) {
  for (int i = 0; i < message.changes_size(); ++i) {
    if (!json) {
      terminal.Line(ChangeRow(message.changes(i)));
      continue;
    }
    nlohmann::ordered_json line = ToJsonValue(message.changes(i));
    if (i + 1 == message.changes_size()) line["resume_token"] = message.resume_token();
    terminal.Line(Dump(line));
  }
}

ExitCode Watch(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::StatusOr<int64_t> count = arguments.Number("--count", 0);
  if (!count.ok()) return terminal.Usage(ToStd(count.status().message()));
  const auto stub = DossierService::NewStub(session.server());
  dossier::v1::WatchChangesRequest request;
  request.set_resume_token(arguments.Text("--from"));
  request.set_purpose(arguments.Text("--purpose"));
  grpc::ClientContext context;
  const auto stream = stub->WatchChanges(&context, request);
  std::string token = request.resume_token();
  int64_t seen = 0;
  bool enough = false;
  dossier::v1::WatchChangesResponse message;
  while (!enough && stream->Read(&message)) {
    PrintChanges(message, session.json(), terminal);
    token = message.resume_token();
    seen += message.changes_size();
    enough = *count > 0 && seen >= *count;
  }
  if (enough) context.TryCancel();
  const grpc::Status status = stream->Finish();
  if (!token.empty()) terminal.Note(StrCat("resume with --from ", token));
  if (enough) return kDone;
  // A watch has no end of its own: whatever ends it, there may be more.
  if (status.ok()) return kUnavailable;
  return terminal.Fail(status, /*json=*/false);
}

std::string NoticeRow(const dossier::v1::Notice& notice) {
  const std::string kind = ShowEnum(dossier::v1::Notice::Kind_Name(notice.kind()), "KIND_");
  return StrCat(ShowTime(notice.time()), "  ", kind, "  ", notice.code(), "  ",
                notice.path().empty() ? "-" : notice.path(), "  ", notice.party(),
                notice.result().empty() ? "" : "  ", notice.result());
}

ExitCode Notices(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = DossierService::NewStub(session.server());
  dossier::v1::ListNoticesRequest request;
  request.set_page_size(kListPageItems);
  request.set_page_token(arguments.Text("--from"));
  dossier::v1::ListNoticesResponse response;
  do {
    response.Clear();
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListNotices(context, request, &response); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const dossier::v1::Notice& notice : response.notices()) {
      terminal.Line(session.json() ? ToJson(notice) : NoticeRow(notice));
    }
    request.set_page_token(response.next_page_token());
  } while (response.notices_size() == kListPageItems);
  terminal.Note(StrCat("later ones: --from ", request.page_token()));
  return kDone;
}

}  // namespace

std::vector<Command> ReadCommands() {
  return {
      {"get",
       "CODE...",
       0,
       kWordsMax,
       {"--stdin", "--purpose"},
       "shows dossiers, by any of their codes or numbers",
       "A dossier you may not see and one that does not exist answer alike (status 3).\n"
       "With --stdin each line is a code, and each line of output is\n"
       "  {\"alias\":CODE,\"dossier\":{...}} or {\"alias\":CODE,\"error\":{...}}\n"
       "and status 0 means that every line was answered.\n"
       "\n"
       "Example:\n"
       "  lienthongctl get H29.X05-261121-0001\n"
       "  lienthongctl get X01/2026/000123 --json --purpose \"complaint 12/2026\"\n",
       &Get},
      {"list",
       "",
       0,
       0,
       {"--purpose"},
       "lists the dossiers you may see, in order of creation",
       "With --json each line is one whole dossier.\n"
       "\n"
       "Example:\n"
       "  lienthongctl list --json --purpose \"monthly check\" >dossiers.jsonl\n",
       &List},
      {"watch",
       "",
       0,
       0,
       {"--from", "--count", "--purpose"},
       "follows changes as they are committed",
       "One line a change: sequence, time, code, revision, who, then the new status and what\n"
       "changed; papers(3) are three elements of a list.\n"
       "\n"
       "Where it begins: without --from at the oldest change that is kept; with --from now after "
       "the\n"
       "newest; with --from TOKEN after what you have seen already. A token is what an earlier "
       "watch\n"
       "wrote to standard error when it ended (`resume with --from TOKEN`). With --json each line "
       "is\n"
       "one change, and the last of each group carries the token as \"resume_token\": keep it "
       "once\n"
       "you have stored the lines up to it. Without --count a watch ends only when the connection\n"
       "does (status 5), or with Ctrl-C, which writes no token: --json has it by then.\n"
       "\n"
       "Example:\n"
       "  lienthongctl watch --from now\n"
       "  lienthongctl watch --json --from TOKEN >>changes.jsonl\n",
       &Watch},
      {"notices",
       "",
       0,
       0,
       {"--from"},
       "lists what became of things your own system said that others say otherwise",
       "One line a notice, oldest first: time, what happened, the dossier, the field, who "
       "proposed\n"
       "or sent it, what became of it. conflict opened: two systems say otherwise of a field; "
       "what\n"
       "its owner says stands until a person decides. conflict resolved: that was decided.\n"
       "letter discarded: an operator gave up an item. No values are shown; `get` shows the "
       "dossier.\n"
       "The last line, on standard error, says how to ask only for what comes later.\n"
       "\n"
       "Example:\n"
       "  lienthongctl notices\n"
       "  lienthongctl notices --from TOKEN --json\n",
       &Notices},
  };
}

}  // namespace lienthong::ctl
