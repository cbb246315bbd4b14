#include "gateway/console/console.h"

#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/console/assets/console.css.h"
#include "gateway/console/assets/htmx.min.js.h"
#include "gateway/console/assets/icon.svg.h"
#include "gateway/console/pages.h"
#include "gateway/console/view.h"

namespace lienthong::console {
namespace {

constexpr size_t kFormBytesMax = 64 << 10;
constexpr int kOk = 200, kSeeOther = 303, kForbidden = 403, kNotFound = 404, kFailed = 500;

using ShowPage = absl::StatusOr<Page> (*)(const ConsoleParts& parts, const View& view);
struct NamedPage {
  std::string_view name;
  bool acts;  // takes forms
  ShowPage show;
};
constexpr NamedPage kPages[] = {{"", false, &HealthPage},
                                {"dossier", true, &DossierPage},
                                {"letters", true, &LettersPage},
                                {"letter", true, &LetterPage},
                                {"conflicts", true, &ConflictsPage},
                                {"reconciliation", true, &ReconciliationPage},
                                {"tasks", true, &TasksPage},
                                {"dispatch", true, &DispatchPage},
                                {"duplicates", true, &DuplicatesPage},
                                {"agencies", false, &AgenciesPage},
                                {"indicators", false, &IndicatorsPage},
                                {"mapping", false, &MappingPage},
                                {"system", true, &SystemPage},
                                {"support-bundle", false, &SupportBundlePage},
                                {"audit", false, &AuditPage}};

struct Asset {
  std::string_view name;
  std::string_view content_type;
  std::string_view text;
};
constexpr Asset kAssets[] = {
    {"assets/console.css", "text/css; charset=utf-8", embedded::kConsoleCss},
    {"assets/htmx.js", "text/javascript; charset=utf-8", embedded::kHtmxMinJs},
    {"assets/icon.svg", "image/svg+xml", embedded::kIconSvg}};

http::Response Show(const Asset& asset) {
  http::Response response;
  response.content_type = std::string(asset.content_type);
  response.body = std::string(asset.text);
  return response;
}

// For people, who have no program that would read the portal's envelope.
http::Response Sorry(const View& view, int status, std::string_view text) {
  Page page;
  page.title = view.Say("Not possible", "Không thực hiện được");
  page.status = status;
  Notice(page.body, /*good=*/false, text);
  return Framed(view, std::move(page));
}

http::Response SorryOf(const View& view, const absl::Status& status) {
  const bool fault = absl::IsInternal(status) || absl::IsUnknown(status);
  return Sorry(view, fault ? kFailed : kOk, TextOf(status));
}

http::Response GoTo(std::string_view page, const std::string& cookie) {
  http::Response response;
  response.status = kSeeOther;
  response.headers = {{"Location", StrCat(kRoot, page)},
                      {"Set-Cookie", StrCat(cookie, "; Path=", kRoot,
                                            "; Secure; HttpOnly; "
                                            "SameSite=Strict")}};
  return response;
}

http::Response KeepLanguage(const View& view, bool vietnamese) {
  return GoTo(view.page, StrCat("lienthong-lang=", vietnamese ? "vi" : "en", "; Max-Age=31536000"));
}

View Nobody(const http::Request& request) {
  View nobody;
  nobody.vietnamese = !request.browser.languages.starts_with("en");
  return nobody;
}

// With the address that `lienthongctl console` has printed.
http::Response BeginSession(const ConsoleParts& parts, const http::Request& request) {
  const absl::StatusOr<std::string> session =
      IsOnThisMachine(request)
          ? parts.sign_in.Redeem(Fields::Parse(request.query).Get("token"))
          : absl::UnauthenticatedError("this works on the gateway's own machine only");
  if (!session.ok()) {
    LogWarning("console_refused", {{"peer", request.peer}, {"page", request.rest}});
    return Sorry(Nobody(request), kForbidden, TextOf(session.status()));
  }
  return GoTo("", StrCat(kSessionCookie, *session,
                         "; Max-Age=", absl::ToInt64Seconds(core::kSignedInLife)));
}

http::Response Serve(const ConsoleParts& parts, const http::Request& request) {
  for (const Asset& asset : kAssets) {
    if (request.rest == asset.name) return Show(asset);
  }
  if (request.rest == "sign-in") return BeginSession(parts, request);
  const absl::StatusOr<View> view = ViewOf(request, parts.sign_in);
  if (!view.ok()) {
    const View nobody = Nobody(request);
    LogWarning("console_refused", {{"peer", request.peer}, {"page", request.rest}});
    if (absl::IsFailedPrecondition(view.status())) {
      return Sorry(
          nobody, kForbidden,
          nobody.Say("This form was not sent from a page of the console; open the page "
                     "and send it from there.",
                     "Biểu mẫu này không được gửi từ một trang của bảng điều khiển; hãy mở "
                     "trang đó và gửi lại."));
    }
    return Sorry(nobody, kForbidden,
                 nobody.Say("This needs the certificate of an operator in your browser "
                            "(certs/lienthong-pki issue --uri spiffe://lienthong/operator/NAME); "
                            "on the gateway's own machine, an address that lienthongctl console "
                            "prints.",
                            "Trang này cần chứng thư của người vận hành trong trình duyệt "
                            "(certs/lienthong-pki issue --uri spiffe://lienthong/operator/TÊN); "
                            "trên chính máy chạy gateway, dùng địa chỉ do lienthongctl console "
                            "in ra."));
  }
  const auto ticket = parts.admit(view->context.caller.name);
  if (!ticket.ok()) return SorryOf(*view, ticket.status());
  const bool acts = request.method == "POST";
  if (acts && view->page == "sign-out") {
    parts.sign_in.End(SessionOf(request));
    return GoTo("", StrCat(kSessionCookie, "; Max-Age=0"));
  }
  if (const auto wanted = NewLanguageOf(request); wanted.has_value() && !acts) {
    return KeepLanguage(*view, *wanted);
  }
  if (view->page == "health" && !acts) {
    absl::StatusOr<Html> figures = HealthFigures(parts, *view);
    return figures.ok() ? Part(*std::move(figures)) : SorryOf(*view, figures.status());
  }
  for (const NamedPage& page : kPages) {
    if (page.name != view->page || (acts && !page.acts)) continue;
    absl::StatusOr<Page> shown = page.show(parts, *view);
    return shown.ok() ? Framed(*view, *std::move(shown)) : SorryOf(*view, shown.status());
  }
  return Sorry(*view, kNotFound, view->Say("There is no such page.", "Không có trang này."));
}

http::Route RouteOf(const ConsoleParts& parts, const char* method) {
  http::Route route;
  route.method = method;
  route.prefix = std::string(kRoot);
  route.body_bytes_max = kFormBytesMax;
  route.handler = [parts](const std::shared_ptr<const http::Request>& request,
                          const http::Answer& answer) { answer(Serve(parts, *request)); };
  return route;
}

}  // namespace

absl::Status AddConsole(const ConsoleParts& parts, http::Router& router) {
  http::Route home;
  home.method = "GET";
  home.prefix = "/console";
  home.handler = [](const std::shared_ptr<const http::Request>&, const http::Answer& answer) {
    http::Response response;
    response.status = kSeeOther;
    response.headers = {{"Location", std::string(kRoot)}};
    answer(std::move(response));
  };
  LIENTHONG_RETURN_IF_ERROR(router.Add(std::move(home)));
  LIENTHONG_RETURN_IF_ERROR(router.Add(RouteOf(parts, "GET")));
  return router.Add(RouteOf(parts, "POST"));
}

}  // namespace lienthong::console
