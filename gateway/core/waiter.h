#ifndef LIENTHONG_GATEWAY_CORE_WAITER_H_
#define LIENTHONG_GATEWAY_CORE_WAITER_H_

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "absl/time/time.h"

namespace lienthong::core {

// Waits for a value that a callback brings. The callback may come after we have gone.
template <typename T>
class Waiter {
 public:
  std::function<void(T)> Callback() const {
    return [promise = promise_](T value) { promise->set_value(std::move(value)); };
  }
  // Nothing when the deadline came first: the outcome is not known.
  std::optional<T> Wait(absl::Time deadline) {
    std::future<T> future = promise_->get_future();
    if (future.wait_until(absl::ToChronoTime(deadline)) != std::future_status::ready) {
      return std::nullopt;
    }
    return future.get();
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_WAITER_H_
