#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_LOGIN_GUARD_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_LOGIN_GUARD_H_

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace lienthong::facade {

// Slows the guessing of passwords, by where the guesses come from and by the account they are for.
//
// A few failures are free. Then each has to wait twice as long as the one before, at most
// kWaitMax; an attempt within the wait is refused without a look at its password, and makes the
// wait no longer. Failures are forgotten after kForgetAfter. So nobody is locked out: once the
// guessing ends, its owner waits kWaitMax at most. And while strangers guess, an account stays open
// to the addresses that it was last used from: the wait of the account does not count for them.
//
// A name that nobody has is slowed as any account is, by itself: or who guesses would learn which
// accounts there are.
//
// Thread-safe. Holds kPeersMax addresses and kAccountsMax names at most; those that failed longest
// ago go first.
class LoginGuard {
 public:
  static constexpr int kFailuresFree = 5;
  static constexpr absl::Duration kWaitMin = absl::Seconds(1);
  static constexpr absl::Duration kWaitMax = absl::Seconds(60);
  static constexpr absl::Duration kForgetAfter = absl::Minutes(15);
  static constexpr size_t kPeersMax = 4096;
  static constexpr size_t kAccountsMax = 4096;
  static constexpr size_t kKnownPeersMax = 16;  // of an account

  explicit LoginGuard(const Clock& clock) : clock_(clock) {}

  // Zero: the attempt may be looked at. It counts as failed until Succeeded is told, so that many
  // at once are not all free. `account` as it was typed, whether there is one or not.
  absl::Duration Enter(const std::string& account, const std::string& peer);
  // The attempt that Enter let in had the right password.
  void Succeeded(const std::string& account, const std::string& peer);

  size_t peers() const;
  size_t accounts() const;

 private:
  struct Failures {
    int count = 0;
    absl::Time last = absl::InfinitePast();
  };

  static absl::Duration WaitOf(const std::map<std::string, Failures>& failed,
                               const std::string& name, absl::Time now);
  static void Count(const std::string& name, absl::Time now, size_t names_max,
                    std::map<std::string, Failures>& failed);
  bool Knows(const std::string& account, const std::string& peer) const;
  static void MakeRoom(absl::Time now, size_t names_max, std::map<std::string, Failures>& failed);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Failures> peers_;
  std::map<std::string, Failures> accounts_;
  std::map<std::string, std::deque<std::string>> known_;  // by account, the last used at the end
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_LOGIN_GUARD_H_
