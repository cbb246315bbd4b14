#include "gateway/store/committer.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/log.h"
#include "gateway/store/checks.h"

namespace lienthong::store {
namespace {

constexpr int kExitDiskFailed = 70;  // EX_SOFTWARE of sysexits.h: a restart replays
constexpr absl::Duration kRetryAfterQueue = absl::Milliseconds(100);
constexpr absl::Duration kRetryAfterWork = absl::Seconds(10);

double SecondsSince(absl::Time begun, const Clock& clock) {
  return std::max(0.0, absl::ToDoubleSeconds(clock.Now() - begun));
}

bool NothingWasWritten(const absl::Status& failure) {
  return absl::IsResourceExhausted(failure) || absl::IsUnavailable(failure);
}

void EndProcess(const absl::Status& failure) {
  LogError("store_failed", {{"error", std::string(failure.message())}});
  _exit(kExitDiskFailed);
}

}  // namespace

Committer::Committer(Backend& backend, const Head& head, CommitterOptions options,
                     Published published)
    : backend_(backend),
      options_(std::move(options)),
      published_(std::move(published)),
      writer_(backend, head) {
  if (options_.own_thread) thread_ = std::thread([this] { Loop(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (Waiting& waiting : queue_) waiting.done(Draining());
}

void Committer::Submit(WriteSet set, Done done) {
  if (absl::Status refused = Enqueue(set, done); !refused.ok()) {
    done(refused);
  } else if (options_.own_thread) {
    ready_.notify_one();
  } else {
    RunInline();
  }
}

absl::Status Committer::Enqueue(WriteSet& set, Done& done) {
  const size_t bytes = BytesOf(set);
  const std::lock_guard lock(mutex_);
  if (absl::Status refused = Admit(bytes); !refused.ok()) {
    ++stats_.sets_refused;
    return refused;
  }
  queue_.push_back({std::move(set), std::move(done), bytes});
  waiting_bytes_ += bytes;
  return absl::OkStatus();
}

absl::Status Committer::Admit(size_t bytes) const {
  if (stopping_ || broken_) return Draining();
  // A set is let in when nothing waits, however large it is: else it could never be written.
  if (queue_.size() >= options_.waiting_sets_max ||
      (!queue_.empty() && waiting_bytes_ + bytes > options_.waiting_bytes_max)) {
    return Busy("too many changes wait to be written", kRetryAfterQueue);
  }
  return absl::OkStatus();
}

Committer::Batch Committer::Take() {
  Batch batch;
  size_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.batch_sets_max) {
    bytes += queue_.front().bytes;
    if (!batch.empty() && bytes > options_.batch_bytes_max) break;
    waiting_bytes_ -= queue_.front().bytes;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Committer::Loop() {
  while (true) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty() || work_ != nullptr; });
      if (stopping_) break;
    }
    StepWork();
    // Those who have just been answered bring what they write next, and one fsync does for all of
    // it. Costs nothing when nobody wants to run.
    std::this_thread::yield();
    {
      const std::lock_guard lock(mutex_);
      batch = Take();
    }
    if (!batch.empty()) Run(batch);
  }
  const std::lock_guard lock(mutex_);
  if (work_ != nullptr) work_->last = Draining();
  work_ = nullptr;
  work_done_.notify_all();
}

// A part of what is done between batches. Only this thread takes it away.
void Committer::StepWork() {
  Work* work = nullptr;
  {
    const std::lock_guard lock(mutex_);
    work = work_;
  }
  if (work == nullptr) return;
  absl::StatusOr<bool> last = work->step();
  const std::lock_guard lock(mutex_);
  work->last = std::move(last);
  if (!IsDone(*work)) return;
  work_ = nullptr;
  work_done_.notify_all();
}

absl::Status Committer::RunBetweenBatches(std::function<absl::StatusOr<bool>()> step) {
  Work work{.step = std::move(step)};
  if (!options_.own_thread) {
    while (!IsDone(work)) work.last = work.step();
    return work.last.status();
  }
  std::unique_lock lock(mutex_);
  if (stopping_ || broken_) return Draining();
  if (work_ != nullptr) return Busy("the store is at work on something else", kRetryAfterWork);
  work_ = &work;
  ready_.notify_one();
  work_done_.wait(lock, [&] { return work_ != &work; });
  return work.last.status();
}

void Committer::RunInline() {
  while (true) {
    Batch batch;
    {
      const std::lock_guard lock(mutex_);
      // Called from inside `done`, or by a second thread: the one that runs sees what was added.
      if (running_ || queue_.empty()) return;
      batch = Take();
      running_ = true;
    }
    Run(batch);
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
}

void Committer::Run(Batch& batch) {
  Answers answers(batch.size(), absl::InternalError("the set was not written"));
  const absl::Time begun = options_.clock->Now();
  const int64_t last_sequence = writer_.head().last_sequence();
  if (absl::Status failure = Write(batch, answers); !failure.ok()) {
    answers.assign(batch.size(), Fail(failure));
  }
  Note(answers, begun);
  if (writer_.head().last_sequence() != last_sequence) published_(writer_.head());
  PassFailpoint(Failpoint::kBatchPublished);
  Answer(batch, answers);
  PassFailpoint(Failpoint::kBatchAnswered);
  Tend();
}

void Committer::Answer(Batch& batch, const Answers& answers) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Done done = std::exchange(batch[i].done, nullptr);
    if (done != nullptr) done(answers[i]);
    if (i == 0) PassFailpoint(Failpoint::kFirstAnswered);
  }
}

