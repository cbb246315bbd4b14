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
    if (result.more()) terminal.Line("there are more: call again");
  }
  return result.failures().empty() ? kDone : kRefused;
}

}  // namespace lienthong::ctl
