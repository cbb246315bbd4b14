#include "gateway/core/numbering.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::core {

using store::Mutation;
using store::Row;
using store::Table;

constexpr std::string_view kSeriesClosed = "SERIES_CLOSED";

namespace {

absl::Status Refused(std::string_view reason, std::string_view agency, absl::CivilDay day,
                     std::string_view message) {
  ErrorDetails details;
  details.reason = std::string(reason);
  details.metadata = {{"agency", std::string(agency)}, {"date", domain::ShowDay(day)}};
  details.resource_type = "series";
  details.resource_name = StrCat(agency, "/", domain::ShowDay(day));
  return WithDetails(absl::FailedPreconditionError(ToAbsl(message)), details);
}

}  // namespace

absl::Status SeriesClosed(std::string_view agency, absl::CivilDay day) {
  return Refused(kSeriesClosed, agency, day,
                 StrCat("the numbers of ", agency, " of ", domain::ShowDay(day),
                        " are closed: the store was restored from a backup, and what was given out "
                        "after it is not known here; an operator opens them (OpenSeries, "
                        "`lienthongctl receipt open`) with the highest one that may stand on a "
                        "paper"));
}

bool IsSeriesClosed(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) && DetailsOf(status).reason == kSeriesClosed;
}

absl::Status AgencyEnded(std::string_view agency, absl::CivilDay day) {
  return Refused(
      "AGENCY_ENDED", agency, day,
      StrCat(agency, " issues no numbers on ", domain::ShowDay(day),
             ": it has ended, or has not begun; reserve in the series of its successor"));
}

// The epoch of a restored store is the time of the restore, in seconds.
absl::CivilDay LastClosedDay(int64_t store_epoch) {
  return domain::CivilDayOf(absl::FromUnixSeconds(store_epoch)) + kClosedDaysAhead;
}

bool SeriesRow::IsClosed(int64_t store_epoch, absl::CivilDay day) const {
  return epoch < store_epoch && day <= LastClosedDay(store_epoch);
}

absl::StatusOr<SeriesRow> ReadSeries(const store::Store& store, std::string_view agency,
                                     absl::CivilDay day) {
  const std::string name = domain::SeriesDay(day);
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, store.Get(Table::kSeries, {std::string(agency), name}));
  SeriesRow series{.version = row.version};
  if (row.version == 0) return series;
  const auto [serial, epoch] =
      std::pair<std::string, std::string>(absl::StrSplit(row.body, absl::MaxSplits(' ', 1)));
  const bool has_epoch = row.body.find(' ') != std::string::npos;  // it was not kept at first
  if (!absl::SimpleAtoi(serial, &series.last_serial) ||
      (has_epoch && !absl::SimpleAtoi(epoch, &series.epoch))) {
    return StoreCorrupt(StrCat("series ", agency, " ", name));
  }
  return series;
}

Mutation PutSeries(std::string_view agency, absl::CivilDay day, int64_t last_serial,
                   int64_t epoch) {
  Row row{.columns = {std::string(agency), domain::SeriesDay(day)},
          .version = 0,
          .body = StrCat(last_serial, " ", epoch)};
  return {Mutation::Kind::kPut, Table::kSeries, std::move(row)};
}

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

absl::StatusOr<int64_t> Numbering::FindFree(const store::Store& store, const Key& key,
                                            SeriesRow& row) {
  const domain::NumberPattern& pattern = rules_.patterns.For(key.first, key.second);
  int64_t serial = row.last_serial;
  while (true) {  // a number that came in from elsewhere is not given out again
    const std::string code = pattern.Format(key.first, key.second, ++serial);
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> taken,
                               store.Read({.table = Table::kAlias,
                                           .prefix = {domain::FoldCode(code)},
                                           .after = {},
                                           .at_most = {},
                                           .limit_rows = 1}));
    if (taken.empty()) return serial;
    // The series itself may have given it out after we read it: a set that was on its way then. To
    // go on from an old row would skip the numbers between.
    LIENTHONG_ASSIGN_OR_RETURN(const SeriesRow fresh, ReadSeries(store, key.first, key.second));
    if (fresh.version <= row.version) continue;
    row = fresh;
    serial = fresh.last_serial;
  }
}

absl::Status Numbering::Allocate(store::Store& store, std::string_view agency, absl::CivilDay day,
                                 const std::function<void(Allocation)>& submit, int count) {
  if (rules_.may_issue && !rules_.may_issue(agency, day)) return AgencyEnded(agency, day);
  const Key key(agency, day);
  Series& series = Find(key);
  const std::lock_guard lock(series.mutex);
  if (TakeStale(key) || !series.loaded) {
    LIENTHONG_ASSIGN_OR_RETURN(series.row, ReadSeries(store, agency, day));
    series.loaded = true;
  }
  const int64_t epoch = store.Info().epoch;
  if (series.row.IsClosed(epoch, day)) {
    Invalidate(agency, day);  // who opens it may be another process
    return SeriesClosed(agency, day);
  }
  SeriesRow next = series.row;
  Allocation allocation;
  while (static_cast<int>(allocation.codes.size()) < count) {
    const int64_t version = next.version;
    LIENTHONG_ASSIGN_OR_RETURN(next.last_serial, FindFree(store, key, next));
    if (next.version != version) allocation.codes.clear();  // those before were given out meanwhile
    allocation.codes.push_back(
        rules_.patterns.For(agency, day).Format(agency, day, next.last_serial));
  }
  allocation.code = allocation.codes.front();
  allocation.condition = {Table::kSeries, {key.first, domain::SeriesDay(day)}, next.version};
  allocation.mutation = PutSeries(agency, day, next.last_serial, epoch);
  submit(std::move(allocation));
  next.version += 1;
  next.epoch = epoch;
  series.row = next;
  return absl::OkStatus();
}

void Numbering::Invalidate(std::string_view agency, absl::CivilDay day) {
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
