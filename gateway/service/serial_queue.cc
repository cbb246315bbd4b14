#include "gateway/service/serial_queue.h"

#include <utility>

namespace lienthong::service {

void SerialQueue::Add(std::function<void()> step) {
  const std::lock_guard lock(mutex_);
  steps_.push_back(std::move(step));
}

void SerialQueue::Drain() {
  std::unique_lock lock(mutex_);
  if (running_) return;
  running_ = true;
  while (!steps_.empty()) {
    const std::function<void()> step = std::move(steps_.front());
    steps_.pop_front();
    lock.unlock();
    step();
    lock.lock();
  }
  running_ = false;
}

}  // namespace lienthong::service
