#ifndef LIENTHONG_GATEWAY_SERVER_SWEEPER_H_
#define LIENTHONG_GATEWAY_SERVER_SWEEPER_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "gateway/core/receipts.h"

namespace lienthong {

// Releases reservations whose time is over, once a minute, in a thread of its own.
class Sweeper {
 public:
  // The engine outlives the sweeper.
  explicit Sweeper(core::Engine& engine,
                   std::chrono::milliseconds interval = std::chrono::minutes(1));
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

 private:
  void Loop();

  core::Receipts receipts_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_SWEEPER_H_
