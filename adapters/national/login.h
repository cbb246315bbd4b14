#ifndef LIENTHONG_ADAPTERS_NATIONAL_LOGIN_H_
#define LIENTHONG_ADAPTERS_NATIONAL_LOGIN_H_

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::adapters::national {

// What a login gave: a session (generation 1) or a token (generation 2). Secret.
struct Grant {
  std::string secret;
  absl::Duration life;  // after so long a new one is fetched unasked
};

// One login for all calls: whoever needs one while there is none logs in, the others wait for it.
// Thread-safe.
class SharedLogin {
 public:
  // Blocks at most until the deadline. PermissionDenied or Unauthenticated: the account is refused;
  // ResourceExhausted: throttled; Unavailable: anything else.
  using Fetch = std::function<absl::StatusOr<Grant>(absl::Time deadline)>;

  SharedLogin(Fetch fetch, const Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  // The secret to call with. Errors as Fetch; Unavailable when the deadline passed in waiting.
  absl::StatusOr<std::string> Get(absl::Time deadline);
  // The far side no longer takes this one. A newer one, which another call fetched meanwhile,
  // stays.
  void Drop(std::string_view secret);

 private:
  // Empty: there is none, or it has lived long enough.
  std::string Held() const;

  const Fetch fetch_;
  const Clock& clock_;
  std::timed_mutex fetching_;  // one login at a time
  mutable std::mutex mutex_;
  std::string secret_;
  absl::Time until_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_LOGIN_H_
