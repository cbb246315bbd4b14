#ifndef LIENTHONG_GATEWAY_SYNC_LINK_STATS_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_STATS_H_

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// What a failure is, and so what helps.
enum class ErrorClass : uint8_t {
  kTransient,      // tried again, for ever
  kThrottled,      // the counterpart asks for patience
  kRights,         // somebody must give us a right
  kConfiguration,  // somebody must mend the adapter or its settings
  kData,           // a dead letter: a person must look at the item
};
inline constexpr int kErrorClassCount = 5;

// Of a call that failed as a whole.
ErrorClass ClassOf(const absl::Status& status);

// How often something took how long: a few counters whatever the number of calls.
class Histogram {
 public:
  static constexpr std::array<double, 14> kBoundsSeconds = {
      0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60, 300, 3600, 86400};

  void Note(absl::Duration duration);
  v1::Histogram ToProto() const;

 private:
  std::array<int64_t, kBoundsSeconds.size() + 1> counts_ = {};
  double sum_seconds_ = 0;
};

// What a link has done since start. Not thread-safe.
struct LinkStats {
  int64_t delivered = 0;
  int64_t received = 0;
  int64_t echoes = 0;
  std::array<int64_t, kErrorClassCount> errors = {};
  Histogram delay;  // from a change's commit until the counterpart had it
  Histogram call;

  void NoteError(ErrorClass error) { ++errors[static_cast<size_t>(error)]; }
  void Fill(v1::Link& link) const;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_STATS_H_
