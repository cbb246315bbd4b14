#include "tests/simulation/fragile_store.h"

#include <utility>

#include "gateway/store/memory/memory_store.h"

namespace lienthong::simulation {

FragileStore::FragileStore(std::function<void()> on_death)
    : store_(store::OpenMemoryStoreInline()), on_death_(std::move(on_death)) {}

FragileStore::~FragileStore() = default;

void FragileStore::FailAt(int commit, CommitFault fault) {
  commits_left_ = commit;
  fault_ = fault;
}

void FragileStore::Commit(store::WriteSet set,
                          std::function<void(const absl::StatusOr<store::CommitResult>&)> done) {
  if (dead_) return done(absl::UnavailableError("the process has ended"));
  const bool fails = watching_ && commits_left_ > 0 && --commits_left_ == 0;
  const bool written =
      !fails || fault_ == CommitFault::kDiesAfter || fault_ == CommitFault::kAnswerLost;
  if (written) ++commits_;
  if (!fails) return store_->Commit(std::move(set), std::move(done));
  if (written) store_->Commit(std::move(set), [](const auto&) {});
  if (fault_ == CommitFault::kAnswerLost) {
    return done(absl::DeadlineExceededError("the store did not answer in time"));
  }
  if (fault_ == CommitFault::kRefused) return done(absl::UnavailableError("the store is full"));
  dead_ = true;
  on_death_();
  done(absl::UnavailableError("the process has ended"));
}

absl::StatusOr<store::Row> FragileStore::Get(store::Table table, const store::Values& key) const {
  return store_->Get(table, key);
}
absl::StatusOr<std::vector<store::Row>> FragileStore::Read(const store::Scan& scan) const {
  return store_->Read(scan);
}
absl::StatusOr<int64_t> FragileStore::Count(const store::Scan& scan) const {
  return store_->Count(scan);
}
store::StoreInfo FragileStore::Info() const { return store_->Info(); }
bool FragileStore::WaitForJournal(int64_t sequence, absl::Time deadline) const {
  return store_->WaitForJournal(sequence, deadline);
}
absl::StatusOr<int64_t> FragileStore::AcquireLease(std::string_view link, std::string_view holder) {
  return store_->AcquireLease(link, holder);
}

}  // namespace lienthong::simulation
