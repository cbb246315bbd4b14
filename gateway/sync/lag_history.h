#ifndef LIENTHONG_GATEWAY_SYNC_LAG_HISTORY_H_
#define LIENTHONG_GATEWAY_SYNC_LAG_HISTORY_H_

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "lienthong/sync/v1/link_health.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

inline constexpr absl::Duration kLagSampleEvery = absl::Minutes(1);
inline constexpr size_t kLagSamplesMax = 24 * 60;  // of a link

// How late each link was, once a minute, for the last day of this process: monitoring keeps the
// rest. Thread-safe.
class LagHistory {
 public:
  // Whether the next sample is due; it is then taken to be taken.
  bool IsDue(absl::Time now);
  void Note(const v1::Link& link, absl::Time now);
  v1::LagHistory Of(const std::string& link) const;

 private:
  mutable std::mutex mutex_;
  absl::Time next_ = absl::InfinitePast();
  std::map<std::string, std::deque<v1::LagSample>> samples_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LAG_HISTORY_H_
