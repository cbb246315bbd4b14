#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/console/act.h"
#include "gateway/console/pages.h"
#include "lienthong/admin/v1/admin_service.pb.h"
#include "lienthong/sync/v1/link_health.pb.h"

namespace lienthong::console {
namespace {

constexpr int64_t kDaysSoon = 30;

void Fact(Html& html, std::string_view name, std::string_view value) {
  html.Leaf("dt", name);
  html.Leaf("dd", value);
}

void Server(const ConsoleParts& parts, const View& view, Html& html) {
  const admin::v1::ServerInfo info = parts.about.info();
  const auto list = html.In("dl", {{"class", "facts"}});
  Fact(html, view.Say("Version", "Phiên bản"), info.version());
  Fact(html, view.Say("Serves since", "Chạy từ"), ShowTime(info.start_time()));
  Fact(html, view.Say("Store", "Kho"),
       StrCat(info.store(), ", ", view.Say("epoch ", "kỷ nguyên "), info.store_epoch()));
  Fact(html, view.Say("Journal", "Nhật ký"), StrCat(info.last_sequence()));
  Fact(html, view.Say("Evidence root", "Gốc cây bằng chứng"),
       std::string(absl::BytesToHexString(info.evidence_root())));
  Fact(html, view.Say("Log level", "Mức nhật ký"), NameOf(CurrentLogLevel()));
}

// Whether a counterpart answers now, of the link that the form names.
void Probe(const ConsoleParts& parts, const View& view, Html& html) {
  const std::string link = view.form.Get("link");
  sync::v1::ProbeLinkRequest request;
  request.set_name(link);
  const auto answer = parts.links.ProbeLink(view.context, request);
  if (!answer.ok()) return Notice(html, /*good=*/false, TextOf(answer.status()));
  if (!answer->answered()) {
    return Notice(
        html, /*good=*/false,
        StrCat(link, view.Say(" does not answer: ", " không trả lời: "), answer->error()));
  }
  Notice(html, /*good=*/true,
         StrCat(link, view.Say(" answered in ", " trả lời sau "), answer->took_ms(), " ms"));
}

void Diagnostics(const ConsoleParts& parts, const View& view, Html& html) {
  html.Leaf("h2", view.Say("Diagnostics", "Chẩn đoán"));
  for (const std::string& link : parts.links.names()) {
    const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "system")}});
    html.Void("input", {{"type", "hidden"}, {"name", "link"}, {"value", link}});
    html.Leaf("button", StrCat(view.Say("Does it answer? ", "Thử kết nối: "), link));
  }
  const auto line = html.In("p");
  html.Leaf("a",
            view.Say("Support bundle (no personal data, no secrets)",
                     "Gói hỗ trợ kỹ thuật (không có dữ liệu cá nhân, mật khẩu)"),
            {{"href", StrCat(kRoot, "support-bundle")}});
}

void Certificates(const ConsoleParts& parts, const View& view, Html& html) {
  html.Leaf("h2", view.Say("Certificates", "Chứng thư"));
  const Table table(html);
  Heads(html,
        {view.Say("Days left", "Còn (ngày)"), view.Say("Use", "Dùng cho"),
         view.Say("Subject", "Chủ thể"), view.Say("File", "Tệp"), view.Say("Ends", "Hết hạn")});
  const auto body = html.In("tbody");
  const admin::v1::ListCertificatesResponse certificates = parts.about.certificates();
  for (const auto& certificate : certificates.certificates()) {
    const bool soon = !certificate.error().empty() || certificate.days_left() < kDaysSoon;
    const auto row = html.In("tr", {{"class", soon ? "differs" : "same"}});
    html.Leaf("th", certificate.error().empty() ? StrCat(certificate.days_left()) : "?",
              {{"scope", "row"}});
    html.Leaf("td", certificate.use());
    html.Leaf("td", certificate.error().empty() ? certificate.subject() : certificate.error());
    html.Leaf("td", certificate.file());
    html.Leaf("td", ShowTime(certificate.end_time()));
  }
}

void Configuration(const ConsoleParts& parts, const View& view, Html& html) {
  const admin::v1::Configuration configuration = parts.about.configuration();
  html.Leaf("h2", StrCat(view.Say("Configuration", "Cấu hình"), " · ", configuration.path()));
  if (!configuration.problems().empty()) {
    Notice(html, /*good=*/false,
           StrCat(view.Say("The file has mistakes; a reload would be refused: ",
                           "Tệp có lỗi; nạp lại sẽ bị từ chối: "),
                  configuration.problems()));
  }
  const Table table(html);
  Heads(html, {view.Say("Key", "Khóa"), view.Say("Runs", "Đang chạy"),
               view.Say("File", "Trong tệp"), view.Say("Taken over by", "Có hiệu lực khi")});
  const auto body = html.In("tbody");
  for (const auto& entry : configuration.entries()) {
    const auto row = html.In("tr", {{"class", entry.differs() ? "differs" : "same"}});
    html.Leaf("th", entry.key(), {{"scope", "row"}});
    html.Leaf("td", entry.running());
    html.Leaf("td",
              entry.differs() ? std::string_view(entry.file()) : view.Say("the same", "như trên"));
    html.Leaf("td", entry.reloadable() ? view.Say("reload", "nạp lại")
                                       : view.Say("restart", "khởi động lại"));
  }
}

}  // namespace

absl::StatusOr<Page> SystemPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("System", "Hệ thống");
  if (!view.form.Get("link").empty()) Probe(parts, view, page.body);
  Server(parts, view, page.body);
  Diagnostics(parts, view, page.body);
  Certificates(parts, view, page.body);
  Configuration(parts, view, page.body);
  return page;
}

absl::StatusOr<Page> SupportBundlePage(const ConsoleParts& parts, const View& view) {
  LogInfo("support_bundle_taken", {{"caller", view.context.caller.name}});
  admin::v1::SupportBundle bundle = parts.about.support_bundle();
  Page page;
  page.download = Download{std::move(*bundle.mutable_file_name()), "application/json",
                           std::move(*bundle.mutable_content())};
  return page;
}

}  // namespace lienthong::console
