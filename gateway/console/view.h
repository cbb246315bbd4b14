#ifndef LIENTHONG_GATEWAY_CONSOLE_VIEW_H_
#define LIENTHONG_GATEWAY_CONSOLE_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/console/fields.h"
#include "gateway/console/html.h"
#include "gateway/core/context.h"
#include "gateway/core/sign_in.h"
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
  Fields form;               // of a POST
  bool has_session = false;  // in place of a certificate

  // The one that the visitor reads. Both stand where they are used, so that neither can be missing.
  std::string_view Say(std::string_view english, std::string_view vietnamese_text) const {
    return vietnamese ? vietnamese_text : english;
  }
};

// The view of a request. Unauthenticated without the certificate of an operator or, on this
// machine, a session (core/sign_in.h); PermissionDenied for another's; FailedPrecondition for a
// POST that does not come from a page of this console: a browser shows certificates to whoever
// makes it ask.
absl::StatusOr<View> ViewOf(const http::Request& request, const core::SignIn& sign_in);
// The session that a browser on this machine brings; empty when it brings none.
std::string SessionOf(const http::Request& request);
bool IsOnThisMachine(const http::Request& request);
inline constexpr std::string_view kSessionCookie = "lienthong-session=";
// The language that a request asks for anew; it is kept in a cookie.
std::optional<bool> NewLanguageOf(const http::Request& request);

// A file for the visitor, in place of a page.
struct Download {
  std::string name;
  std::string content_type;
  std::string content;
};

// What a page says of itself.
struct Page {
  std::string title;
  Html body;
  int status = 200;
  std::optional<Download> download = {};  // nothing else is shown then
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

// A table, which the keyboard can scroll where it is wider than the screen.
class Table {
 public:
  explicit Table(Html& html, const Html::Attributes& attributes = {})
      : frame_(html.In("div", {{"class", "scroll"}, {"tabindex", "0"}})),
        table_(html.In("table", attributes)) {}

 private:
  const Html::Element frame_;
  const Html::Element table_;  // ends before its frame
};

// A table's heads.
void Heads(Html& html, const std::vector<std::string_view>& heads);
// What was done, or why it was not, for screen readers too.
void Notice(Html& html, bool good, std::string_view text);
// The text of an error with the fields that are at fault.
std::string TextOf(const absl::Status& status);
// The way to a dossier's page.
void DossierLink(Html& html, const std::string& code);
// A choice of one of several, with its label; the empty value stands for `none`.
void Choice(Html& html, std::string_view label, std::string_view name,
            const std::vector<std::string>& values, const std::string& chosen,
            std::string_view none);
// A field for a line of text, with its label.
void TextField(Html& html, std::string_view label, std::string_view name, const std::string& value,
               bool required = false);
// Who wants to see what is personal says why.
void PurposeField(const View& view, Html& html, std::string_view id);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_VIEW_H_
