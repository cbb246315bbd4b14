#ifndef LIENTHONG_GATEWAY_CORE_SIGN_IN_H_
#define LIENTHONG_GATEWAY_CORE_SIGN_IN_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/core/context.h"

namespace lienthong::core {

inline constexpr absl::Duration kSignInTokenLife = absl::Minutes(1);
inline constexpr absl::Duration kSignedInLife = absl::Hours(8);
inline constexpr size_t kSignInTokensMax = 100;
inline constexpr size_t kSignedInMax = 100;  // the oldest is signed out for one more

// Lets operators whose browser has no certificate into the console: who has proved to be one
// elsewhere gets a token, which opens one session of a browser on this machine. Neither outlives
// the process. Only digests are kept. Thread-safe.
class SignIn {
 public:
  SignIn(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  struct Token {
    std::string text;
    absl::Time expire_time;
  };
  // PermissionDenied for whoever is no operator; ResourceExhausted.
  absl::StatusOr<Token> Issue(const Caller& caller);

  // A new session for a token, which is used up by it. Unauthenticated for one that was not issued,
  // was used, or is too old.
  absl::StatusOr<std::string> Redeem(const std::string& token);

  // Whose session it is.
  std::optional<Caller> Find(const std::string& session) const;
  void End(const std::string& session);

 private:
  struct Entry {
    Caller caller;
    absl::Time expire_time;
  };
  using Entries = std::map<std::string, Entry>;  // by digest

  std::string Secret();
  void DropExpired(Entries& entries) const;

  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  Entries tokens_;
  Entries sessions_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_SIGN_IN_H_
