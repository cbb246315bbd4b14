#ifndef LIENTHONG_GATEWAY_HTTP_LINKS_ROUTE_H_
#define LIENTHONG_GATEWAY_HTTP_LINKS_ROUTE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "gateway/http/router.h"

namespace lienthong::http {

// What a link makes of a call of its counterpart: sync::Links::Receive.
using ReceiveCall = std::function<void(
    std::string_view link, std::string_view caller_name, const adapter::v1::ReceiveRequest& request,
    absl::Time deadline, sdk::Done<adapter::v1::ReceiveReply> done)>;

// Takes out of a body, as it comes, what is too large to be held: papers that came inline. One call
// at a time.
class BodyFilter {
 public:
  virtual ~BodyFilter() = default;
  // Adds what passes to `out`. Errors as of BodySink::Write.
  virtual absl::Status Write(std::string_view part, std::string& out) = 0;
  virtual absl::Status Finish() = 0;
};
using MakeBodyFilter = std::function<std::unique_ptr<BodyFilter>()>;

// POST /links/LINK/SERVICE: a counterpart calls its link. Who it is, is the one URI of its client
// certificate; whether that one may call this link, the link says. What the link answers is
// durable. 403 for who may not, 404 for a link that is not there, 429 and 503 with Retry-After for
// a call that is to be sent again.
Route LinksRoute(ReceiveCall receive, MakeBodyFilter make_filter);

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_LINKS_ROUTE_H_
