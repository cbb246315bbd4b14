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

// Slows the guessing of passwords.
//
// Failures are counted three times: for the account at the address they come from, for the account
// wherever they come from, and for the address whatever account they are for. A few are free, of
// the two wider counts more, since behind one address there may be many. Then each has to wait
// twice as long as the one before, at most kWaitMax; an attempt within the wait is refused without
// a look at its password, and makes the wait no longer. Failures are forgotten after kForgetAfter.
// So nobody is locked out: once the guessing ends, its owner waits kWaitMax at most.
//
// While others guess, an account stays open to the addresses that it was last used from: there only
// what failed for this account at this address counts. So who guesses other accounts from behind a
// shared address (a proxy) slows nobody who has logged in from there before; who guesses the very
// account at the very address cannot be told from its owner.
//
// Success ends what was counted for its own account, never what was counted for an address.
//
// A name that nobody has is slowed as any account is, by itself: or who guesses would learn which
// accounts there are.
//
// Thread-safe. Each count holds kNamesMax names at most; those that failed longest ago go first.
class LoginGuard {
 public:
  static constexpr int kFailuresFree = 5;  // of an account at an address
  static constexpr int kAccountFailuresFree = 50;
  static constexpr int kPeerFailuresFree = 50;
  static constexpr absl::Duration kWaitMin = absl::Seconds(1);
  static constexpr absl::Duration kWaitMax = absl::Seconds(60);
  static constexpr absl::Duration kForgetAfter = absl::Minutes(15);
  static constexpr size_t kNamesMax = 4096;
  static constexpr size_t kKnownPeersMax = 16;  // of an account

  explicit LoginGuard(const Clock& clock) : clock_(clock) {}

  // Zero: the attempt may be looked at. It counts as failed until Succeeded is told, so that many
  // at once are not all free. `account` as it was typed, whether there is one or not.
  absl::Duration Enter(const std::string& account, const std::string& peer);
  // The attempt that Enter let in had the right password.
  void Succeeded(const std::string& account, const std::string& peer);

  size_t size() const;  // of the largest count

 private:
  // Failures by name. Not thread-safe.
  class Failures {
   public:
    explicit Failures(int free) : free_(free) {}
    absl::Duration WaitOf(const std::string& name, absl::Time now) const;
    void Add(const std::string& name, absl::Time now);
    void TakeBack(const std::string& name);
    void Forget(const std::string& name) { failed_.erase(name); }
    size_t size() const { return failed_.size(); }

   private:
    struct Failed {
      int count = 0;
      absl::Time last = absl::InfinitePast();
    };
    void MakeRoom(absl::Time now);

    const int free_;
    std::map<std::string, Failed> failed_;
  };

  bool Knows(const std::string& account, const std::string& peer) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  Failures pairs_{kFailuresFree};
  Failures accounts_{kAccountFailuresFree};
  Failures peers_{kPeerFailuresFree};
  std::map<std::string, std::deque<std::string>> known_;  // by account, the last used at the end
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_LOGIN_GUARD_H_
