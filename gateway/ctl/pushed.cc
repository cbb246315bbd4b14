#include "gateway/ctl/pushed.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/line_reader.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;

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
  if (!response.conflict_paths().empty()) {
    StrAppend(text,
              "\n  the fields above are others' to say: nothing of them was changed, and what "
              "was said of them waits as conflicts (lienthongctl conflicts)");
  }
  return text;
}

}  // namespace

ExitCode ReadPush(const Session& session, const Arguments& arguments, Terminal& terminal,
                  PushDossierRequest& request) {
  const std::string path = arguments.Text("--file");
  const absl::StatusOr<std::string> text = ReadAll(path, terminal.in());
  if (!text.ok()) return terminal.Usage(ToStd(text.status().message()));
  absl::StatusOr<PushDossierRequest> parsed = ParsePush(*text);
  if (!parsed.ok()) {
    const absl::Status bad = BadInput(path == "-" ? "standard input" : path, parsed.status());
    return terminal.Fail(ErrorOf(bad), session.json());
  }
  request = *std::move(parsed);
  if (request.request_id().empty()) request.set_request_id(Random::System().Uuid());
  return kDone;
}

ExitCode ShowPushed(const Session& session, const grpc::Status& status,
                    const std::string& request_id, const PushDossierResponse& response,
                    Terminal& terminal) {
  if (!status.ok()) {
    if (!session.json()) terminal.Note(StrCat("request ", request_id));
    return terminal.Fail(status, session.json());
  }
  terminal.Line(session.json() ? Dump(AcknowledgementJson(request_id, response))
                               : Describe(request_id, response));
  return kDone;
}

}  // namespace lienthong::ctl
