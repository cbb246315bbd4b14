#include "tests/rigs/portal/sessions.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace lienthong::rigs::portal {

Sessions::Sessions(uint64_t seed, int64_t calls_max, int64_t seconds_max,
                   std::function<int64_t()> now)
    : calls_max_(calls_max),
      seconds_max_(seconds_max),
      now_(std::move(now)),
      random_(seed ^ static_cast<uint64_t>(now_())) {}

std::string Sessions::Open() {
  const std::lock_guard lock(mutex_);
  std::array<char, 40> name{};
  std::snprintf(name.data(), name.size(), "%016llx%016llx",
                static_cast<unsigned long long>(random_()),
                static_cast<unsigned long long>(random_()));
  sessions_.push_back({name.data(), now_(), 0});
  if (sessions_.size() > kSessionsMax) sessions_.pop_front();
  ++opened_;
  return name.data();
}

bool Sessions::Use(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(sessions_.begin(), sessions_.end(),
                               [&](const Session& session) { return session.name == name; });
  if (it == sessions_.end()) return false;
  const bool late = seconds_max_ > 0 && now_() - it->opened_ms >= seconds_max_ * 1000;
  if (late || (calls_max_ > 0 && it->calls >= calls_max_)) {
    sessions_.erase(it);
    return false;
  }
  ++it->calls;
  return true;
}

void Sessions::End(const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const Session& session) { return session.name == name; });
}

int64_t Sessions::opened() const {
  const std::lock_guard lock(mutex_);
  return opened_;
}

}  // namespace lienthong::rigs::portal
