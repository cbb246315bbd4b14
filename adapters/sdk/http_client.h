#ifndef LIENTHONG_ADAPTERS_SDK_HTTP_CLIENT_H_
#define LIENTHONG_ADAPTERS_SDK_HTTP_CLIENT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/files.h"
#include "gateway/base/clock.h"

namespace lienthong::sdk {

struct HttpRequest {
  std::string method = "GET";  // GET or POST
  std::string path;            // below the base URL, with its query: `/HoSo/ThayDoi?SoLuong=200`
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};  // POST
  // POST: sent in the place of `body`, a part at a time. Read once, by the call alone.
  FileReader* upload = nullptr;
};

struct HttpResponse {
  // OK: an answer came whole, whatever it says. Unavailable: none came, or not whole. An error of
  // `upload` ended the call and is told as it is.
  absl::Status status;
  // Whether the far side may have seen the request. False only when that is certain.
  bool maybe_sent = false;
  int code = 0;  // HTTP status
  std::string body;
  std::string content_type;  // the header, as it came
  bool delimited = false;    // the answer told where its body ends, so that no end can be missing
  std::optional<absl::Duration> retry_after;  // the header, when it counts seconds
};

// Takes the next part of an answer's body; anything but OK ends the call.
using BodySink = std::function<absl::Status(std::string_view part)>;

// Calls one HTTP server and blocks until the answer or the deadline. Connections are kept alive,
// one per call at the same time; a POST is never sent twice, redirects are not followed, proxies of
// the environment are not used. Within a TraceScope (gateway/base/trace.h) calls carry its header.
//
// Thread-safe. Abort lets running and later calls end with Unavailable, within a second or so.
class HttpClient {
 public:
  struct Options {
    std::string base_url;  // https://host[:port][/path]; http:// only to this machine itself
    std::string ca_file;   // empty: the system's
    std::string client_certificate_file;
    std::string client_key_file;
    absl::Duration connect_timeout = absl::Seconds(5);
    size_t response_bytes_max = kResponseBytesMax;
  };
  static constexpr size_t kResponseBytesMax = size_t{64} << 20;

  // InvalidArgument says what is wrong with the URL or the files.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(Options options, const Clock& clock);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpResponse Call(const HttpRequest& request, absl::Time deadline);
  // The same for an answer of any size: a body that comes with 200 goes to `sink`, any other is
  // dropped. When the sink ends the call, its status is the response's. Only a response that is OK
  // had a whole body.
  HttpResponse Download(const HttpRequest& request, const BodySink& sink, absl::Time deadline);
  void Abort() { aborted_ = true; }
  // Undoes Abort, for a client that starts again.
  void Resume() { aborted_ = false; }

 private:
  struct Handle;
  struct Transfer;

  HttpClient(Options options, const Clock& clock);

  HttpResponse Run(const HttpRequest& request, const BodySink* sink, absl::Time deadline);
  std::unique_ptr<Handle> Borrow();
  void GiveBack(std::unique_ptr<Handle> handle);
  absl::Status Prepare(Handle& handle, const HttpRequest& request, absl::Duration timeout,
                       Transfer& transfer) const;
  HttpResponse Perform(Handle& handle, Transfer& transfer) const;

  const Options options_;
  const Clock& clock_;
  std::atomic<bool> aborted_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

// A text as part of a URL's query.
std::string UrlEncode(std::string_view text);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_HTTP_CLIENT_H_
