#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::DeadLetter;

// What the form asks for; its values stand in the form until the act is done.
struct Asked {
  std::string id;
  std::string purpose;
  std::string raw;  // the item as it is to be; empty: as it is
};

Asked AskedOf(const View& view) {
  const std::string posted = view.form.Get("id");
  return {.id = posted.empty() ? view.query.Get("id") : posted,
          .purpose = view.form.Get("purpose"),
          .raw = view.form.Get("raw")};
}

absl::StatusOr<DeadLetter> Get(const ConsoleParts& parts, const View& view, const Asked& asked) {
  sync::v1::GetDeadLetterRequest request;
  request.set_id(asked.id);
  request.set_purpose(asked.purpose);
  return parts.links.GetDeadLetter(view.context, request);
}

// Without what a browser makes of the ends of lines.
std::string PlainLines(std::string text) {
  std::erase(text, '\r');
  return std::string(absl::StripAsciiWhitespace(text));
}

// The form sends the item back whether or not somebody changed it; one to the counterpart cannot
// be.
bool IsEdited(const Asked& asked, const DeadLetter& letter) {
  return letter.direction() == DeadLetter::DIRECTION_INBOUND && !asked.raw.empty() &&
         PlainLines(asked.raw) != PlainLines(letter.raw());
}

sync::v1::LetterEdit EditOf(const Asked& asked) {
  sync::v1::LetterEdit edit;
  edit.set_raw(asked.raw);
  return edit;
}

absl::StatusOr<sync::v1::BulkResult> Act(const ConsoleParts& parts, const View& view,
                                         const Asked& asked) {
  if (view.form.Get("act") == "discard") {
    sync::v1::DiscardDeadLettersRequest request;
    request.add_ids(asked.id);
    request.set_reason(view.form.Get("reason"));
    request.set_request_id(view.form.Get("request_id"));
    return parts.links.DiscardDeadLetters(view.context, request);
  }
  sync::v1::ReplayDeadLettersRequest request;
  request.add_ids(asked.id);
  if (!asked.raw.empty()) *request.mutable_edit() = EditOf(asked);
  request.set_reason(view.form.Get("reason"));
  request.set_request_id(view.form.Get("request_id"));
  return parts.links.ReplayDeadLetters(view.context, request);
}

void Facts(const View& view, const DeadLetter& letter, Html& html) {
  const auto list = html.In("dl", {{"class", "facts"}});
  const auto fact = [&html](std::string_view name, std::string_view value) {
    html.Leaf("dt", name);
    html.Leaf("dd", value);
  };
  fact(view.Say("Link", "Kết nối"), letter.link());
  fact(view.Say("Its number there", "Mã ở đó"), letter.key());
  fact(view.Say("Field", "Trường"), letter.field());
  fact(view.Say("What is wrong", "Vì sao"), letter.reason());
  fact(view.Say("Since", "Từ lúc"), ShowTime(letter.time()));
  fact(view.Say("Met", "Đã gặp"), StrCat(letter.times(), view.Say(" times", " lần")));
  html.Leaf("dt", view.Say("Dossier", "Hồ sơ"));
  const auto value = html.In("dd");
  if (!letter.code().empty()) DossierLink(html, letter.code());
}

void Changes(const View& view, const sync::v1::PreviewDeadLetterResponse& preview, Html& html) {
  if (preview.changes().empty()) {
    html.Leaf("p", view.Say("Nothing of the dossier would change.", "Hồ sơ sẽ không thay đổi."));
    return;
  }
  const Table table(html);
  Heads(html,
        {view.Say("Field", "Trường"), view.Say("Now", "Hiện tại"), view.Say("Then", "Sau đó")});
  const auto body = html.In("tbody");
  for (const auto& change : preview.changes()) {
    const auto row = html.In("tr");
    html.Leaf("th", change.path(), {{"scope", "row"}});
    html.Leaf("td", change.before());
    html.Leaf("td", change.after());
  }
}

