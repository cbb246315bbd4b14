// Tasks that are tried until they are finished, by a few threads: one at a time per key, in the
// order in which they were added, and again later when a task asks for it. For what a rig does by
// itself: its calls to the gateway and its downloads.
#ifndef LIENTHONG_TESTS_RIGS_WORK_WORKERS_H_
#define LIENTHONG_TESTS_RIGS_WORK_WORKERS_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace lienthong::rigs {

// Thread-safe.
class Workers {
 public:
  using Wait = std::chrono::milliseconds;
  // `worker` says which thread runs it, 0 to threads-1. Nothing returned: finished; else it is run
  // again after so long, and the key's later tasks wait for it.
  using Task = std::function<std::optional<Wait>(int worker, const std::stop_token& stop)>;

  explicit Workers(int threads);
  // Asks the tasks that run to stop and waits for them; the others are dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void Add(const std::string& key, Task task);
  // Not finished, those that run included.
  size_t waiting() const;

 private:
  using Clock = std::chrono::steady_clock;

  void Run(int worker, const std::stop_token& stop);
  // Waits for a key whose turn has come; empty when `stop` was asked for.
  std::optional<std::string> NextKey(const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::deque<Task>> lanes_;      // never an empty one
  std::multimap<Clock::time_point, std::string> due_;  // keys that no thread is at
  size_t waiting_ = 0;
  std::vector<std::jthread> threads_;
};

// How long to wait before the next try: by chance up to 100 ms, 200 ms ... 5 s.
class Backoff {
 public:
  explicit Backoff(uint64_t seed) : random_(seed) {}
  // `tries` so far, 1 and more. Thread-safe.
  Workers::Wait After(int tries);

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_WORK_WORKERS_H_
