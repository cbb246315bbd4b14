#ifndef LIENTHONG_GATEWAY_STORE_AWAIT_H_
#define LIENTHONG_GATEWAY_STORE_AWAIT_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// Calls `start` and waits until what it was given is called. DeadlineExceeded: the outcome is not
// known; the answer may still come and is then dropped.
absl::StatusOr<CommitResult> AwaitAnswer(
    const std::function<void(std::function<void(const absl::StatusOr<CommitResult>&)> done)>& start,
    absl::Time deadline);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_AWAIT_H_
