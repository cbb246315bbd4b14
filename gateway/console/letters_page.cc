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
  Choice(html, view.Say("Link", "Kết nối"), "link", links, view.query.Get("link"),
         view.Say("all", "tất cả"));
  TextField(html, view.Say("Dossier", "Hồ sơ"), "code", view.query.Get("code"));
  TextField(html, view.Say("Text in the reason", "Chữ trong lý do"), "contains",
            view.query.Get("contains"));
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
      DossierLink(html, letter.code());
    }
  }
  html.Leaf("td", letter.field());
  {
    const auto cell = html.In("td");
    html.Leaf("a", letter.reason().empty() ? view.Say("look", "xem") : letter.reason(),
              {{"href", Url(StrCat(kRoot, "letter"), {{"id", letter.id()}})}});
  }
  html.Leaf("td", ShowTime(letter.time()));
  html.Leaf("td", StrCat(letter.times()));
}

sync::v1::DeadLetterFilter FilterOf(const Fields& fields) {
  sync::v1::DeadLetterFilter filter;
  filter.set_link(fields.Get("link"));
  filter.set_code(fields.Get("code"));
  filter.set_reason_contains(fields.Get("contains"));
  return filter;
}

bool IsFiltered(const View& view) { return FilterOf(view.query).ByteSizeLong() > 0; }

// What the form wants done to what was ticked, or to all that the filter shows.
absl::StatusOr<sync::v1::BulkResult> Act(const ConsoleParts& parts, const View& view) {
  const std::string act = view.form.Get("act");
  const bool all = act == "replay-all";
  if (!all && act != "replay" && act != "discard") return UnknownAct(view);
  std::vector<std::string> ids;
  if (!all) {
    LIENTHONG_ASSIGN_OR_RETURN(ids, Ticked(view));
  }
  const auto fill = [&](auto& request) {
    *request.mutable_ids() = {ids.begin(), ids.end()};
    if (all) *request.mutable_filter() = FilterOf(view.form);
    request.set_reason(view.form.Get("reason"));
    request.set_request_id(view.form.Get("request_id"));
  };
  if (act == "discard") {
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
  *request.mutable_filter() = FilterOf(view.query);
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
      const Table table(html);
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
    if (IsFiltered(view)) {
      for (const std::string_view name : {"link", "code", "contains"}) {
        html.Void(
            "input",
            {{"type", "hidden"}, {"name", std::string(name)}, {"value", view.query.Get(name)}});
      }
      ActButton(
          html, "replay-all",
          view.Say("Try the first 100 of this filter again", "Thử lại 100 mục đầu theo bộ lọc"));
    }
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
  if (IsAct(view)) ShowResult(view, Act(parts, view), page.body);
  Filter(view, parts.links.names(), page.body);
  LIENTHONG_RETURN_IF_ERROR(List(parts, view, page.body));
  return page;
}

}  // namespace lienthong::console
