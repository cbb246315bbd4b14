#include "gateway/http/facade/sessions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "gateway/core/digest.h"

namespace lienthong::facade {

std::string Sessions::Open(const Account& account) {
  const uint64_t high = random_.Next();
  const uint64_t low = random_.Next();
  std::string session = absl::StrFormat("%016x%016x", high, low);
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  std::deque<std::string>& keys = of_account_[&account];
  while (!keys.empty() &&
         (keys.size() >= kSessionsPerAccountMax || open_.at(keys.front()).expires <= now)) {
    Forget(std::string(keys.front()));
  }
  std::string key = core::Sha256(session);
  open_[key] = {&account, now + life_};
  keys.push_back(std::move(key));
  return session;
}

const Account* Sessions::Find(std::string_view session) {
  const std::string key = core::Sha256(session);
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key);
  if (found == open_.end()) return nullptr;
  if (clock_.Now() < found->second.expires) return found->second.account;
  Forget(key);
  return nullptr;
}

void Sessions::Forget(const std::string& key) {
  const auto found = open_.find(key);
  std::deque<std::string>& keys = of_account_[found->second.account];
  keys.erase(std::remove(keys.begin(), keys.end(), key), keys.end());
  open_.erase(found);
}

size_t Sessions::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace lienthong::facade
