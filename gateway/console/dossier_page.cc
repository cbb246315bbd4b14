
#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/console/dossier_parts.h"
#include "gateway/console/pages.h"
#include "gateway/core/history.h"
#include "gateway/core/receipts.h"
#include "gateway/core/records.h"

namespace lienthong::console {
namespace {

using core::StoredDossier;
using storage::v1::JournalEntry;

constexpr int64_t kChangesShown = 100;

std::string NumberOf(const View& view) {
  const std::string posted = view.form.Get("number");
  return posted.empty() ? view.query.Get("number") : posted;
}

void Search(const View& view, const std::string& number, Html& html) {
  const auto form = html.In("form", {{"role", "search"}, {"method", "get"}});
  html.Leaf("label",
            view.Say("Dossier code, receipt number or another system's number",
                     "Mã hồ sơ, số biên nhận hoặc mã ở hệ thống khác"),
            {{"for", "number"}});
  html.Void("input", {{"id", "number"},
                      {"name", "number"},
                      {"value", number},
                      {"maxlength", "100"},
                      {"required", ""}});
  html.Leaf("button", view.Say("Find", "Tìm"));
}

std::string_view PhaseName(const View& view, sync::v1::Lane::Phase phase) {
  switch (phase) {
    case sync::v1::Lane::PHASE_IDLE:
      return view.Say("nothing waits", "không có gì chờ");
    case sync::v1::Lane::PHASE_READY:
      return view.Say("waits for its turn", "chờ đến lượt");
    case sync::v1::Lane::PHASE_IN_FLIGHT:
      return view.Say("on its way", "đang gửi");
    case sync::v1::Lane::PHASE_UNKNOWN:
      return view.Say("no answer; it is being found out", "chưa có trả lời, đang kiểm tra");
    default:
      return view.Say("stopped by a dead letter", "dừng vì không gửi được");
  }
}

// What the counterpart could not hold; folded, as it can be much.
void Losses(const View& view, const sync::v1::Lane& lane, Html& html) {
  const auto cell = html.In("td");
  if (lane.losses().empty()) return;
  const auto details = html.In("details");
  html.Leaf("summary", StrCat(lane.losses_size(), view.Say(" fields", " trường")));
  const auto list = html.In("ul");
  for (const std::string& loss : lane.losses()) html.Leaf("li", loss);
}

absl::Status Lanes(const ConsoleParts& parts, const View& view, const StoredDossier& stored,
                   Html& html) {
  sync::v1::ListLanesRequest request;
  request.set_code(stored.dossier.code());
  LIENTHONG_ASSIGN_OR_RETURN(const auto lanes, parts.links.ListLanes(view.context, request));
  html.Leaf("h2", view.Say("At the other systems", "Ở các hệ thống khác"));
  if (lanes.lanes().empty()) {
    html.Leaf("p", view.Say("No link has this dossier.", "Không kết nối nào có hồ sơ này."));
    return absl::OkStatus();
  }
  const Table table(html);
  Heads(html, {view.Say("Link", "Kết nối"), view.Say("Its own number", "Mã ở đó"),
               view.Say("Stands", "Trạng thái"), view.Say("Has up to revision", "Có đến phiên bản"),
               view.Say("Deliveries", "Số lần gửi"), view.Say("Last sent", "Gửi lần cuối"),
               view.Say("Last answered", "Trả lời lần cuối"), view.Say("Waits since", "Chờ từ"),
               view.Say("Failed tries", "Lần thử lỗi"), view.Say("Next try", "Lần thử tới"),
               view.Say("Lost there", "Không giữ được")});
  const auto body = html.In("tbody");
  for (const sync::v1::Lane& lane : lanes.lanes()) {
    const bool behind = lane.confirmed_revision() < stored.dossier.revision();
    const auto row = html.In("tr", {{"class", behind ? "differs" : "same"}});
    html.Leaf("th", lane.link(), {{"scope", "row"}});
    html.Leaf("td", lane.key());
    html.Leaf("td", PhaseName(view, lane.phase()));
    html.Leaf("td", StrCat(lane.confirmed_revision(), " / ", stored.dossier.revision()));
    html.Leaf("td", StrCat(lane.deliveries()), {{"class", "number"}});
    html.Leaf("td", ShowTime(lane.sent_time()));
    html.Leaf("td", ShowTime(lane.answered_time()));
    html.Leaf("td", ShowTime(lane.pending_since()));
    html.Leaf("td", StrCat(lane.attempts()));
    html.Leaf("td", ShowTime(lane.next_attempt_time()));
    Losses(view, lane, html);
  }
  return absl::OkStatus();
}

void Change(const View& view, const core::EvidentEntry& change, Html& html) {
  const JournalEntry& entry = change.entry;
  const auto row = html.In("tr");
  html.Leaf("th", StrCat(entry.revision()), {{"scope", "row"}});
  html.Leaf("td", ShowTime(entry.time()));
  html.Leaf("td", entry.actor());
  html.Leaf("td", absl::StrJoin(entry.paths(), ", "));
  html.Leaf("td", entry.reason());
  html.Leaf("td", entry.trace_id(), {{"class", "code-text"}});
  const auto cell = html.In("td");
  const auto details = html.In("details");
  html.Leaf("summary", StrCat(view.Say("leaf ", "lá "), change.sequence - 1));
  html.Leaf("p", change.leaf_hash, {{"class", "code-text"}});
}

absl::Status History(const ConsoleParts& parts, const View& view, int64_t id, Html& html) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::EvidentEntry> entries,
                             core::NewestEntries(parts.engine, id, kChangesShown));
  html.Leaf("h2", view.Say("Changes, newest first", "Các thay đổi, mới nhất trước"));
  const Table table(html);
  Heads(html, {view.Say("Revision", "Phiên bản"), view.Say("When", "Lúc"), view.Say("Who", "Bởi"),
               view.Say("What", "Nội dung"), view.Say("Reason", "Lý do"),
               view.Say("Trace", "Mã vết"), view.Say("Evidence", "Bằng chứng")});
  const auto body = html.In("tbody");
  for (const core::EvidentEntry& entry : entries) Change(view, entry, html);
  return absl::OkStatus();
}

