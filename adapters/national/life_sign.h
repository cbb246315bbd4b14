#ifndef LIENTHONG_ADAPTERS_NATIONAL_LIFE_SIGN_H_
#define LIENTHONG_ADAPTERS_NATIONAL_LIFE_SIGN_H_

#include <mutex>

#include "absl/time/time.h"
#include "adapters/national/verdict.h"
#include "gateway/base/clock.h"

namespace lienthong::adapters::national {

// Whether the far side was heard of lately. The portal has no feed to read, and the gateway takes a
// page that could be read for a sign of life: so an empty page is only given on such a sign.
// Thread-safe.
class LifeSign {
 public:
  // A sign counts for `life`.
  LifeSign(absl::Duration life, const Clock& clock) : life_(life), clock_(clock) {}

  void Note(const Answer& answer) {
    const bool heard =
        answer.verdict != Verdict::kUnclear && answer.verdict != Verdict::kNotReached &&
        answer.verdict != Verdict::kNotDone && answer.verdict != Verdict::kNotAuthorised;
    const std::lock_guard lock(mutex_);
    until_ = heard ? clock_.Now() + life_ : absl::InfinitePast();
  }
  bool IsFresh() const {
    const std::lock_guard lock(mutex_);
    return clock_.Now() < until_;
  }

 private:
  const absl::Duration life_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  absl::Time until_ = absl::InfinitePast();
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_LIFE_SIGN_H_
