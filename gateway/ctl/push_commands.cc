#include <atomic>
#include <string>
#include <thread>

#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/line_reader.h"
#include "gateway/ctl/pushed.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::DossierService;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using dossier::v1::PushDossiersResponse;

ExitCode PushOne(const Session& session, const Arguments& arguments, Terminal& terminal) {
  PushDossierRequest request;
  const ExitCode read = ReadPush(session, arguments, terminal, request);
  if (read != kDone) return read;
  const auto stub = DossierService::NewStub(session.server());
  PushDossierResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->PushDossier(context, request, &response); });
  return ShowPushed(session, status, request.request_id(), response, terminal);
}

std::string RefusedLine(const std::string& request_id, const google::rpc::Status& error) {
  return StrCat("{\"request_id\":", Dump(request_id), ",\"error\":", ErrorJson(error), "}");
}

std::string AcknowledgementLine(const PushDossiersResponse& response) {
  if (response.has_refused()) return RefusedLine(response.request_id(), response.refused());
  return Dump(AcknowledgementJson(response.request_id(), response.acknowledged()));
}

// One thread reads our input and sends, another prints acknowledgements as they come. When the
// connection breaks, the second stops the first, which may be waiting for input.
ExitCode PushStream(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = DossierService::NewStub(session.server());
  grpc::ClientContext context;
  const auto stream = stub->PushDossiers(&context);
  LineReader lines(terminal.in());
  std::atomic<bool> refused = false;
  std::thread acknowledgements([&] {
    PushDossiersResponse response;
    while (stream->Read(&response)) {
      if (response.has_refused()) refused = true;
      terminal.Line(AcknowledgementLine(response));
    }
    lines.Stop();
  });
  int64_t number = 0;
  while (const std::optional<std::string> line = lines.Next()) {
    ++number;
    if (line->find_first_not_of(" \t\r") == std::string::npos) continue;
    absl::StatusOr<PushDossierRequest> request = ParsePush(*line);
    if (!request.ok()) {
      refused = true;
      terminal.Line(RefusedLine(RequestIdIn(*line), ErrorOf(BadLine(number, request.status()))));
      continue;
    }
    if (request->request_id().empty()) request->set_request_id(Random::System().Uuid());
    if (!stream->Write(*request)) break;
  }
  stream->WritesDone();
  acknowledgements.join();
  const grpc::Status status = stream->Finish();
  if (!status.ok()) return terminal.Fail(status, /*json=*/false);
  return refused ? kRefused : kDone;
}

ExitCode Push(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (arguments.Has("--stream") == arguments.Has("--file")) {
    return terminal.Usage("push needs either --file FILE or --stream");
  }
  return arguments.Has("--stream") ? PushStream(session, arguments, terminal)
                                   : PushOne(session, arguments, terminal);
}

}  // namespace

std::vector<Command> PushCommands() {
  return {
      {"push",
       "",
       0,
       0,
       {"--file", "--stream"},
       "creates a dossier, or merges a change into one",
       "The JSON is a dossier, or a PushDossierRequest:\n"
       "  {\"request_id\": UUID, \"dossier\": {...}, \"update_mask\": \"contact.phone\",\n"
       "   \"expected_revision\": \"3\"}\n"
       "Without `code` a dossier is created, and so it is with a code that you have reserved; "
       "with\n"
       "any other code that dossier is changed: what is present is set, what update_mask names "
       "and\n"
       "the dossier lacks is cleared, elements of lists are merged by id.\n"
       "Sending the same request_id again is safe: the answer says \"duplicate\".\n"
       "\n"
       "With --stream each line of standard input is one such object, each line of output one\n"
       "acknowledgement, in any order:\n"
       "  {\"request_id\":...,\"code\":...,\"receipt_number\":...,\"revision\":\"1\",\n"
       "   \"sequence\":\"7\",\"duplicate\":false}\n"
       "  {\"request_id\":...,\"error\":{\"code\":...,\"message\":...,\"fields\":[...]}}\n"
       "A broken connection ends it with status 5: send what was not acknowledged again. Status "
       "3:\n"
       "all lines were answered, some refused.\n"
       "\n"
       "Example:\n"
       "  lienthongctl push -f dossier.json\n"
       "  lienthongctl push --stream <changes.jsonl >acknowledgements.jsonl\n",
       &Push}};
}

}  // namespace lienthong::ctl
