#include "gateway/files/fetch_queue.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"

namespace lienthong::files {
namespace {

using store::Mutation;
using store::Row;
using store::Table;

// No link has such a name.
constexpr char kLease[] = "gateway/papers";
constexpr char kProgressName[] = "papers/progress";
constexpr int kFetchByDue = 1;  // index of Table::kFetch

Row RowOf(const FetchItem& item) {
  Row row;
  row.columns = {item.dossier_id, item.element, absl::ToUnixMicros(item.due)};
  return row;
}

}  // namespace

absl::Status FetchQueue::TakeLease() {
  // Over at once: who starts last is the one that fetches.
  const absl::Time now = engine_.clock.Now();
  LIENTHONG_ASSIGN_OR_RETURN(
      fence_, engine_.store.AcquireLease(
                  {.link = kLease, .holder = engine_.random.Uuid(), .now = now, .until = now}));
  return absl::OkStatus();
}

absl::StatusOr<FetchItem> FetchQueue::Parse(const Row& row) const {
  FetchItem item{.dossier_id = std::get<int64_t>(row.columns[0]),
                 .element = std::get<std::string>(row.columns[1]),
                 .due = absl::FromUnixMicros(std::get<int64_t>(row.columns[2])),
                 .version = row.version,
                 .record = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, item.dossier_id, row.body, item.record));
  return item;
}

absl::StatusOr<FetchItem> FetchQueue::Load(int64_t dossier_id, std::string_view element) const {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine_.store.Get(Table::kFetch, {dossier_id, std::string(element)}));
  if (row.version > 0) return Parse(row);
  return FetchItem{.dossier_id = dossier_id,
                   .element = std::string(element),
                   .due = absl::InfinitePast(),
                   .version = 0,
                   .record = {}};
}

absl::StatusOr<std::vector<FetchItem>> FetchQueue::First(int64_t items_max) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kFetch,
                                                 .index = kFetchByDue,
                                                 .prefix = {},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = items_max}));
  std::vector<FetchItem> items;
  items.reserve(rows.size());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(FetchItem item, Parse(row));
    items.push_back(std::move(item));
  }
  return items;
}

void FetchQueue::Expect(const FetchItem& item, store::WriteSet& set) const {
  set.conditions.push_back({Table::kFetch, {item.dossier_id, item.element}, item.version});
  if (set.fences.empty()) set.fences.emplace_back(kLease, fence_);
}

void FetchQueue::Put(const FetchItem& item, store::WriteSet& set) const {
  Expect(item, set);
  Row row = RowOf(item);
  row.body = core::Seal(engine_, item.dossier_id, item.record);
  set.mutations.push_back({Mutation::Kind::kPut, Table::kFetch, std::move(row)});
}

void FetchQueue::Remove(const FetchItem& item, store::WriteSet& set) const {
  Expect(item, set);
  set.mutations.push_back({Mutation::Kind::kDelete, Table::kFetch, RowOf(item)});
}

absl::StatusOr<storage::v1::FetchProgress> FetchQueue::LoadProgress() const {
  storage::v1::FetchProgress progress;
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine_.store.Get(Table::kMeta, {std::string(kProgressName)}));
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, progress));
  return progress;
}

void FetchQueue::PutProgress(const storage::v1::FetchProgress& progress,
                             store::WriteSet& set) const {
  if (set.fences.empty()) set.fences.emplace_back(kLease, fence_);
  Row row{.columns = {std::string(kProgressName)},
          .version = 0,
          .body = core::Seal(engine_, 0, progress)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kMeta, std::move(row)});
}

absl::Status FetchQueue::Commit(store::WriteSet set) const {
  return engine_.store.CommitAndWait(std::move(set), engine_.clock.Now() + engine_.commit_timeout)
      .status();
}

}  // namespace lienthong::files
