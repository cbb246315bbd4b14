#ifndef LIENTHONG_GATEWAY_HTTP_LOOPBACK_LISTENER_H_
#define LIENTHONG_GATEWAY_HTTP_LOOPBACK_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/http/router.h"

namespace lienthong::http {

// Plain HTTP for programs on this machine: no bodies, one request on a connection, one handler at a
// time, in the listener's own thread; handlers answer before they return. Nobody proves who it is:
// nothing that is not for everybody here may be routed. At most kLoopbackConnectionsMax at the same
// time, each for kLoopbackTimeout at most; who comes when there is no room is cut.
inline constexpr int kLoopbackConnectionsMax = 16;
inline constexpr absl::Duration kLoopbackTimeout = absl::Seconds(10);

class LoopbackListener {
 public:
  // Serves when it returns. `address` is HOST:PORT; port 0 = any. FailedPrecondition when it is not
  // of the loopback, or cannot be bound.
  static absl::StatusOr<std::unique_ptr<LoopbackListener>> Start(const std::string& address,
                                                                 Router router);
  // Waits for a handler that runs.
  ~LoopbackListener();
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;

  int port() const;

 private:
  class Impl;
  explicit LoopbackListener(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_LOOPBACK_LISTENER_H_
