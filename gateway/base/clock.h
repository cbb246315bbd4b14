#ifndef LIENTHONG_GATEWAY_BASE_CLOCK_H_
#define LIENTHONG_GATEWAY_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace lienthong {

// The time. Taken through the constructor by everything that needs it, so that tests and the
// simulation decide what time it is. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time, to show and to store.
  virtual absl::Time Now() const = 0;

  // The machine's clock. Lives for ever.
  static const Clock& Real();
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_CLOCK_H_
