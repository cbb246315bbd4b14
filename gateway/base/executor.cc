#include "gateway/base/executor.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"

namespace lienthong {

Executor::Executor(const Options& options) : queue_items_max_(options.queue_items_max) {
  const int threads = std::max(1, options.threads);
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Executor::~Executor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Executor::TryRun(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_items_max_) return false;
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
  return true;
}

bool Executor::IsAlive(std::function<bool()> look, absl::Duration timeout) {
  struct Look {
    absl::Notification begun;
    absl::Notification good;
  };
  const auto seen = std::make_shared<Look>();
  const uint64_t before = finished();
  TryRun([seen, look = std::move(look)] {
    seen->begun.Notify();
    if (look()) seen->good.Notify();
  });
  if (seen->good.WaitForNotificationWithTimeout(timeout)) return true;
  return !seen->begun.HasBeenNotified() && finished() != before;
}

uint64_t Executor::finished() {
  const std::lock_guard lock(mutex_);
  return finished_;
}

void Executor::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    // What the work holds goes before the lock is taken: its destructor may call TryRun.
    work = nullptr;
    lock.lock();
    ++finished_;
  }
}

}  // namespace lienthong
