#ifndef LIENTHONG_GATEWAY_CONSOLE_VIEW_H_
#define LIENTHONG_GATEWAY_CONSOLE_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/console/fields.h"
#include "gateway/console/html.h"
#include "gateway/core/context.h"
#include "gateway/http/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::console {

inline constexpr std::string_view kRoot = "/console/";

// Who looks, and at what.
struct View {
  core::RequestContext context;
  bool vietnamese = true;
  std::string page;  // below kRoot: "", "dossier", "letters"
  Fields query;
  Fields form;  // of a POST

  // The one that the visitor reads. Both stand where they are used, so that neither can be missing.
  std::string_view Say(std::string_view english, std::string_view vietnamese_text) const {
    return vietnamese ? vietnamese_text : english;
  }
};

// The view of a request. Unauthenticated without the certificate of an operator, PermissionDenied
// for another's, and for a POST that does not come from a page of this console: a browser shows
// certificates to whoever makes it ask.
absl::StatusOr<View> ViewOf(const http::Request& request);
// The language that a request asks for anew; it is kept in a cookie.
std::optional<bool> NewLanguageOf(const http::Request& request);

// What a page says of itself.
struct Page {
  std::string title;
  Html body;
  int status = 200;
};

// The whole answer: frame, navigation and body.
http::Response Framed(const View& view, Page page);
// A part of a page, as htmx asks for it.
http::Response Part(Html html);

// Vietnamese wall time; empty when there is none.
std::string ShowTime(absl::Time time);
std::string ShowTime(const google::protobuf::Timestamp& time);
// How long: `45 s`, `12 min`, `3 h`, `2 d`.
std::string ShowAge(const View& view, int64_t seconds);

// A table: its heads, and below what `rows` writes.
void Heads(Html& html, const std::vector<std::string_view>& heads);
// What was done, or why it was not, for screen readers too.
void Notice(Html& html, bool good, std::string_view text);
// Who wants to see what is personal says why.
void PurposeField(const View& view, Html& html, std::string_view id);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_VIEW_H_