bool IsLive(const View& view) {
  return !view.query.Get("live").empty() || !view.form.Get("live").empty();
}

void AskForPurpose(const View& view, const std::string& number, Html& html) {
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "dossier")}});
  html.Void("input", {{"type", "hidden"}, {"name", "number"}, {"value", number}});
  if (IsLive(view)) html.Void("input", {{"type", "hidden"}, {"name", "live"}, {"value", "yes"}});
  PurposeField(view, html, "purpose");
  html.Leaf("button", view.Say("Show personal data", "Hiện dữ liệu cá nhân"));
}

absl::Status Show(const ConsoleParts& parts, const View& view, const std::string& number,
                  Html& html) {
  receipt::v1::ResolveReceiptRequest resolve;
  resolve.set_number(number);
  const auto found = core::Receipts(parts.engine).Resolve(view.context, resolve);
  if (absl::IsPermissionDenied(found.status())) {
    Notice(html, /*good=*/false,
           view.Say("No dossier has this number here.", "Không có hồ sơ nào mang số này ở đây."));
    return absl::OkStatus();
  }
  if (!found.ok()) return found.status();
  if (found->code().empty()) {
    Notice(html, /*good=*/true,
           view.Say("The number is reserved; no dossier came with it yet.",
                    "Số này đang được giữ chỗ, chưa có hồ sơ."));
    return absl::OkStatus();
  }
  const std::string purpose = view.form.Get("purpose");
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, core::FindDossier(parts.engine, found->code()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, core::LoadDossier(parts.engine, id));
  html.Leaf(
      "p",
      StrCat(found->code(), " · ", view.Say("revision ", "phiên bản "), stored.dossier.revision(),
             " · ", view.Say("in the log ", "trong nhật ký "), PseudonymOf(found->code())),
      {{"class", "code"}});
  LIENTHONG_RETURN_IF_ERROR(Lanes(parts, view, stored, html));
  Steps(view, stored.dossier, html);
  DueDates(view, stored.dossier, html);
  LIENTHONG_RETURN_IF_ERROR(
      SideBySide(parts, view, stored.dossier, {.live = IsLive(view), .purpose = purpose}, html));
  if (purpose.empty()) AskForPurpose(view, number, html);
  return History(parts, view, id, html);
}

}  // namespace

absl::StatusOr<Page> DossierPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Dossier", "Hồ sơ");
  const std::string number = NumberOf(view);
  Search(view, number, page.body);
  if (!number.empty()) LIENTHONG_RETURN_IF_ERROR(Show(parts, view, number, page.body));
  return page;
}

}  // namespace lienthong::console
