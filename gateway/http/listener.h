#ifndef LIENTHONG_GATEWAY_HTTP_LISTENER_H_
#define LIENTHONG_GATEWAY_HTTP_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/http/limits.h"
#include "gateway/http/router.h"

namespace lienthong::http {

struct ListenerOptions {
  std::string address;      // HOST:PORT; port 0 = any
  std::string certificate;  // PEM files
  std::string key;
  std::string client_ca;
  absl::Duration files_read_again = absl::Minutes(1);
  int threads = 2;  // of the sockets; they never wait
  Limits limits = {};
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
  // Serves when it returns. Router, executor and clock outlive it. FailedPrecondition when a file
  // cannot be used or the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const ListenerOptions& options,
                                                         Router router, Executor& executor,
                                                         const Clock& clock);
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
