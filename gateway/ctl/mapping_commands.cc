#include <vector>

#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using sync::v1::SyncService;

ExitCode Coverage(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::GetMappingCoverageRequest request;
  request.set_link(arguments.words()[0]);
  sync::v1::MappingCoverage coverage;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->GetMappingCoverage(context, request, &coverage); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(coverage, /*all=*/true));
  } else {
    terminal.Write(ShowCoverage(coverage));
  }
  return kDone;
}

}  // namespace

std::vector<Command> MappingCommands() {
  return {
      {"mapping coverage",
       "LINK",
       1,
       1,
       {},
       "which fields and values a link's counterpart can hold",
       "One line per field of a dossier: first those that have no place there, and those with\n"
       "values that have no code there; then all others. What has no place is told to nobody; a\n"
       "value without a code is a dead letter as soon as a dossier has it: complete the mapping\n"
       "before the link goes live. Edition and digest say which mapping the gateway runs with.\n"
       "\n"
       "Example:\n"
       "  lienthongctl mapping coverage district\n"
       "  lienthongctl mapping coverage city --json\n",
       &Coverage},
  };
}

}  // namespace lienthong::ctl
