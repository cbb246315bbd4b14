#include "gateway/console/view.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/certificate_name.h"
#include "gateway/domain/derived.h"

namespace lienthong::console {
namespace {

constexpr std::string_view kLanguageCookie = "lienthong-lang=";
// Everything from here, nothing from elsewhere, no script and no style inside of a page.
constexpr const char* kContentSecurity =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

struct Entry {
  std::string_view page;
  std::string_view english;
  std::string_view vietnamese;
};
constexpr std::array kEntries = {
    Entry{"", "Health", "Tình trạng"},
    Entry{"dossier", "Dossier", "Hồ sơ"},
    Entry{"letters", "Dead letters", "Không gửi được"},
    Entry{"conflicts", "Conflicts", "Xung đột"},
    Entry{"reconciliation", "Reconciliation", "Đối soát"},
    Entry{"tasks", "By hand", "Việc thủ công"},
    Entry{"dispatch", "Dispatch", "Điều phối"},
    Entry{"duplicates", "Duplicates", "Nghi trùng"},
    Entry{"agencies", "Agencies", "Cơ quan"},
    Entry{"indicators", "Indicators", "Chỉ số 766"},
    Entry{"mapping", "Mapping", "Ánh xạ"},
    Entry{"system", "System", "Hệ thống"},
    Entry{"audit", "Audit", "Nhật ký"},
};

std::optional<std::string> CookieOf(const http::Request& request, std::string_view name) {
  for (const auto part : absl::StrSplit(request.browser.cookie, "; ")) {
    if (absl::StartsWith(part, ToAbsl(name))) return std::string(part.substr(name.size()));
  }
  return std::nullopt;
}

bool IsVietnamese(const http::Request& request) {
  if (const std::optional<bool> wanted = NewLanguageOf(request)) return *wanted;
  if (const std::optional<std::string> kept = CookieOf(request, kLanguageCookie))
    return *kept != "en";
  return !absl::StartsWith(request.browser.languages, "en");
}

// A page elsewhere can make a browser send a POST with the operator's certificate; it cannot make
// it lie about where it came from.
bool IsFromHere(const http::Request& request) {
  if (request.method != "POST") return true;
  return request.browser.origin == StrCat("https://", request.browser.host);
}

void AddHead(const Page& page, Html& html) {
  const auto head = html.In("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.Void("meta", {{"name", "htmx-config"},
                     {"content", R"({"allowEval":false,"includeIndicatorStyles":false,)"
                                 R"("selfRequestsOnly":true,"timeout":10000})"}});
  html.Leaf("title", StrCat(page.title, " · lienthong"));
  html.Void("link", {{"rel", "stylesheet"}, {"href", StrCat(kRoot, "assets/console.css")}});
  html.Void("link", {{"rel", "icon"}, {"href", StrCat(kRoot, "assets/icon.svg")}});
  html.Leaf("script", "", {{"src", StrCat(kRoot, "assets/htmx.js")}, {"defer", ""}});
}

void AddNavigation(const View& view, Html& html) {
  const auto header = html.In("header");
  html.Leaf("a", view.Say("Skip to content", "Đến nội dung"),
            {{"class", "skip"}, {"href", "#content"}});
  html.Leaf("strong", "lienthong");
  {
    const auto nav = html.In("nav", {{"aria-label", std::string(view.Say("Pages", "Trang"))}});
    for (const Entry& entry : kEntries) {
      Html::Attributes attributes = {{"href", StrCat(kRoot, entry.page)}};
      if (entry.page == view.page) attributes.emplace_back("aria-current", "page");
      html.Leaf("a", view.Say(entry.english, entry.vietnamese), attributes);
    }
  }
  html.Leaf("a", view.vietnamese ? "English" : "Tiếng Việt",
            {{"class", "language"},
             {"lang", view.vietnamese ? "en" : "vi"},
             {"href", Url(StrCat(kRoot, view.page), {{"lang", view.vietnamese ? "en" : "vi"}})}});
  html.Leaf("span", view.context.caller.name, {{"class", "who"}});
  if (!view.has_session) return;
  const auto form = html.In("form", {{"method", "post"}, {"action", StrCat(kRoot, "sign-out")}});
  html.Leaf("button", view.Say("Sign out", "Đăng xuất"));
}

// Who looks: by the certificate, or else by a session that somebody with one has begun here.
absl::StatusOr<core::Caller> WhoLooks(const http::Request& request, const core::SignIn& sign_in,
                                      bool* has_session) {
  const std::string session = SessionOf(request);
  std::optional<core::Caller> signed_in = session.empty() ? std::nullopt : sign_in.Find(session);
  *has_session = request.certificate_uris.empty() && signed_in.has_value();
  if (*has_session) return *std::move(signed_in);
  LIENTHONG_ASSIGN_OR_RETURN(const core::CertificateName name,
                             core::ReadCertificateName(request.certificate_uris));
  if (name.kind != core::CertificateName::Kind::kOperator) {
    return absl::PermissionDeniedError("the console is for operators");
  }
  return core::Caller{core::CallerKind::kOperator, name.path, {}};
}

}  // namespace

std::optional<bool> NewLanguageOf(const http::Request& request) {
  const std::string wanted = Fields::Parse(request.query).Get("lang");
  if (wanted == "vi") return true;
  if (wanted == "en") return false;
  return std::nullopt;
}

