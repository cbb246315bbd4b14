#include "gateway/store/store.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "gateway/store/await.h"

namespace lienthong::store {

absl::StatusOr<CommitResult> AwaitAnswer(
    const std::function<void(std::function<void(const absl::StatusOr<CommitResult>&)> done)>& start,
    absl::Time deadline) {
  // Shared with the callback, which may come after this call gave up.
  struct Answer {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<absl::StatusOr<CommitResult>> result;
  };
  const auto answer = std::make_shared<Answer>();
  start([answer](const absl::StatusOr<CommitResult>& result) {
    const std::lock_guard lock(answer->mutex);
    answer->result = result;
    answer->arrived.notify_all();
  });
  std::unique_lock lock(answer->mutex);
  const auto until = absl::ToChronoTime(std::max(deadline, absl::UnixEpoch()));
  if (!answer->arrived.wait_until(lock, until, [&] { return answer->result.has_value(); })) {
    return absl::DeadlineExceededError(
        "the store did not answer in time; the outcome is not known");
  }
  return *answer->result;
}

absl::StatusOr<CommitResult> Store::CommitAndWait(WriteSet set, absl::Time deadline) {
  return AwaitAnswer([&](auto done) { Commit(std::move(set), std::move(done)); }, deadline);
}

}  // namespace lienthong::store
