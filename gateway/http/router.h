#ifndef LIENTHONG_GATEWAY_HTTP_ROUTER_H_
#define LIENTHONG_GATEWAY_HTTP_ROUTER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/http/message.h"

namespace lienthong::http {

// What is served under one address.
struct Route {
  // Of a handler: runs on the listener's executor, may wait for a disk, answers there or later from
  // elsewhere. Cannot be interrupted: past the request's deadline its caller is answered 503.
  using Handler = std::function<void(std::shared_ptr<const Request>, Answer)>;
  // Of a route that takes its body in parts: called when the header is there, `body` stays empty.
  // An error ends the request as an error of BodySink::Write does.
  using OpenSink =
      std::function<absl::StatusOr<std::unique_ptr<BodySink>>(std::shared_ptr<Request>)>;

  std::string method = "POST";  // GET is also HEAD
  // Itself alone; with a '/' at its end, everything below it.
  std::string prefix;
  bool needs_certificate = false;
  size_t body_bytes_max = 0;
  absl::Duration timeout = absl::Seconds(30);
  // One of the two.
  Handler handler;
  OpenSink open_sink;
  // How the listener refuses on this route's behalf.
  std::function<Response(const Problem&)> refusal = Refusal;
};

// A request that was answered, or refused by the listener.
struct EndedRequest {
  const Route* route;  // null: none fits, or it could not be read
  const std::vector<std::string>& certificate_uris;
  int status;
  absl::Duration took;  // from its first byte until its answer began
};
// Told of each, from any thread; must be cheap.
using RequestObserver = std::function<void(const EndedRequest&)>;

// Which address is whose. Filled before the listener starts, then only read. A route lives as long
// as a request of it.
class Router {
 public:
  // InvalidArgument when it has no prefix or not exactly one way to handle; AlreadyExists when
  // method and prefix are taken.
  absl::Status Add(Route route);

  struct Found {
    std::shared_ptr<const Route> route = nullptr;
    std::string allowed = {};  // where only another method is served: which, e.g. "POST"
  };
  // The longest prefix that fits.
  Found Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<std::shared_ptr<const Route>> routes_;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_ROUTER_H_
