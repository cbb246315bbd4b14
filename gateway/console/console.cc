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
                                {"conflicts", true, &ConflictsPage},
                                {"agencies", false, &AgenciesPage}};

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
  const ErrorDetails details = DetailsOf(status);
  std::string text = ToStd(status.message()).empty() ? "" : std::string(status.message());
  for (const FieldViolation& field : details.fields) {
    StrAppend(text, " · ", field.field, " ", field.description);
  }
  const bool fault = absl::IsInternal(status) || absl::IsUnknown(status);
  return Sorry(view, fault ? kFailed : kOk, text);
}

http::Response KeepLanguage(const View& view, bool vietnamese) {
  http::Response response;
  response.status = kSeeOther;
  response.headers = {{"Location", StrCat(kRoot, view.page)},
                      {"Set-Cookie", StrCat("lienthong-lang=", vietnamese ? "vi" : "en",
                                            "; Path=/console/; Max-Age=31536000; Secure; HttpOnly; "
                                            "SameSite=Strict")}};
  return response;
}

http::Response Serve(const ConsoleParts& parts, const http::Request& request) {
  for (const Asset& asset : kAssets) {
    if (request.rest == asset.name) return Show(asset);
  }
  const absl::StatusOr<View> view = ViewOf(request);
  if (!view.ok()) {
    View nobody;
    nobody.vietnamese = !request.browser.languages.starts_with("en");
    LogWarning("console_refused", {{"peer", request.peer}, {"page", request.rest}});
    return Sorry(nobody, kForbidden,
                 nobody.Say("This needs the certificate of an operator in your browser "
                            "(certs/lienthong-pki issue --uri spiffe://lienthong/operator/NAME).",
                            "Trang này cần chứng thư của người vận hành trong trình duyệt "
                            "(certs/lienthong-pki issue --uri spiffe://lienthong/operator/TÊN)."));
  }
  const auto ticket = parts.admit(view->context.caller.name);
  if (!ticket.ok()) return SorryOf(*view, ticket.status());
  const bool acts = request.method == "POST";
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
