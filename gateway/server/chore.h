#ifndef LIENTHONG_GATEWAY_SERVER_CHORE_H_
#define LIENTHONG_GATEWAY_SERVER_CHORE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

namespace lienthong {

// Something that is to be done now and then, in a thread of its own.
class Chore {
 public:
  // A part of it, short enough to be waited for at the end; whether more is to be done at once.
  using Step = std::function<absl::StatusOr<bool>()>;

  // First after `interval`. What fails is logged as `<name>_failed`, and done again an interval
  // later.
  Chore(std::string name, std::chrono::milliseconds interval, Step step);
  ~Chore();
  Chore(const Chore&) = delete;
  Chore& operator=(const Chore&) = delete;

 private:
  void Loop();
  bool IsStopping();

  const std::string name_;
  const std::chrono::milliseconds interval_;
  const Step step_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CHORE_H_