bool IsOnThisMachine(const http::Request& request) {
  return request.peer.starts_with("127.") || request.peer == "::";  // the network of ::1
}

std::string SessionOf(const http::Request& request) {
  return IsOnThisMachine(request) ? CookieOf(request, kSessionCookie).value_or("") : "";
}

absl::StatusOr<View> ViewOf(const http::Request& request, const core::SignIn& sign_in) {
  View view;
  LIENTHONG_ASSIGN_OR_RETURN(view.context.caller, WhoLooks(request, sign_in, &view.has_session));
  if (!IsFromHere(request)) {
    return absl::FailedPreconditionError("this does not come from a page of the console");
  }
  view.context.deadline = request.deadline;
  view.vietnamese = IsVietnamese(request);
  view.page = request.rest;
  view.query = Fields::Parse(request.query);
  // What else has a body was not looked at for where it comes from.
  if (request.method == "POST") view.form = Fields::Parse(request.body);
  return view;
}

http::Response Framed(const View& view, Page page) {
  if (page.download.has_value()) {
    http::Response file;
    file.content_type = page.download->content_type;
    file.headers = {
        {"Content-Disposition", StrCat("attachment; filename=\"", page.download->name, "\"")},
        {"Content-Security-Policy", kContentSecurity}};
    file.body = std::move(page.download->content);
    return file;
  }
  Html html;
  {
    const auto root = html.In("html", {{"lang", view.vietnamese ? "vi" : "en"}});
    AddHead(page, html);
    const auto body = html.In("body");
    AddNavigation(view, html);
    const auto main = html.In("main", {{"id", "content"}});
    html.Leaf("h1", page.title);
    html.Append(std::move(page.body));
  }
  http::Response response = Part(std::move(html));
  response.status = page.status;
  response.body = "<!DOCTYPE html>" + response.body;
  return response;
}

http::Response Part(Html html) {
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", kContentSecurity},
                      {"Referrer-Policy", "same-origin"}};
  response.body = html.Take();
  return response;
}

std::string ShowTime(absl::Time time) {
  constexpr int kVietNamSeconds = 7 * 3600;
  constexpr const char* kUnbroken = "%Y-%m-%d\u00a0%H:%M";  // in one line of a narrow cell
  return absl::FormatTime(kUnbroken, time, absl::FixedTimeZone(kVietNamSeconds));
}

std::string ShowTime(const google::protobuf::Timestamp& time) {
  return time.seconds() == 0 ? "" : ShowTime(domain::FromProto(time));
}

std::string ShowAge(const View& view, int64_t seconds) {
  constexpr int64_t kMinute = 60, kHour = 3600, kDay = 86'400;
  if (seconds < 2 * kMinute) return StrCat(seconds, view.Say(" s", " giây"));
  if (seconds < 2 * kHour) return StrCat(seconds / kMinute, view.Say(" min", " phút"));
  if (seconds < 2 * kDay) return StrCat(seconds / kHour, view.Say(" h", " giờ"));
  return StrCat(seconds / kDay, view.Say(" d", " ngày"));
}

void Heads(Html& html, const std::vector<std::string_view>& heads) {
  const auto head = html.In("thead");
  const auto row = html.In("tr");
  for (const std::string_view text : heads) html.Leaf("th", text, {{"scope", "col"}});
}

void Notice(Html& html, bool good, std::string_view text) {
  html.Leaf("p", text, {{"class", good ? "notice" : "notice bad"}, {"role", "status"}});
}

std::string TextOf(const absl::Status& status) {
  std::string text(status.message());
  for (const FieldViolation& field : DetailsOf(status).fields) {
    StrAppend(text, " · ", field.field, " ", field.description);
  }
  return text;
}

void DossierLink(Html& html, const std::string& code) {
  html.Leaf("a", code, {{"href", Url(StrCat(kRoot, "dossier"), {{"number", code}})}});
}

void Choice(Html& html, std::string_view label, std::string_view name,
            const std::vector<std::string>& values, const std::string& chosen,
            std::string_view none) {
  html.Leaf("label", label, {{"for", std::string(name)}});
  const auto select = html.In("select", {{"id", std::string(name)}, {"name", std::string(name)}});
  if (!none.empty()) html.Leaf("option", none, {{"value", ""}});
  for (const std::string& value : values) {
    Html::Attributes attributes = {{"value", value}};
    if (value == chosen) attributes.emplace_back("selected", "");
    html.Leaf("option", value, attributes);
  }
}

void TextField(Html& html, std::string_view label, std::string_view name, const std::string& value,
               bool required) {
  html.Leaf("label", label, {{"for", std::string(name)}});
  Html::Attributes attributes = {
      {"id", std::string(name)}, {"name", std::string(name)}, {"value", value}};
  if (required) attributes.emplace_back("required", "");
  html.Void("input", attributes);
}

void PurposeField(const View& view, Html& html, std::string_view id) {
  html.Leaf(
      "label",
      view.Say("Why personal data is read (recorded)", "Lý do xem dữ liệu cá nhân (được ghi lại)"),
      {{"for", std::string(id)}});
  html.Void("input",
            {{"id", std::string(id)}, {"name", "purpose"}, {"maxlength", "500"}, {"required", ""}});
}

}  // namespace lienthong::console
