#ifndef LIENTHONG_GATEWAY_CONSOLE_ACT_H_
#define LIENTHONG_GATEWAY_CONSOLE_ACT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/console/console.h"
#include "gateway/console/view.h"
#include "lienthong/sync/v1/sync_service.pb.h"

// What pages that act on many things have in common: a form around a list, with a reason and the
// request's id, so that a form that is sent twice acts once.
namespace lienthong::console {

// Begins the fields of such a form: the request's id.
void HiddenRequestId(const ConsoleParts& parts, Html& html);
void ReasonField(const View& view, Html& html);
// A button; `value` is what the form says was wanted.
void ActButton(Html& html, std::string_view value, std::string_view text);
// The box before a row.
void TickBox(Html& html, std::string_view id, std::string_view label);
// Whether the view is of a form that wants something done.
bool IsAct(const View& view);
// When a form wants what no button of its page does: nothing is done then.
absl::Status UnknownAct(const View& view);
// What was ticked; InvalidArgument when nothing was.
absl::StatusOr<std::vector<std::string>> Ticked(const View& view);
// What became of an act on one thing.
void ShowDone(const absl::Status& status, std::string_view done, Html& html);
// What became of the act.
void ShowResult(const View& view, const absl::StatusOr<sync::v1::BulkResult>& result, Html& html);
// The way to the next page of a list.
void NextPage(const View& view, std::string_view page,
              std::vector<std::pair<std::string_view, std::string>> parameters,
              const std::string& token, Html& html);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_ACT_H_
