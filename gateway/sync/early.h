#ifndef LIENTHONG_GATEWAY_SYNC_EARLY_H_
#define LIENTHONG_GATEWAY_SYNC_EARLY_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// Items of one link's feed that came before their dossier: a step that overtook its record, or a
// record of a dossier that another system is about to hand in. They wait in the store, in the order
// in which they came, until the dossier is there or their time is over; what comes later under the
// same key waits behind them. Used by the thread that ticks; the count by any.
class EarlyItems {
 public:
  struct Waiting {
    storage::v1::EarlyItemRecord record;
    store::Values key;  // of its row
    int64_t version = 0;
    int64_t position = 0;  // among all, in the order in which they came
  };

  EarlyItems(core::Engine& engine, std::string link, absl::Duration wait, int64_t items_max)
      : engine_(engine), link_(std::move(link)), wait_(wait), items_max_(items_max) {}

  // Counts what a former process left. Before all others.
  absl::Status Recover();
  int64_t count() const { return count_; }
  // Without room only what waits behind others is put, until those are taken in.
  bool is_full() const { return count_ >= items_max_; }

  // Whether something waits under this key.
  absl::StatusOr<bool> Holds(std::string_view key) const;
  // Adds an item to a set.
  void Put(const adapter::v1::InboundItem& item, store::WriteSet& set);
  // Those after a position (0: all), oldest first.
  absl::StatusOr<std::vector<Waiting>> After(int64_t position, int64_t limit_rows) const;
  // Of a page of `After`, what each waits for, in words.
  absl::StatusOr<std::string> CauseOf(const Waiting& waiting) const;
  // When the oldest one came; InfiniteFuture when none waits.
  absl::StatusOr<absl::Time> OldestSince() const;
  // Takes an item out, in the set that takes it in or gives it up.
  void Remove(const Waiting& waiting, store::WriteSet& set) const;
  // After a commit that put or removed.
  void NoteCommitted(int64_t change) { count_ += change; }

 private:
  core::Engine& engine_;
  const std::string link_;
  const absl::Duration wait_;
  const int64_t items_max_;
  std::atomic<int64_t> count_ = 0;
  int64_t last_number_ = 0;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_EARLY_H_
