// Sessions of generation 1 and tokens of generation 2: who logged in, and whether it still holds.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_SESSIONS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_SESSIONS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <string>

namespace lienthong::rigs::portal {

inline constexpr size_t kSessionsMax = 16;  // the oldest ends when there is one more

// Thread-safe.
class Sessions {
 public:
  // 0: no such limit. `now` is wall time in milliseconds, which also makes the names differ from
  // those of an earlier run.
  Sessions(uint64_t seed, int64_t calls_max, int64_t seconds_max, std::function<int64_t()> now);

  std::string Open();
  // Whether it holds; counts as one call.
  bool Use(const std::string& name);
  void End(const std::string& name);
  int64_t opened() const;

 private:
  struct Session {
    std::string name;
    int64_t opened_ms;
    int64_t calls;
  };

  const int64_t calls_max_;
  const int64_t seconds_max_;
  const std::function<int64_t()> now_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::deque<Session> sessions_;
  int64_t opened_ = 0;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_SESSIONS_H_
