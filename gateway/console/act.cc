#include "gateway/console/act.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::console {

void HiddenRequestId(const ConsoleParts& parts, Html& html) {
  html.Void("input",
            {{"type", "hidden"}, {"name", "request_id"}, {"value", parts.engine.random.Uuid()}});
}

void ReasonField(const View& view, Html& html) {
  html.Leaf("label", view.Say("Reason (kept with your name)", "Lý do (được lưu cùng tên bạn)"),
            {{"for", "reason"}});
  html.Void("input",
            {{"id", "reason"}, {"name", "reason"}, {"maxlength", "500"}, {"required", ""}});
}

void ActButton(Html& html, std::string_view value, std::string_view text) {
  html.Leaf("button", text, {{"name", "act"}, {"value", std::string(value)}});
}

void TickBox(Html& html, std::string_view id, std::string_view label) {
  const auto cell = html.In("td");
  html.Void("input", {{"type", "checkbox"},
                      {"name", "id"},
                      {"value", std::string(id)},
                      {"aria-label", std::string(label)}});
}

void ShowResult(const View& view, const absl::StatusOr<sync::v1::BulkResult>& result, Html& html) {
  if (!result.ok()) {
    return Notice(html, /*good=*/false, TextOf(result.status()));
  }
  const bool all = result->failures().empty() && result->left() == 0;
  std::string text = StrCat(result->done(), view.Say(" done", " đã xong"));
  if (result->failures_size() > 0) {
    StrAppend(text, ", ", result->failures_size(), view.Say(" left as they are", " giữ nguyên"));
  }
  if (result->left() > 0) {
    StrAppend(text, ", ", result->left(),
              view.Say(" not begun: the time was over; send the same again",
                       " chưa làm vì hết thời gian; hãy gửi lại"));
  }
  for (const auto& failure : result->failures()) {
    StrAppend(text, " · ", failure.id(), ": ", failure.reason());
  }
  Notice(html, all, text);
}

void NextPage(const View& view, std::string_view page,
              std::vector<std::pair<std::string_view, std::string>> parameters,
              const std::string& token, Html& html) {
  if (token.empty()) return;
  parameters.emplace_back("page", token);
  const auto line = html.In("p");
  html.Leaf("a", view.Say("Next page", "Trang sau"),
            {{"rel", "next"}, {"href", Url(StrCat(kRoot, page), parameters)}});
}

absl::Status UnknownAct(const View& view) {
  return absl::InvalidArgumentError(view.vietnamese ? "Trang này không có nút đó; hãy mở lại trang."
                                                    : "No button of this page does that; open the "
                                                      "page again.");
}

absl::StatusOr<std::vector<std::string>> Ticked(const View& view) {
  std::vector<std::string> ids = view.form.All("id");
  if (ids.empty()) {
    return absl::InvalidArgumentError(view.vietnamese ? "Chưa chọn mục nào."
                                                      : "Nothing is ticked.");
  }
  return ids;
}

bool IsAct(const View& view) { return !view.form.Get("request_id").empty(); }

void ShowDone(const absl::Status& status, std::string_view done, Html& html) {
  Notice(html, status.ok(), status.ok() ? std::string(done) : TextOf(status));
}

}  // namespace lienthong::console
