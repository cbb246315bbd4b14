#ifndef LIENTHONG_GATEWAY_FILES_FETCH_TASK_H_
#define LIENTHONG_GATEWAY_FILES_FETCH_TASK_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/files/content_store.h"
#include "gateway/files/fetch_queue.h"
#include "gateway/files/sources.h"
#include "lienthong/dossier/v1/papers.pb.h"

namespace lienthong::files {

// What was done since the start.
struct FetchCounters {
  std::atomic<int64_t> verified = 0;
  std::atomic<int64_t> refused = 0;
  std::atomic<int64_t> dead = 0;
  std::atomic<int64_t> failed = 0;  // attempts that will be repeated
};

// Fetches one paper and writes what came of it: the content is durable before the dossier says that
// it is verified, and the dossier says so in the same commit that takes the paper out of the queue.
// Whatever ends the process in between, the paper is fetched again from its first byte.
//
// What the dossier says is judged by the merge (domain/content.h); an owner who changes the paper
// meanwhile is never overwritten. Thread-safe.
class FetchTask {
 public:
  // All outlive it.
  FetchTask(core::Engine& engine, ContentStore& content, const FetchQueue& queue,
            const Sources& sources)
      : engine_(engine), content_(content), queue_(queue), sources_(sources) {}

  // An error of the store, or Cancelled when the sources were told to end; the item stays as it is.
  absl::Status Run(const FetchItem& item);

  const FetchCounters& counters() const { return counters_; }

 private:
  // What came of an attempt.
  struct Result {
    // What the dossier is to be told; absent: nothing yet.
    std::optional<dossier::v1::FileReference> found;
    bool asked = false;     // the source was
    bool answered = false;  // it answered, whatever it said
    absl::Status problem;   // why nothing was found; for the log
    std::optional<absl::Duration> retry_after;
  };

  Result Fetch(Source& source, const dossier::v1::FileReference& file);
  Result Judge(const dossier::v1::FileReference& file, const sdk::HttpResponse& response,
               ContentWriter& writer);
  absl::Time DeadlineFor(const dossier::v1::FileReference& file) const;
  absl::Status TryLater(const FetchItem& item, const Source& source, const Result& result);
  absl::Status Postpone(const FetchItem& item, const Source& source, absl::Time until);
  absl::Status Settle(const FetchItem& item, const dossier::v1::FileReference& found);
  // Whether the item was settled; false: something changed, decide again.
  absl::StatusOr<bool> SettleOnce(const FetchItem& item, const dossier::v1::FileReference& found);
  absl::Status Drop(const FetchItem& item);
  void Report(const core::StoredDossier& stored, const FetchItem& item,
              const dossier::v1::FileReference& file);

  core::Engine& engine_;
  ContentStore& content_;
  const FetchQueue& queue_;
  const Sources& sources_;
  FetchCounters counters_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_FETCH_TASK_H_
