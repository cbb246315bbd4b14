#include "gateway/http/facade/login_guard.h"

#include <algorithm>

namespace lienthong::facade {
namespace {

constexpr int kDoublingsMax = 16;

}  // namespace

absl::Duration LoginGuard::WaitOf(const Failures& failures, absl::Time now) const {
  if (failures.count < kFailuresFree || now - failures.last >= kForgetAfter) {
    return absl::ZeroDuration();
  }
  const int doublings = std::min(failures.count - kFailuresFree, kDoublingsMax);
  const absl::Duration wait = std::min(kWaitMin * (int64_t{1} << doublings), kWaitMax);
  return std::max(absl::ZeroDuration(), failures.last + wait - now);
}

void LoginGuard::Count(absl::Time now, Failures& failures) {
  if (now - failures.last >= kForgetAfter) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

bool LoginGuard::Knows(const std::string& account, const std::string& peer) const {
  const auto known = known_.find(account);
  return known != known_.end() &&
         std::find(known->second.begin(), known->second.end(), peer) != known->second.end();
}

// The whole table is looked through, which kPeersMax keeps short beside the cost of one password.
void LoginGuard::MakeRoom(absl::Time now) {
  if (peers_.size() < kPeersMax) return;
  std::erase_if(peers_, [now](const auto& peer) { return now - peer.second.last >= kForgetAfter; });
  if (peers_.size() < kPeersMax) return;
  peers_.erase(std::min_element(peers_.begin(), peers_.end(), [](const auto& a, const auto& b) {
    return a.second.last < b.second.last;
  }));
}

absl::Duration LoginGuard::Enter(const std::string& account, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  const auto failed = peers_.find(peer);
  const absl::Duration of_peer =
      failed == peers_.end() ? absl::ZeroDuration() : WaitOf(failed->second, now);
  const bool stranger = !Knows(account, peer);
  const absl::Duration of_account =
      stranger ? WaitOf(accounts_[account], now) : absl::ZeroDuration();
  const absl::Duration wait = std::max(of_peer, of_account);
  if (wait > absl::ZeroDuration()) return wait;
  if (failed == peers_.end()) MakeRoom(now);
  Count(now, peers_[peer]);
  if (stranger) Count(now, accounts_[account]);
  return absl::ZeroDuration();
}

void LoginGuard::Succeeded(const std::string& account, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  peers_.erase(peer);
  if (!Knows(account, peer)) accounts_.erase(account);
  std::deque<std::string>& known = known_[account];
  std::erase(known, peer);
  known.push_back(peer);
  if (known.size() > kKnownPeersMax) known.pop_front();
}

size_t LoginGuard::peers() const {
  const std::lock_guard lock(mutex_);
  return peers_.size();
}

}  // namespace lienthong::facade
