#include "gateway/files/fetcher.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"

namespace lienthong::files {
namespace {

// Longest wait of a thread that nobody wakes, so that Stop is noticed.
constexpr absl::Duration kFollowMax = absl::Milliseconds(200);
constexpr absl::Duration kRestMax = absl::Seconds(1);
// When the store itself fails, the same is tried again after this.
constexpr absl::Duration kStoreRetry = absl::Milliseconds(200);

void LogFailure(const absl::Status& status) {
  if (status.ok() || absl::IsAborted(status) || absl::IsCancelled(status)) return;
  LogError("paper_fetch_store_failure", {{"error", std::string(status.message())}});
}

}  // namespace

Fetcher::Fetcher(core::Engine& engine, ContentStore& content, Sources sources)
    : engine_(engine),
      sources_(std::move(sources)),
      queue_(engine),
      scan_(engine, queue_, sources_),
      task_(engine, content, queue_, sources_) {}

Fetcher::~Fetcher() { Stop(); }

absl::Status Fetcher::Start() {
  LIENTHONG_RETURN_IF_ERROR(queue_.TakeLease());
  LIENTHONG_RETURN_IF_ERROR(scan_.Recover());
  threads_.emplace_back([this] { Follow(); });
  for (int i = 0; i < kFetchesMax; ++i) threads_.emplace_back([this] { Work(); });
  return absl::OkStatus();
}

void Fetcher::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  sources_.Abort();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Fetcher::Wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Fetcher::Rest(std::unique_lock<std::mutex>& lock, absl::Time until) {
  const absl::Duration wait = std::min(until - engine_.clock.Now(), kRestMax);
  if (wait <= absl::ZeroDuration() || stopping_) return;
  changed_.wait_for(lock, absl::ToChronoNanoseconds(wait));
}

void Fetcher::Follow() {
  while (true) {
    const absl::StatusOr<JournalScan::Found> found = scan_.Step();
    LogFailure(found.status());
    const absl::Time now = engine_.clock.Now();
    if (found.ok() && *found == JournalScan::Found::kPapers) Wake();
    if (found.ok() && *found == JournalScan::Found::kNoEntries) {
      engine_.store.WaitForJournal(scan_.cursor(), now + kFollowMax);
    }
    std::unique_lock lock(mutex_);
    if (!found.ok()) Rest(lock, now + kStoreRetry);
    if (stopping_) return;
  }
}

absl::StatusOr<std::optional<FetchItem>> Fetcher::Next() const {
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<FetchItem> items,
                             queue_.First(static_cast<int64_t>(under_way_.size()) + 1));
  for (FetchItem& item : items) {
    if (!under_way_.contains({item.dossier_id, item.element})) return std::move(item);
  }
  return std::nullopt;
}

// Fetches one item, or rests until one is due.
absl::Status Fetcher::WorkOnce(std::unique_lock<std::mutex>& lock) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::optional<FetchItem> item, Next());
  const absl::Time now = engine_.clock.Now();
  if (!item.has_value() || item->due > now) {
    Rest(lock, item.has_value() ? item->due : absl::InfiniteFuture());
    return absl::OkStatus();
  }
  const std::pair<int64_t, std::string> key(item->dossier_id, item->element);
  under_way_.insert(key);
  lock.unlock();
  const absl::Status status = task_.Run(*item);
  lock.lock();
  under_way_.erase(key);
  return status;
}

void Fetcher::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const absl::Status status = WorkOnce(lock);
    LogFailure(status);
    if (!status.ok()) Rest(lock, engine_.clock.Now() + kStoreRetry);
  }
}

}  // namespace lienthong::files
