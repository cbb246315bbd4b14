#include "gateway/ctl/bulk.h"

#include "gateway/base/text.h"
#include "gateway/ctl/json.h"

namespace lienthong::ctl {

ExitCode ShowBulk(const Session& session, const grpc::Status& status, const std::string& request_id,
                  const sync::v1::BulkResult& result, Terminal& terminal) {
  if (!status.ok()) {
    terminal.Note(StrCat("request ", request_id));
    return terminal.Fail(status, session.json());
  }
  if (session.json()) {
    terminal.Line(ToJson(result, /*all=*/true));
  } else {
    terminal.Line(StrCat(result.done(), " done, ", result.failures_size(), " left as they are"));
    for (const auto& failure : result.failures()) {
      terminal.Line(StrCat("  ", failure.id(), ": ", failure.reason()));
    }
    for (const auto& outcome : result.outcomes()) {
      terminal.Line(StrCat("  ", outcome.id(), " done: ", outcome.result()));
    }
    if (result.left() > 0) {
      terminal.Line(StrCat(result.left(), " not begun: the time of the call was over"));
    }
    if (result.more()) terminal.Line("there are more: call again");
    if (result.left() > 0 && !result.more()) {
      terminal.Line(StrCat("for those, the same again with --request-id ", request_id));
    }
  }
  return result.failures().empty() && result.left() == 0 ? kDone : kRefused;
}

}  // namespace lienthong::ctl
