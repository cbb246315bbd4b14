#include "gateway/store/memory/memory_store.h"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/store/backed_store.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/memory/memory_tables.h"

namespace lienthong::store {
namespace {

constexpr std::string_view kScheme = "memory";

// What a named store holds between closing and opening it again.
struct Contents {
  MemoryTables tables;
  bool open = false;
};

class MemoryBackend final : public Backend {
 public:
  explicit MemoryBackend(std::shared_ptr<Contents> contents)
      : contents_(std::move(contents)), tables_(contents_->tables) {}

  // Readers wait for the whole batch, which only moves memory.
  absl::Status Begin() override {
    batch_ = std::unique_lock(mutex_);
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> VersionOf(Table table, const Values& key) override {
    const Row* row = tables_.Find(table, key);
    return row == nullptr ? 0 : row->version;
  }

  absl::StatusOr<int64_t> LastNumber(Table table, const Row& row) override {
    const size_t number = Describe(table).key_columns - 1;
    Scan newest{.table = table, .prefix = {row.columns.begin(), row.columns.begin() + number}};
    newest.limit_rows = 1;
    newest.descending = true;
    int64_t last = 0;
    tables_.ForEach(newest,
                    [&](const Row& found) { last = std::get<int64_t>(found.columns[number]); });
    return last;
  }

  absl::Status Put(Table table, const Row& row) override {
    tables_.Put(table, row);
    return absl::OkStatus();
  }

  absl::Status Delete(Table table, const Row& row) override {
    tables_.Delete(table, row);
    return absl::OkStatus();
  }

  absl::Status CommitBatch() override {
    tables_.Keep();
    batch_ = {};
    return absl::OkStatus();
  }

  void Rollback() override {
    if (!batch_.owns_lock()) return;
    tables_.Undo();
    batch_ = {};
  }

  absl::StatusOr<Row> Get(Table table, const Values& key) const override {
    const std::shared_lock lock(mutex_);
    const Row* row = tables_.Find(table, key);
    return row == nullptr ? Row{} : *row;
  }

  absl::StatusOr<std::vector<Row>> Read(const Scan& scan) const override {
    std::vector<Row> rows;
    const std::shared_lock lock(mutex_);
    tables_.ForEach(scan, [&](const Row& row) { rows.push_back(row); });
    return rows;
  }

  absl::StatusOr<int64_t> Count(const Scan& scan) const override {
    int64_t count = 0;
    const std::shared_lock lock(mutex_);
    tables_.ForEach(scan, [&](const Row&) { ++count; });
    return count;
  }

 private:
  const std::shared_ptr<Contents> contents_;
  MemoryTables& tables_;
  mutable std::shared_mutex mutex_;
  std::unique_lock<std::shared_mutex> batch_;  // held from Begin to CommitBatch or Rollback
};

// Named contents live as long as the process.
class Registry {
 public:
  static Registry& Instance() {
    static Registry* const registry = new Registry();
    return *registry;
  }

  absl::StatusOr<std::shared_ptr<Contents>> Open(std::string_view name) {
    if (name.empty()) return std::make_shared<Contents>();
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Contents>& contents = named_[std::string(name)];
    if (contents == nullptr) contents = std::make_shared<Contents>();
    if (contents->open) {
      return absl::FailedPreconditionError(
          StrCat("memory:", name, " is open; close it first or take another name"));
    }
    contents->open = true;
    // The registry keeps the contents; the handle only marks them closed.
    return std::shared_ptr<Contents>(contents.get(), [this](Contents* closed) {
      const std::lock_guard closing(mutex_);
      closed->open = false;
    });
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Contents>> named_;
};

absl::StatusOr<std::unique_ptr<Store>> OpenNamed(std::string_view name) {
  auto contents = Registry::Instance().Open(name);
  if (!contents.ok()) return contents.status();
  return OpenBackedStore(kScheme, std::make_unique<MemoryBackend>(*std::move(contents)));
}

std::unique_ptr<Store> OpenPrivate(CommitterOptions options, Leasing leasing) {
  // Empty tables in memory always open.
  return OpenBackedStore(kScheme, NewMemoryBackend(), std::move(options), leasing).value();
}

}  // namespace

std::unique_ptr<Backend> NewMemoryBackend() {
  return std::make_unique<MemoryBackend>(std::make_shared<Contents>());
}

std::unique_ptr<Store> OpenMemoryStore() { return OpenPrivate({}, Leasing::kAtOnce); }

std::unique_ptr<Store> OpenMemoryStoreInline(Leasing leasing) {
  CommitterOptions options;
  options.own_thread = false;
  return OpenPrivate(std::move(options), leasing);
}

namespace memory {

void Register(StoreCatalogue& catalogue);

void Register(StoreCatalogue& catalogue) {
  catalogue.Add({std::string(kScheme), /*durable=*/false, OpenNamed});
}

}  // namespace memory
}  // namespace lienthong::store
