#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::DeadLetter;

constexpr int kLettersShown = 50;

void Filter(const View& view, const std::vector<std::string>& links, Html& html) {
  const auto form = html.In("form", {{"method", "get"}, {"class", "filter"}});
  html.Leaf("label", view.Say("Link", "Kết nối"), {{"for", "link"}});
  {
    const auto select = html.In("select", {{"id", "link"}, {"name", "link"}});
    html.Leaf("option", view.Say("all", "tất cả"), {{"value", ""}});
    for (const std::string& link : links) {
      Html::Attributes attributes = {{"value", link}};
      if (link == view.query.Get("link")) attributes.emplace_back("selected", "");
      html.Leaf("option", link, attributes);
    }
  }
  html.Leaf("label", view.Say("Dossier", "Hồ sơ"), {{"for", "code"}});
  html.Void("input", {{"id", "code"}, {"name", "code"}, {"value", view.query.Get("code")}});
  html.Leaf("label", view.Say("Text in the reason", "Chữ trong lý do"), {{"for", "contains"}});
  html.Void("input",
            {{"id", "contains"}, {"name", "contains"}, {"value", view.query.Get("contains")}});
  html.Leaf("button", view.Say("Filter", "Lọc"));
}

void Row(const View& view, const DeadLetter& letter, Html& html) {
  const bool inbound = letter.direction() == DeadLetter::DIRECTION_INBOUND;
  const auto row = html.In("tr");
  TickBox(html, letter.id(), letter.code().empty() ? letter.key() : letter.code());
  html.Leaf("td", letter.link());
  html.Leaf("td", inbound ? view.Say("from it", "từ đó về") : view.Say("to it", "gửi đi"));
  {
    const auto cell = html.In("td");
    if (letter.code().empty()) {
      html.Text(letter.key());
    } else {
      html.Leaf("a", letter.code(),
                {{"href", Url(StrCat(kRoot, "dossier"), {{"number", letter.code()}})}});
    }
  }
  html.Leaf("td", letter.field());
  html.Leaf("td", letter.reason());
  html.Leaf("td", ShowTime(letter.time()));
  html.Leaf("td", StrCat(letter.times()));
}

// What the form wants done to what was ticked.
absl::StatusOr<sync::v1::BulkResult> Act(const ConsoleParts& parts, const View& view) {
  const std::vector<std::string> ids = view.form.All("id");
  if (ids.empty()) {
    return absl::InvalidArgumentError(view.vietnamese ? "Chưa chọn mục nào."
                                                      : "Nothing is ticked.");
  }
  const auto fill = [&](auto& request) {
    *request.mutable_ids() = {ids.begin(), ids.end()};
    request.set_reason(view.form.Get("reason"));
    request.set_request_id(view.form.Get("request_id"));
  };
  if (view.form.Get("act") == "discard") {
    sync::v1::DiscardDeadLettersRequest request;
    fill(request);
    return parts.links.DiscardDeadLetters(view.context, request);
  }
  sync::v1::ReplayDeadLettersRequest request;
  fill(request);
  return parts.links.ReplayDeadLetters(view.context, request);
}

absl::Status List(const ConsoleParts& parts, const View& view, Html& html) {
  sync::v1::ListDeadLettersRequest request;
  request.set_page_size(kLettersShown);
  request.set_page_token(view.query.Get("page"));
  request.mutable_filter()->set_link(view.query.Get("link"));
  request.mutable_filter()->set_code(view.query.Get("code"));
  request.mutable_filter()->set_reason_contains(view.query.Get("contains"));
  LIENTHONG_ASSIGN_OR_RETURN(const auto letters,
                             parts.links.ListDeadLetters(view.context, request));
  if (letters.dead_letters().empty() && letters.next_page_token().empty()) {
    html.Leaf("p", view.Say("There are none.", "Không có mục nào."));
    return absl::OkStatus();
  }
  {
    const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "letters")}});
    HiddenRequestId(parts, html);
    {
      const auto table = html.In("table");
      Heads(html, {view.Say("Tick", "Chọn"), view.Say("Link", "Kết nối"), view.Say("Way", "Chiều"),
                   view.Say("Dossier", "Hồ sơ"), view.Say("Field", "Trường"),
                   view.Say("What is wrong", "Vì sao"), view.Say("Since", "Từ lúc"),
                   view.Say("Times", "Số lần")});
      const auto body = html.In("tbody");
      for (const DeadLetter& letter : letters.dead_letters()) Row(view, letter, html);
    }
    ReasonField(view, html);
    ActButton(html, "replay", view.Say("Try the ticked ones again", "Thử lại các mục đã chọn"));
    ActButton(html, "discard", view.Say("Give the ticked ones up", "Bỏ các mục đã chọn"));
  }
  NextPage(view, "letters",
           {{"link", view.query.Get("link")},
            {"code", view.query.Get("code")},
            {"contains", view.query.Get("contains")}},
           letters.next_page_token(), html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> LettersPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Dead letters", "Không gửi được, không nhận được");
  if (!view.form.Get("request_id").empty()) ShowResult(view, Act(parts, view), page.body);
  Filter(view, parts.links.names(), page.body);
  LIENTHONG_RETURN_IF_ERROR(List(parts, view, page.body));
  return page;
}

}  // namespace lienthong::console
