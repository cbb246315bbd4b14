#ifndef LIENTHONG_GATEWAY_FILES_FETCH_QUEUE_H_
#define LIENTHONG_GATEWAY_FILES_FETCH_QUEUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::files {

// A paper to fetch. `version` 0: it does not stand in the queue.
struct FetchItem {
  int64_t dossier_id = 0;
  std::string element;  // path of its element, e.g. `papers[a1]`
  absl::Time due;
  int64_t version = 0;
  storage::v1::FetchRecord record;
};

// Papers to fetch and how far the journal was searched for them, in the gateway's store. What is
// added to a set takes effect only if nobody changed the item meanwhile, and only while this
// process is the one that fetches. Thread-safe after TakeLease.
class FetchQueue {
 public:
  // `engine` outlives it.
  explicit FetchQueue(core::Engine& engine) : engine_(engine) {}

  // From here on this process fetches, and no other.
  absl::Status TakeLease();

  absl::StatusOr<FetchItem> Load(int64_t dossier_id, std::string_view element) const;
  // The items due first, whenever that is.
  absl::StatusOr<std::vector<FetchItem>> First(int64_t items_max) const;
  void Put(const FetchItem& item, store::WriteSet& set) const;
  void Remove(const FetchItem& item, store::WriteSet& set) const;

  absl::StatusOr<storage::v1::FetchProgress> LoadProgress() const;
  void PutProgress(const storage::v1::FetchProgress& progress, store::WriteSet& set) const;

  // Waits until a set is durable. Aborted: read again, then decide again.
  absl::Status Commit(store::WriteSet set) const;

 private:
  absl::StatusOr<FetchItem> Parse(const store::Row& row) const;
  void Expect(const FetchItem& item, store::WriteSet& set) const;

  core::Engine& engine_;
  int64_t fence_ = 0;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_FETCH_QUEUE_H_
