#include "gateway/server/sweeper.h"

#include "gateway/base/log.h"

namespace lienthong {

Sweeper::Sweeper(core::Engine& engine, std::chrono::milliseconds interval)
    : receipts_(engine), interval_(interval), thread_([this] { Loop(); }) {}

Sweeper::~Sweeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Sweeper::Loop() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    const absl::Status swept = receipts_.SweepExpired();
    if (!swept.ok()) LogWarning("sweep_failed", {{"status", swept.ToString()}});
    lock.lock();
  }
}

}  // namespace lienthong