void Committer::Tend() {
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return;
  }
  const absl::Status tended = backend_.Tend();
  if (tended.ok()) return;
  if (NothingWasWritten(tended)) {
    LogWarning("store_housekeeping_failed", {{"error", std::string(tended.message())}});
  } else {
    Stop(tended);
  }
}

absl::Status Committer::Write(Batch& batch, Answers& answers) {
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return Draining();
  }
  LIENTHONG_RETURN_IF_ERROR(writer_.Begin());
  PassFailpoint(Failpoint::kBatchBegun);
  absl::Status status;
  for (size_t i = 0; i < batch.size() && status.ok(); ++i) {
    status = writer_.Write(batch[i].set, answers[i]);
  }
  if (status.ok() && IsPlanted(PlantedBug::kAnswerEarly)) Answer(batch, answers);
  if (status.ok()) status = MakeDurable();
  if (!status.ok()) writer_.Rollback();
  return status;
}

absl::Status Committer::MakeDurable() {
  const absl::Time begun = options_.clock->Now();
  PassFailpoint(Failpoint::kBatchWritten);
  LIENTHONG_RETURN_IF_ERROR(writer_.Commit());
  PassFailpoint(Failpoint::kBatchDurable);
  const std::lock_guard lock(mutex_);
  stats_.durable_seconds.Note(SecondsSince(begun, *options_.clock));
  return absl::OkStatus();
}

void Committer::Note(const Answers& answers, absl::Time begun) {
  const std::lock_guard lock(mutex_);
  stats_.batch_sets.Note(static_cast<double>(answers.size()));
  stats_.batch_seconds.Note(SecondsSince(begun, *options_.clock));
  for (const auto& answer : answers) {
    ++(answer.ok()                        ? stats_.sets_committed
       : absl::IsAborted(answer.status()) ? stats_.sets_stale
                                          : stats_.sets_refused);
  }
}

StoreStats Committer::Stats() const {
  const std::lock_guard lock(mutex_);
  StoreStats stats = stats_;
  stats.waiting_sets = static_cast<int64_t>(queue_.size());
  stats.waiting_bytes = static_cast<int64_t>(waiting_bytes_);
  return stats;
}

absl::Status Committer::Fail(const absl::Status& failure) {
  if (NothingWasWritten(failure)) return failure;
  Stop(failure);
  return absl::UnavailableError("the store stopped while it wrote; the outcome is not known");
}

void Committer::Stop(const absl::Status& failure) {
  {
    const std::lock_guard lock(mutex_);
    broken_ = true;
  }
  if (options_.fatal) {
    options_.fatal(failure);
  } else {
    EndProcess(failure);
  }
}

}  // namespace lienthong::store
