#ifndef LIENTHONG_GATEWAY_HTTP_MESSAGE_H_
#define LIENTHONG_GATEWAY_HTTP_MESSAGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/sdk/files.h"
#include "gateway/http/body_budget.h"

namespace lienthong::http {

// What a browser says of a request beside its content; empty what it did not say.
struct BrowserWords {
  std::string host;    // HOST[:PORT], as the browser was told to go to
  std::string origin;  // of the page that asks, with POST; "null" where that is nobody's business
  std::string fetch_site;  // Sec-Fetch-Site
  std::string languages;   // Accept-Language
  std::string cookie;
};

// One request, as a route's handler sees it: let in, complete, within the route's bounds.
struct Request {
  std::string method;
  std::string path;  // without the query, as written
  std::string rest;  // what follows the route's prefix
  std::string query;
  std::string content_type;
  BrowserWords browser;
  // What the transport proved: URI names of the verified client certificate, none without one.
  std::vector<std::string> certificate_uris;
  // Id of the trace that it belongs to; one that came with no good `traceparent` begins one.
  std::string trace_id;
  std::string peer;  // the address it came from, IPv6 by its network of 64 bits; no port
  absl::Time deadline;
  std::string body;
  BodyBudget::Lease lease;  // of the memory that `body` takes, or what a sink keeps
};

// One answer.
struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  // Sent in the place of `body`, a part at a time, read on the listener's executor.
  std::unique_ptr<sdk::FileReader> content = nullptr;
};

// Answers a request; called once, from any thread. Later calls, and calls after the route's time or
// the listener's end, do nothing.
using Answer = std::function<void(Response)>;

// Takes a body as it comes, for what is too large to be held. One call at a time, on the listener's
// executor. Destroyed without Finish when the body did not come whole: nothing of it may stay.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // An error ends the request: InvalidArgument 400, PermissionDenied 403, OutOfRange (too much)
  // 413, ResourceExhausted 429, Unavailable 503, anything else 500.
  virtual absl::Status Write(std::string_view part) = 0;
  // The body is complete.
  virtual void Finish(Answer answer) = 0;
};

// Why the listener itself answers in the place of a handler.
struct Problem {
  int status = 500;              // HTTP
  std::string_view reason = {};  // in English, for people; no personal data
  std::optional<absl::Duration> retry_after = {};
};

// The portal's envelope with an error in it, so that no client of any route takes it for a success.
Response Refusal(const Problem& problem);
// The problem that an error of a handler is.
Problem ProblemOf(const absl::Status& status);
// Adds Retry-After in whole seconds, at least 1.
void SetRetryAfter(absl::Duration wait, Response& response);

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_MESSAGE_H_
