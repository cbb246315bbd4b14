#ifndef LIENTHONG_GATEWAY_HTTP_HANDSHAKE_LOG_H_
#define LIENTHONG_GATEWAY_HTTP_HANDSHAKE_LOG_H_

#include <openssl/ssl.h>

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::http {

// Says in the log why a TLS handshake failed, which its client often cannot see: a certificate
// refused by either side, a version or protocol that the other does not speak. A line for each
// reason and ten seconds, with the last peer and the count since the line before, so that a flood
// of clients is no flood of lines. Who hangs up without a word is not told of. Thread-safe.
class HandshakeLog {
 public:
  // The clock outlives it.
  explicit HandshakeLog(const Clock& clock) : clock_(clock) {}
  void Failed(const SSL* connection, const boost::system::error_code& error,
              const std::string& peer);

 private:
  struct Kept {
    int64_t count = 0;  // since the last line
    absl::Time logged = absl::InfinitePast();
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Kept> reasons_;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_HANDSHAKE_LOG_H_
