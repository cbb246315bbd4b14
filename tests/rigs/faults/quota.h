// So many calls a second and no more.
#ifndef LIENTHONG_TESTS_RIGS_FAULTS_QUOTA_H_
#define LIENTHONG_TESTS_RIGS_FAULTS_QUOTA_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

namespace lienthong::rigs {

// Thread-safe.
class Quota {
 public:
  // `per_second` 0: no limit. `now` gives milliseconds that never go back.
  Quota(int64_t per_second, std::function<int64_t()> now)
      : per_second_(per_second), now_(std::move(now)) {}

  // False when this second's calls are used up.
  bool Take() {
    if (per_second_ == 0) return true;
    const std::lock_guard lock(mutex_);
    const int64_t second = now_() / 1000;
    if (std::exchange(window_, second) != second) used_ = 0;
    return ++used_ <= per_second_;
  }

 private:
  const int64_t per_second_;
  const std::function<int64_t()> now_;
  std::mutex mutex_;
  int64_t window_ = 0;  // the second that is being counted
  int64_t used_ = 0;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_FAULTS_QUOTA_H_
