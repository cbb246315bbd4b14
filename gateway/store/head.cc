#include "gateway/store/head.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::store {
namespace {

constexpr std::string_view kHeadName = "store/head";
constexpr std::string_view kEpochName = "store/epoch";
constexpr std::string_view kStorePrefix = "store/";
constexpr std::string_view kLeasePrefix = "lease/";
constexpr std::string_view kLeaseEndPrefix = "lease-end/";
constexpr int64_t kFirstEpoch = 1;

Values MetaKey(std::string_view name) { return {std::string(name)}; }

Row EpochRow(int64_t epoch) { return {MetaKey(kEpochName), 0, StrCat(epoch)}; }

absl::Status Create(Backend& backend) {
  LIENTHONG_RETURN_IF_ERROR(backend.Begin());
  absl::Status status = backend.Put(Table::kMeta, EpochRow(kFirstEpoch));
  if (status.ok()) status = backend.Put(Table::kMeta, HeadRow(Head{}));
  if (status.ok()) status = backend.CommitBatch();
  if (!status.ok()) backend.Rollback();
  return status;
}

absl::Status CheckJournalEnd(const Backend& backend, int64_t last_sequence) {
  Scan newest{.table = Table::kJournal};
  newest.limit_rows = 1;
  newest.descending = true;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, backend.Read(newest));
  const int64_t found = rows.empty() ? 0 : std::get<int64_t>(rows[0].columns[0]);
  if (found == last_sequence) return absl::OkStatus();
  return StoreCorrupt(StrCat("the journal ends at ", found, ", the head says ", last_sequence));
}

}  // namespace

bool IsReservedName(std::string_view name) {
  return name.starts_with(kStorePrefix) || name.starts_with(kLeasePrefix) ||
         name.starts_with(kLeaseEndPrefix);
}

Values LeaseKey(std::string_view link) { return {StrCat(kLeasePrefix, link)}; }
Values LeaseEndKey(std::string_view link) { return {StrCat(kLeaseEndPrefix, link)}; }

Row HeadRow(const Head& head) {
  return {MetaKey(kHeadName), 0, head.frontier.ToProto().SerializeAsString()};
}

absl::StatusOr<OpenedHead> OpenHead(Backend& backend) {
  LIENTHONG_ASSIGN_OR_RETURN(Row epoch_row, backend.Get(Table::kMeta, MetaKey(kEpochName)));
  if (epoch_row.version == 0) {
    LIENTHONG_RETURN_IF_ERROR(CheckJournalEnd(backend, 0));
    LIENTHONG_RETURN_IF_ERROR(Create(backend));
    return OpenedHead{Head{}, kFirstEpoch};
  }
  OpenedHead opened;
  if (!absl::SimpleAtoi(epoch_row.body, &opened.epoch) || opened.epoch < kFirstEpoch) {
    return StoreCorrupt("store/epoch is not a number");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Row head_row, backend.Get(Table::kMeta, MetaKey(kHeadName)));
  storage::v1::Frontier frontier;
  if (head_row.version == 0 || !frontier.ParseFromString(head_row.body)) {
    return StoreCorrupt("store/head is missing or cannot be read");
  }
  LIENTHONG_ASSIGN_OR_RETURN(opened.head.frontier, evidence::Frontier::FromProto(frontier));
  LIENTHONG_RETURN_IF_ERROR(CheckJournalEnd(backend, opened.head.last_sequence()));
  return opened;
}

// The time tells two restores of one backup apart: what was written after the first would count as
// written after the second.
absl::StatusOr<WriteSet> RaisedEpoch(const Backend& backend, absl::Time now, int64_t* epoch) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, backend.Get(Table::kMeta, MetaKey(kEpochName)));
  int64_t former = 0;
  if (!absl::SimpleAtoi(row.body, &former)) return StoreCorrupt("store/epoch is not a number");
  *epoch = std::max(former + 1, absl::ToUnixSeconds(now));
  WriteSet set;
  set.conditions.push_back({Table::kMeta, MetaKey(kEpochName), row.version});
  set.mutations.push_back({Mutation::Kind::kPut, Table::kMeta, EpochRow(*epoch)});
  return set;
}

}  // namespace lienthong::store
