#include "gateway/http/facade/login_guard.h"

#include <algorithm>

namespace lienthong::facade {
namespace {

constexpr int kDoublingsMax = 16;

}  // namespace

absl::Duration LoginGuard::WaitOf(const std::map<std::string, Failures>& failed,
                                  const std::string& name, absl::Time now) {
  const auto found = failed.find(name);
  if (found == failed.end()) return absl::ZeroDuration();
  const Failures& failures = found->second;
  if (failures.count < kFailuresFree || now - failures.last >= kForgetAfter) {
    return absl::ZeroDuration();
  }
  const int doublings = std::min(failures.count - kFailuresFree, kDoublingsMax);
  const absl::Duration wait = std::min(kWaitMin * (int64_t{1} << doublings), kWaitMax);
  return std::max(absl::ZeroDuration(), failures.last + wait - now);
}

void LoginGuard::Count(const std::string& name, absl::Time now, size_t names_max,
                       std::map<std::string, Failures>& failed) {
  if (!failed.contains(name)) MakeRoom(now, names_max, failed);
  Failures& failures = failed[name];
  if (now - failures.last >= kForgetAfter) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

bool LoginGuard::Knows(const std::string& account, const std::string& peer) const {
  const auto known = known_.find(account);
  return known != known_.end() &&
         std::find(known->second.begin(), known->second.end(), peer) != known->second.end();
}

// The whole table is looked through, which its bound keeps short beside the cost of one password.
void LoginGuard::MakeRoom(absl::Time now, size_t names_max,
                          std::map<std::string, Failures>& failed) {
  if (failed.size() < names_max) return;
  std::erase_if(failed, [now](const auto& one) { return now - one.second.last >= kForgetAfter; });
  if (failed.size() < names_max) return;
  failed.erase(std::min_element(failed.begin(), failed.end(), [](const auto& a, const auto& b) {
    return a.second.last < b.second.last;
  }));
}

absl::Duration LoginGuard::Enter(const std::string& account, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  const bool stranger = !Knows(account, peer);
  absl::Duration wait = WaitOf(peers_, peer, now);
  if (stranger) wait = std::max(wait, WaitOf(accounts_, account, now));
  if (wait > absl::ZeroDuration()) return wait;
  Count(peer, now, kPeersMax, peers_);
  if (stranger) Count(account, now, kAccountsMax, accounts_);
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

size_t LoginGuard::accounts() const {
  const std::lock_guard lock(mutex_);
  return accounts_.size();
}

}  // namespace lienthong::facade
