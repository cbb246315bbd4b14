#ifndef LIENTHONG_TESTS_SIMULATION_FRAGILE_STORE_H_
#define LIENTHONG_TESTS_SIMULATION_FRAGILE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "gateway/store/backed_store.h"
#include "gateway/store/store.h"

namespace lienthong::simulation {

// What becomes of one commit.
enum class CommitFault {
  kDiesBefore,  // the process ends, nothing was written
  kDiesAfter,   // the process ends, it was written
  kAnswerLost,  // it was written, and nobody is told in time
  kRefused,     // nothing was written
  kStalls,      // it was written, and the process stands still before it is told
};

// All rows of a store.
struct StoreCopy {
  struct Entry {
    store::Table table;
    store::Row row;
  };
  std::vector<Entry> rows;
};

// The gateway's store, in memory. Fails at a chosen commit, counted over those that are made within
// Watch; once dead it takes no commit until it is revived. Reads go on: what a dead process knows
// leaves it no more.
class FragileStore final : public store::Store {
 public:
  // `on_fault` is called at the very commit where the process ends or stands still.
  FragileStore(store::Leasing leasing, std::function<void(CommitFault)> on_fault);
  ~FragileStore() override;

  // One fault at a time; the latest counts.
  void FailAt(int commit, CommitFault fault);
  void Disarm() { commits_left_ = 0; }
  void Watch(bool on) { watching_ = on; }
  bool dead() const { return dead_; }
  void Revive() { dead_ = false; }
  StoreCopy Copy() const;
  // What a restored backup is: what was written since the copy is gone, and the store's epoch is
  // the next one. Nobody uses the store meanwhile.
  void Replace(const StoreCopy& copy);
  // Grows whenever something may have been written.
  int64_t commits() const { return commits_; }

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override;
  absl::StatusOr<store::Row> Get(store::Table table, const store::Values& key) const override;
  absl::StatusOr<std::vector<store::Row>> Read(const store::Scan& scan) const override;
  absl::StatusOr<int64_t> Count(const store::Scan& scan) const override;
  store::StoreInfo Info() const override;
  bool WaitForJournal(int64_t sequence, absl::Time deadline) const override;
  absl::StatusOr<int64_t> AcquireLease(const store::LeaseRequest& request) override;
  absl::StatusOr<int64_t> MarkRestored(absl::Time now) override {
    return store_->MarkRestored(now);
  }

 private:
  const store::Leasing leasing_;
  std::unique_ptr<store::Store> store_;
  const std::function<void(CommitFault)> on_fault_;
  CommitFault fault_ = CommitFault::kRefused;
  int commits_left_ = 0;  // until the fault; 0: none is to come
  bool watching_ = false;
  bool dead_ = false;
  int64_t commits_ = 0;
  int64_t epoch_ = 1;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_FRAGILE_STORE_H_
