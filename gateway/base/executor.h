#ifndef LIENTHONG_GATEWAY_BASE_EXECUTOR_H_
#define LIENTHONG_GATEWAY_BASE_EXECUTOR_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace lienthong {

// A bounded pool of threads for work that waits for disks and networks. A full queue is refused at
// once, so that the refusal can be told to the caller. Thread-safe.
class Executor {
 public:
  struct Options {
    int threads = 8;
    size_t queue_items_max = 1024;
  };
  explicit Executor(const Options& options);
  // Runs what was accepted, then joins.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // False when the queue is full or the executor is stopping; `work` is then not run.
  bool TryRun(std::function<void()> work);

  // Whether the pool still gets work done: `look`, run as work of its own, was true within the
  // timeout; or there was no room or no thread for it yet while other work ended, which is busy and
  // not stuck. `look` may run later than that, and must own what it uses.
  bool IsAlive(std::function<bool()> look, absl::Duration timeout);

 private:
  void Loop();
  uint64_t finished();

  const size_t queue_items_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  uint64_t finished_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_EXECUTOR_H_
