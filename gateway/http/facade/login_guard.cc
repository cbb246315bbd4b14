#include "gateway/http/facade/login_guard.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace lienthong::facade {
namespace {

constexpr int kDoublingsMax = 16;

// Addresses hold no blank, so that no two pairs look alike.
std::string PairOf(const std::string& account, const std::string& peer) {
  return StrCat(peer, " ", account);
}

}  // namespace

absl::Duration LoginGuard::Failures::WaitOf(const std::string& name, absl::Time now) const {
  const auto found = failed_.find(name);
  if (found == failed_.end()) return absl::ZeroDuration();
  const Failed& failed = found->second;
  if (failed.count < free_ || now - failed.last >= kForgetAfter) return absl::ZeroDuration();
  const int doublings = std::min(failed.count - free_, kDoublingsMax);
  const absl::Duration wait = std::min(kWaitMin * (int64_t{1} << doublings), kWaitMax);
  return std::max(absl::ZeroDuration(), failed.last + wait - now);
}

void LoginGuard::Failures::Add(const std::string& name, absl::Time now) {
  if (!failed_.contains(name)) MakeRoom(now);
  Failed& failed = failed_[name];
  if (now - failed.last >= kForgetAfter) failed.count = 0;
  ++failed.count;
  failed.last = now;
}

void LoginGuard::Failures::TakeBack(const std::string& name) {
  const auto found = failed_.find(name);
  if (found != failed_.end() && --found->second.count <= 0) failed_.erase(found);
}

// All names are looked through, which their bound keeps short beside the cost of one password.
void LoginGuard::Failures::MakeRoom(absl::Time now) {
  if (failed_.size() < kNamesMax) return;
  std::erase_if(failed_, [now](const auto& one) { return now - one.second.last >= kForgetAfter; });
  if (failed_.size() < kNamesMax) return;
  failed_.erase(std::min_element(failed_.begin(), failed_.end(), [](const auto& a, const auto& b) {
    return a.second.last < b.second.last;
  }));
}

bool LoginGuard::Knows(const std::string& account, const std::string& peer) const {
  const auto known = known_.find(account);
  return known != known_.end() &&
         std::find(known->second.begin(), known->second.end(), peer) != known->second.end();
}

absl::Duration LoginGuard::Enter(const std::string& account, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  const std::string pair = PairOf(account, peer);
  const bool stranger = !Knows(account, peer);
  absl::Duration wait = pairs_.WaitOf(pair, now);
  if (stranger) wait = std::max({wait, accounts_.WaitOf(account, now), peers_.WaitOf(peer, now)});
  if (wait > absl::ZeroDuration()) return wait;
  pairs_.Add(pair, now);
  if (stranger) {
    accounts_.Add(account, now);
    peers_.Add(peer, now);
  }
  return absl::ZeroDuration();
}

void LoginGuard::Succeeded(const std::string& account, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  pairs_.Forget(PairOf(account, peer));
  if (!Knows(account, peer)) {
    accounts_.Forget(account);
    peers_.TakeBack(peer);
  }
  std::deque<std::string>& known = known_[account];
  std::erase(known, peer);
  known.push_back(peer);
  if (known.size() > kKnownPeersMax) known.pop_front();
}

size_t LoginGuard::size() const {
  const std::lock_guard lock(mutex_);
  return std::max({pairs_.size(), accounts_.size(), peers_.size()});
}

}  // namespace lienthong::facade
