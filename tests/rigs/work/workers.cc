#include "tests/rigs/work/workers.h"

#include <algorithm>
#include <utility>

namespace lienthong::rigs {
namespace {

constexpr int64_t kBackoffMin_ms = 100;
constexpr int64_t kBackoffMax_ms = 5'000;
constexpr int kDoublingsMax = 10;

}  // namespace

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i](const std::stop_token& stop) { Run(i, stop); });
  }
}

Workers::~Workers() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Workers::Add(const std::string& key, Task task) {
  const std::lock_guard lock(mutex_);
  std::deque<Task>& lane = lanes_[key];
  if (lane.empty()) due_.emplace(Clock::now(), key);
  lane.push_back(std::move(task));
  ++waiting_;
  changed_.notify_one();
}

size_t Workers::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::optional<std::string> Workers::NextKey(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (due_.empty()) {
      changed_.wait(lock, stop, [this] { return !due_.empty(); });
      continue;
    }
    const auto first = due_.begin();
    const Clock::time_point when = first->first;
    if (when <= Clock::now()) {
      std::string key = std::move(first->second);
      due_.erase(first);
      return key;
    }
    changed_.wait_until(lock, stop, when,
                        [this, when] { return !due_.empty() && due_.begin()->first < when; });
  }
  return std::nullopt;
}

void Workers::Run(int worker, const std::stop_token& stop) {
  while (const std::optional<std::string> key = NextKey(stop)) {
    const Task* task = nullptr;
    {
      // The lane stays while its first task runs, and no other thread is at this key.
      const std::lock_guard lock(mutex_);
      task = &lanes_.at(*key).front();
    }
    const std::optional<Wait> again = (*task)(worker, stop);
    const std::lock_guard lock(mutex_);
    const auto lane = lanes_.find(*key);
    if (!again) {
      lane->second.pop_front();
      --waiting_;
    }
    if (lane->second.empty()) {
      lanes_.erase(lane);
      continue;
    }
    due_.emplace(Clock::now() + again.value_or(Wait(0)), *key);
    changed_.notify_one();
  }
}

Workers::Wait Backoff::After(int tries) {
  const int64_t top =
      std::min(kBackoffMin_ms << std::clamp(tries - 1, 0, kDoublingsMax), kBackoffMax_ms);
  const std::lock_guard lock(mutex_);
  return Workers::Wait(std::uniform_int_distribution<int64_t>(0, top)(random_));
}

}  // namespace lienthong::rigs