void Preview(const ConsoleParts& parts, const View& view, const Asked& asked, Html& html) {
  sync::v1::PreviewDeadLetterRequest request;
  request.set_id(asked.id);
  request.set_purpose(asked.purpose);
  if (!asked.raw.empty()) *request.mutable_edit() = EditOf(asked);
  const auto preview = parts.links.PreviewDeadLetter(view.context, request);
  html.Leaf("h2", view.Say("What trying it again would do", "Thử lại thì sẽ thế nào"));
  if (!preview.ok()) return Notice(html, /*good=*/false, TextOf(preview.status()));
  if (!preview->fault().empty()) {
    return Notice(html, /*good=*/false,
                  StrCat(view.Say("It would fail again: ", "Vẫn sẽ lỗi: "), preview->fault()));
  }
  Changes(view, *preview, html);
  const auto say = [&](std::string_view what, const auto& items) {
    if (!items.empty()) html.Leaf("p", StrCat(what, absl::StrJoin(items, ", ")));
  };
  say(view.Say("Would be conflicts: ", "Sẽ thành xung đột: "), preview->conflicts());
  say(view.Say("Told again since, and stay: ", "Đã được báo lại, giữ nguyên: "),
      preview->overtaken());
  say(view.Say("Links that would deliver: ", "Kết nối sẽ gửi đi: "), preview->links());
}

// As it came, to be edited, or as it went. Of what was refused later only its fields are kept.
void Item(const View& view, const Asked& asked, const DeadLetter& letter, Html& html) {
  const bool edits = letter.direction() == DeadLetter::DIRECTION_INBOUND;
  if (!edits && letter.raw().empty()) {
    html.Leaf("p", view.Say("What was sent is not kept as a whole; the dossier has its fields.",
                            "Nội dung đã gửi không được lưu nguyên văn; hồ sơ có các trường."));
    return;
  }
  html.Leaf("label",
            view.Say("The item, in the other system's own form",
                     "Nội dung, theo định dạng của hệ thống kia"),
            {{"for", "raw"}});
  Html::Attributes attributes = {
      {"id", "raw"}, {"name", "raw"}, {"rows", "14"}, {"spellcheck", "false"}};
  if (!edits) attributes.emplace_back("readonly", "");
  html.Leaf("textarea", asked.raw.empty() ? letter.raw() : asked.raw, attributes);
}

// The item itself may say who somebody is: it is shown to who says why, and edited only then.
void Forms(const ConsoleParts& parts, const View& view, const Asked& asked,
           const DeadLetter& letter, Html& html) {
  if (asked.purpose.empty()) {
    const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "letter")}});
    html.Void("input", {{"type", "hidden"}, {"name", "id"}, {"value", asked.id}});
    PurposeField(view, html, "purpose");
    html.Leaf("button", view.Say("Show the item and edit it", "Hiện và sửa nội dung"));
  }
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "letter")}});
  html.Void("input", {{"type", "hidden"}, {"name", "id"}, {"value", asked.id}});
  if (!asked.purpose.empty()) {
    html.Void("input", {{"type", "hidden"}, {"name", "purpose"}, {"value", asked.purpose}});
    Item(view, asked, letter, html);
    html.Leaf("button", view.Say("What would it do?", "Xem trước kết quả"),
              {{"name", "act"}, {"value", "preview"}, {"formnovalidate", ""}});
  }
  HiddenRequestId(parts, html);
  ReasonField(view, html);
  ActButton(html, "replay", view.Say("Try it again", "Thử lại"));
  ActButton(html, "discard", view.Say("Give it up", "Bỏ mục này"));
}

}  // namespace

absl::StatusOr<Page> LetterPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Dead letter", "Mục không gửi được, không nhận được");
  Html& html = page.body;
  const std::string act = view.form.Get("act");
  Asked asked = AskedOf(view);
  auto letter = Get(parts, view, asked);
  if (letter.ok() && !IsEdited(asked, *letter)) asked.raw.clear();
  if (act == "replay" || act == "discard") {
    ShowResult(view, Act(parts, view, asked), html);
    letter = Get(parts, view, asked);
  }
  if (!letter.ok()) {
    Notice(html, /*good=*/absl::IsNotFound(letter.status()), TextOf(letter.status()));
    html.Leaf("a", view.Say("All dead letters", "Tất cả các mục"),
              {{"href", StrCat(kRoot, "letters")}});
    return page;
  }
  Facts(view, *letter, html);
  if (act == "preview" || (act.empty() && view.form.Get("id").empty())) {
    Preview(parts, view, asked, html);
  }
  Forms(parts, view, asked, *letter, html);
  return page;
}

}  // namespace lienthong::console
