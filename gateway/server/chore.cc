#include "gateway/server/chore.h"

#include <utility>

#include "gateway/base/log.h"
#include "gateway/base/text.h"

namespace lienthong {

Chore::Chore(std::string name, std::chrono::milliseconds interval, Step step)
    : name_(std::move(name)),
      interval_(interval),
      step_(std::move(step)),
      thread_([this] { Loop(); }) {}

Chore::~Chore() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

bool Chore::IsStopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Chore::Loop() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stop_.wait_for(lock, interval_, [this] { return stopping_; })) return;
    }
    for (bool more = true; more && !IsStopping();) {
      const absl::StatusOr<bool> done = step_();
      if (!done.ok()) LogWarning(StrCat(name_, "_failed"), {{"status", done.status().ToString()}});
      more = done.value_or(false);
    }
  }
}

}  // namespace lienthong
