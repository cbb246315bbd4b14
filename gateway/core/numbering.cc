#include "gateway/core/numbering.h"

#include "absl/strings/numbers.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::core {

using store::Mutation;
using store::Row;
using store::Table;

Numbering::Series& Numbering::Find(const Key& key) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Series>& series = series_[key];
  if (series == nullptr) series = std::make_unique<Series>();
  return *series;
}

bool Numbering::TakeStale(const Key& key) {
  const std::lock_guard lock(mutex_);
  return stale_.erase(key) > 0;
}

absl::Status Numbering::Load(const store::Store& store, const Key& key, Series& series) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, store.Get(Table::kSeries, {key.first, key.second}));
  series.version = row.version;
  series.last_serial = 0;
  if (row.version > 0 && !absl::SimpleAtoi(row.body, &series.last_serial)) {
    return StoreCorrupt(StrCat("series ", key.first, " ", key.second));
  }
  series.loaded = true;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Numbering::FindFree(const store::Store& store, const Key& key,
                                            Series& series) {
  int64_t serial = series.last_serial;
  while (true) {  // a number that came in from elsewhere is not given out again
    const std::string code = domain::FormatDossierCode(key.first, key.second, ++serial);
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> taken,
                               store.Read({.table = Table::kAlias,
                                           .prefix = {domain::FoldCode(code)},
                                           .after = {},
                                           .at_most = {},
                                           .limit_rows = 1}));
    if (taken.empty()) return serial;
    // The series itself may have given it out after we read it: a set that was on its way then. To
    // go on from an old row would skip the numbers between.
    Series fresh;
    LIENTHONG_RETURN_IF_ERROR(Load(store, key, fresh));
    if (fresh.version <= series.version) continue;
    series.version = fresh.version;
    series.last_serial = fresh.last_serial;
    serial = fresh.last_serial;
  }
}

absl::Status Numbering::Allocate(store::Store& store, std::string_view agency, std::string_view day,
                                 const std::function<void(Allocation)>& submit) {
  const Key key(agency, day);
  Series& series = Find(key);
  const std::lock_guard lock(series.mutex);
  if (TakeStale(key) || !series.loaded) LIENTHONG_RETURN_IF_ERROR(Load(store, key, series));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t serial, FindFree(store, key, series));
  const std::string code = domain::FormatDossierCode(agency, day, serial);
  Row row{.columns = {key.first, key.second}, .version = 0, .body = absl::StrCat(serial)};
  Allocation allocation{.code = code,
                        .condition = {Table::kSeries, {key.first, key.second}, series.version},
                        .mutation = {Mutation::Kind::kPut, Table::kSeries, std::move(row)}};
  submit(std::move(allocation));
  series.version += 1;
  series.last_serial = serial;
  return absl::OkStatus();
}

void Numbering::Invalidate(std::string_view agency, std::string_view day) {
  const std::lock_guard lock(mutex_);
  stale_.emplace(agency, day);
}

absl::StatusOr<int64_t> Numbering::NextDossierId(const store::Store& store) {
  const std::lock_guard lock(mutex_);
  if (next_id_ == 0) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> newest, store.Read({.table = Table::kDossier,
                                                                          .prefix = {},
                                                                          .after = {},
                                                                          .at_most = {},
                                                                          .limit_rows = 1,
                                                                          .descending = true}));
    next_id_ = newest.empty() ? 1 : std::get<int64_t>(newest[0].columns[0]) + 1;
  }
  return next_id_++;
}

}  // namespace lienthong::core
