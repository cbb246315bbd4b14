#ifndef LIENTHONG_GATEWAY_FILES_JOURNAL_SCAN_H_
#define LIENTHONG_GATEWAY_FILES_JOURNAL_SCAN_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/domain/content.h"
#include "gateway/files/fetch_queue.h"
#include "gateway/files/sources.h"

namespace lienthong::files {

// Who the gateway is in the journal when it writes what it fetched.
inline constexpr char kGatewayActor[] = "gateway";

// Whether a file of a dossier waits to be fetched from one of our sources.
bool IsWanted(const domain::FileAt& at, const Sources& sources);

// Reads the journal from where it stopped last and queues each paper that is to be fetched. How far
// it came is written with what it queued, else once in a while: reading an entry again does no
// harm. With other sources than last time it begins again at the first entry. One thread.
class JournalScan {
 public:
  // All outlive it.
  JournalScan(core::Engine& engine, const FetchQueue& queue, const Sources& sources)
      : engine_(engine), queue_(queue), sources_(sources) {}

  absl::Status Recover();
  enum class Found { kNoEntries, kNoPapers, kPapers };
  // Reads the next entries. After an error the same are read again; Aborted: an item was being
  // fetched just now.
  absl::StatusOr<Found> Step();
  // The last entry that was read.
  int64_t cursor() const { return cursor_; }

 private:
  absl::Status Plan(const core::StoredDossier& stored, store::WriteSet& set) const;

  core::Engine& engine_;
  const FetchQueue& queue_;
  const Sources& sources_;
  storage::v1::FetchProgress progress_;  // as it is stored
  int64_t cursor_ = 0;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_JOURNAL_SCAN_H_
