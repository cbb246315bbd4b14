#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_SESSIONS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_SESSIONS_H_

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/http/facade/accounts.h"

namespace lienthong::facade {

// Who has logged in. A session is 128 random bits and lives for a fixed time since its login; of
// the bits only the SHA-256 is kept, in memory: after a restart everybody logs in again.
// Thread-safe.
class Sessions {
 public:
  static constexpr size_t kSessionsPerAccountMax = 32;  // then the oldest ends

  Sessions(const Clock& clock, Random& random, absl::Duration life)
      : clock_(clock), random_(random), life_(life) {}

  // The session's text, 32 hexadecimal digits. `account` outlives this.
  std::string Open(const Account& account);
  // Null when it is over or never was.
  const Account* Find(std::string_view session);

  size_t size() const;

 private:
  struct Session {
    const Account* account;
    absl::Time expires;
  };

  void Forget(const std::string& key);

  const Clock& clock_;
  Random& random_;
  const absl::Duration life_;
  mutable std::mutex mutex_;
  std::map<std::string, Session> open_;                           // by SHA-256
  std::map<const Account*, std::deque<std::string>> of_account_;  // keys, oldest first
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_SESSIONS_H_
