#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/line_reader.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::DossierService;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using dossier::v1::PushDossiersResponse;

absl::StatusOr<std::string> ReadAll(const std::string& path, int in) {
  const int fd = path == "-" ? in : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::InvalidArgumentError(StrCat("--file: ", path, ": ", std::strerror(errno)));
  }
  std::string text;
  char bytes[64 * 1024];
  ssize_t count = 0;
  while (text.size() <= kLineBytesMax && (count = read(fd, bytes, sizeof bytes)) > 0) {
    text.append(bytes, static_cast<size_t>(count));
  }
  const int reason = errno;
  if (fd != in) close(fd);
  if (count < 0) {
    return absl::InvalidArgumentError(StrCat("--file: ", path, ": ", std::strerror(reason)));
  }
  return text;
}

std::string Describe(const std::string& request_id, const PushDossierResponse& response) {
  std::string text = StrCat(response.code(), "  receipt ", response.receipt_number(), "  revision ",
                            response.revision());
  if (response.sequence() != 0) StrAppend(text, "  sequence ", response.sequence());
  if (response.duplicate()) StrAppend(text, "  (was applied before)");
  StrAppend(text, "  request ", request_id);
  for (const std::string& path : response.conflict_paths()) StrAppend(text, "\n  conflict: ", path);
  return text;
}

ExitCode PushOne(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const std::string path = arguments.Text("--file");
  const absl::StatusOr<std::string> text = ReadAll(path, terminal.in());
  if (!text.ok()) return terminal.Usage(ToStd(text.status().message()));
  absl::StatusOr<PushDossierRequest> request = ParsePush(*text);
  if (!request.ok()) {
    const absl::Status bad = BadInput(path == "-" ? "standard input" : path, request.status());
    return terminal.Fail(ErrorOf(bad), session.json());
  }
  if (request->request_id().empty()) request->set_request_id(Random::System().Uuid());
  const auto stub = DossierService::NewStub(session.server());
  PushDossierResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->PushDossier(context, *request, &response); });
  if (!status.ok()) {
    if (!session.json()) terminal.Note(StrCat("request ", request->request_id()));
    return terminal.Fail(status, session.json());
  }
  terminal.Line(session.json() ? Dump(AcknowledgementJson(request->request_id(), response))
                               : Describe(request->request_id(), response));
  return kDone;
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
