#ifndef LIENTHONG_GATEWAY_STORE_COMMITTER_H_
#define LIENTHONG_GATEWAY_STORE_COMMITTER_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/clock.h"
#include "gateway/store/backend.h"
#include "gateway/store/head.h"
#include "gateway/store/set_writer.h"
#include "gateway/store/stats.h"
#include "gateway/store/store.h"

namespace lienthong::store {

inline constexpr size_t kWaitingSetsMax = 4096;
inline constexpr size_t kWaitingBytesMax = size_t{64} << 20;
inline constexpr size_t kBatchSetsMax = 512;
inline constexpr size_t kBatchBytesMax = size_t{8} << 20;

struct CommitterOptions {
  // False: whoever calls Submit also writes.
  bool own_thread = true;
  size_t waiting_sets_max = kWaitingSetsMax;
  size_t waiting_bytes_max = kWaitingBytesMax;
  size_t batch_sets_max = kBatchSetsMax;
  size_t batch_bytes_max = kBatchBytesMax;
  // Called when what the disk holds is no longer known. Logs and ends the process with code 70,
  // unless a test puts something else here; then everything is refused from there on.
  std::function<void(const absl::Status&)> fatal;
  // For Stats only; nothing else of it depends on the time.
  const Clock* clock = &Clock::Real();
};

// The one writer of a store. Takes whatever waits, up to a batch, makes it durable once, then
// answers all; it never waits to fill a batch. Thread-safe.
class Committer {
 public:
  using Done = std::function<void(const absl::StatusOr<CommitResult>&)>;
  // Called after each batch that lengthened the journal, before its sets are answered.
  using Published = std::function<void(const Head&)>;

  // `backend` outlives it.
  Committer(Backend& backend, const Head& head, CommitterOptions options, Published published);
  // Finishes the batch under way; what still waits is answered Unavailable.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // As Store::Commit, for a set that was checked.
  void Submit(WriteSet set, Done done);

  // Has the writer's thread call `step` between batches until it says true, or fails. Waits for
  // that; Unavailable when the committer ends before. One at a time.
  absl::Status RunBetweenBatches(std::function<absl::StatusOr<bool>()> step);

  // All but the size. Thread-safe.
  StoreStats Stats() const;

 private:
  struct Waiting {
    WriteSet set;
    Done done;
    size_t bytes;
  };
  using Batch = std::vector<Waiting>;
  using Answers = std::vector<absl::StatusOr<CommitResult>>;

  absl::Status Admit(size_t bytes) const;           // mutex_ held
  absl::Status Enqueue(WriteSet& set, Done& done);  // takes both when OK
  Batch Take();                                     // mutex_ held
  // Something that RunBetweenBatches waits for.
  struct Work {
    std::function<absl::StatusOr<bool>()> step;
    absl::StatusOr<bool> last = false;
  };
  static bool IsDone(const Work& work) { return !work.last.ok() || *work.last; }
  void StepWork();

  void Loop();
  void RunInline();
  void Run(Batch& batch);
  absl::Status Write(Batch& batch, Answers& answers);
  absl::Status MakeDurable();
  static void Answer(Batch& batch, const Answers& answers);
  void Note(const Answers& answers, absl::Time begun);
  absl::Status Fail(const absl::Status& failure);
  void Tend();
  void Stop(const absl::Status& failure);

  Backend& backend_;
  const CommitterOptions options_;
  const Published published_;
  SetWriter writer_;  // used by the thread that runs batches only

  mutable std::mutex mutex_;
  StoreStats stats_;
  std::condition_variable ready_;
  std::deque<Waiting> queue_;
  size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  bool broken_ = false;   // after a fatal error
  bool running_ = false;  // somebody runs batches inline
  Work* work_ = nullptr;
  std::condition_variable work_done_;
  std::thread thread_;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_COMMITTER_H_
