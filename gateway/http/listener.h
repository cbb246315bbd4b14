#ifndef LIENTHONG_GATEWAY_HTTP_LISTENER_H_
#define LIENTHONG_GATEWAY_HTTP_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/tls_watch.h"
#include "gateway/http/limits.h"
#include "gateway/http/router.h"

namespace lienthong::http {

struct ListenerOptions {
  std::string address;  // HOST:PORT; port 0 = any
  int threads = 2;      // of the sockets; they never wait
  Limits limits = {};
  RequestObserver observer = nullptr;  // null: nobody is told
};

// The HTTPS port: who calls is proved by a client certificate or by what a route asks for. HTTP/1.1
// over TLS, one request at a time on a connection; every answer to an error is JSON in the portal's
// envelope.
//
// It goes on accepting when the process has run out of file descriptors, refuses with a closed
// connection whom it has no room for, and tells nobody how long a body, a header or a name may be
// until it is too long.
class Listener {
 public:
  // Serves when it returns; new connections get what `certificates` has then. It, router, executor
  // and clock outlive the listener. FailedPrecondition when a certificate cannot be used or the
  // address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const ListenerOptions& options,
                                                         Router router,
                                                         const TlsWatch& certificates,
                                                         Executor& executor, const Clock& clock);
  ~Listener();  // stops without waiting
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Accepts no more, ends what waits for a request, lets requests under way be answered until the
  // timeout, then cuts the rest. When it returns, no thread of it runs and late answers do nothing.
  void Stop(absl::Duration timeout);

  int port() const;
  // Connections that are open now.
  int connections() const;

 private:
  class Impl;
  explicit Listener(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_LISTENER_H_
