#ifndef LIENTHONG_GATEWAY_FILES_FETCHER_H_
#define LIENTHONG_GATEWAY_FILES_FETCHER_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/core/engine.h"
#include "gateway/files/content_store.h"
#include "gateway/files/fetch_queue.h"
#include "gateway/files/fetch_task.h"
#include "gateway/files/journal_scan.h"
#include "gateway/files/sources.h"

namespace lienthong::files {

// Fetches the papers that dossiers name, as the journal brings them: one thread reads the journal,
// a few fetch. All that decides is in journal_scan.h and fetch_task.h; what waits stands in the
// store, and nothing in memory but what is being fetched. Thread-safe.
class Fetcher {
 public:
  static constexpr int kFetchesMax = 2;  // at the same time

  // `engine` and `content` outlive it.
  Fetcher(core::Engine& engine, ContentStore& content, Sources sources);
  ~Fetcher();  // stops first
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  absl::Status Start();
  // Ends fetches under way, which begin again with the next start.
  void Stop();

  const FetchCounters& counters() const { return task_.counters(); }

 private:
  void Follow();
  void Work();
  // The next item that nobody fetches yet and when it is due; nothing when there is none.
  absl::StatusOr<std::optional<FetchItem>> Next() const;  // mutex_ held
  absl::Status WorkOnce(std::unique_lock<std::mutex>& lock);
  void Rest(std::unique_lock<std::mutex>& lock, absl::Time until);
  void Wake();

  core::Engine& engine_;
  Sources sources_;
  FetchQueue queue_;
  JournalScan scan_;
  FetchTask task_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<std::pair<int64_t, std::string>> under_way_;
  std::vector<std::thread> threads_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_FETCHER_H_
