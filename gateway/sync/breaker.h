#ifndef LIENTHONG_GATEWAY_SYNC_BREAKER_H_
#define LIENTHONG_GATEWAY_SYNC_BREAKER_H_

#include <cstdint>
#include <set>

#include "absl/time/time.h"

namespace lienthong::sync {

// Keeps a link from calling a counterpart that does not answer. Closed: calls go out. After three
// failures in a row, or one refusal of our rights, it opens: nothing goes out until a probe is due,
// and then only the probe. A failed probe doubles the wait, any success closes it: a link always
// resumes by itself. Failures of calls that were under way when it opened change nothing. Not
// thread-safe.
class Breaker {
 public:
  struct Options {
    int failures_max = 3;
    absl::Duration wait_min = absl::Seconds(1);
    absl::Duration wait_max = absl::Minutes(5);
  };
  struct Failure {
    bool is_probe = false;
    bool is_refusal = false;
    // What the call was about: failures of one subject count once, so that one dossier that the
    // counterpart chokes on does not stop all others. 0: of the counterpart itself.
    int64_t subject = 0;
  };
  explicit Breaker(const Options& options) : options_(options) {}

  // `chance` in [0, 1) spreads the probes of many links (full jitter).
  void NoteFailure(absl::Time now, const Failure& failure, double chance);
  void NoteSuccess();
  // There is reason to hope: the next probe is due now.
  void Hasten(absl::Time now);

  bool open() const { return open_; }
  // The last call that counted failed.
  bool failing() const { return open_ || failures_ > 0; }
  // When the next probe is due; only while open.
  absl::Time next_probe() const { return next_probe_; }

 private:
  Options options_;
  bool open_ = false;
  int failures_ = 0;            // in a row, while closed
  std::set<int64_t> subjects_;  // of these failures
  int probes_ = 0;              // failed ones, while open
  absl::Time next_probe_ = absl::InfinitePast();
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_BREAKER_H_
