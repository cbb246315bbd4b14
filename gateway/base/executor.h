#ifndef LIENTHONG_GATEWAY_BASE_EXECUTOR_H_
#define LIENTHONG_GATEWAY_BASE_EXECUTOR_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

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

 private:
  void Loop();

  const size_t queue_items_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_EXECUTOR_H_
