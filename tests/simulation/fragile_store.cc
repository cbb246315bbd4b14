#include "tests/simulation/fragile_store.h"

#include <utility>

#include "gateway/base/text.h"
#include "gateway/store/backed_store.h"
#include "gateway/store/memory/memory_store.h"

namespace lienthong::simulation {
namespace {

constexpr std::string_view kEpochName = "store/epoch";

}  // namespace

FragileStore::FragileStore(store::Leasing leasing, std::function<void(CommitFault)> on_fault)
    : leasing_(leasing),
      store_(store::OpenMemoryStoreInline(leasing)),
      on_fault_(std::move(on_fault)) {}

FragileStore::~FragileStore() = default;

StoreCopy FragileStore::Copy() const {
  StoreCopy copy;
  for (int table = 0; table < store::kTableCount; ++table) {
    const auto kind = static_cast<store::Table>(table);
    auto rows = store_->Read({.table = kind, .limit_rows = store::kScanRowsMax}).value();
    for (store::Row& row : rows) {
      copy.rows.push_back({kind, std::move(row)});
    }
  }
  return copy;
}

void FragileStore::Replace(const StoreCopy& copy) {
  std::unique_ptr<store::Backend> tables = store::NewMemoryBackend();
  const store::Values epoch = {std::string(kEpochName)};
  tables->Begin().IgnoreError();
  for (const StoreCopy::Entry& entry : copy.rows) {
    if (entry.table == store::Table::kMeta && entry.row.columns == epoch) continue;
    tables->Put(entry.table, entry.row).IgnoreError();
  }
  tables->Put(store::Table::kMeta, {epoch, 0, StrCat(++epoch_)}).IgnoreError();
  tables->CommitBatch().IgnoreError();
  store::CommitterOptions options;
  options.own_thread = false;
  store_ =
      store::OpenBackedStore("memory", std::move(tables), std::move(options), leasing_).value();
  Revive();
  Disarm();
  ++commits_;
}

void FragileStore::FailAt(int commit, CommitFault fault) {
  commits_left_ = commit;
  fault_ = fault;
}

void FragileStore::Commit(store::WriteSet set,
                          std::function<void(const absl::StatusOr<store::CommitResult>&)> done) {
  if (dead_) return done(absl::UnavailableError("the process has ended"));
  const bool fails = watching_ && commits_left_ > 0 && --commits_left_ == 0;
  const bool written = !fails || fault_ == CommitFault::kDiesAfter ||
                       fault_ == CommitFault::kAnswerLost || fault_ == CommitFault::kStalls;
  if (written) ++commits_;
  if (fails && fault_ == CommitFault::kStalls) on_fault_(fault_);
  if (!fails || fault_ == CommitFault::kStalls) {
    return store_->Commit(std::move(set), std::move(done));
  }
  if (written) store_->Commit(std::move(set), [](const auto&) {});
  if (fault_ == CommitFault::kAnswerLost) {
    return done(absl::DeadlineExceededError("the store did not answer in time"));
  }
  if (fault_ == CommitFault::kRefused) return done(absl::UnavailableError("the store is full"));
  dead_ = true;
  on_fault_(fault_);
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
absl::StatusOr<int64_t> FragileStore::AcquireLease(const store::LeaseRequest& request) {
  return store_->AcquireLease(request);
}

}  // namespace lienthong::simulation
