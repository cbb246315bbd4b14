#include "gateway/core/due_list.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::core {

using store::Row;
using store::Table;

DueList::DueList(const Engine& engine, const ReportScope& scope, storage::v1::DueKind kind)
    : engine_(engine) {
  const auto number = static_cast<int64_t>(kind);
  if (scope.all) {
    streams_.push_back({kDueByTimeIndex, {number}});
    return;
  }
  for (const std::string& agency : scope.agencies) {
    streams_.push_back({kDueByAgencyIndex, {agency, number}});
  }
}

absl::StatusOr<std::vector<DueRow>> DueList::Read(const DuePosition& behind, int64_t limit) const {
  std::vector<DueRow> rows;
  for (const Stream& stream : streams_) {
    LIENTHONG_RETURN_IF_ERROR(ReadStream(stream, behind, limit, rows));
  }
  std::sort(rows.begin(), rows.end(), [](const DueRow& one, const DueRow& other) {
    return DuePosition{one.due_us, one.dossier_id} < DuePosition{other.due_us, other.dossier_id};
  });
  if (static_cast<int64_t>(rows.size()) > limit) rows.resize(static_cast<size_t>(limit));
  return rows;
}

absl::Status DueList::ReadStream(const Stream& stream, const DuePosition& behind, int64_t limit,
                                 std::vector<DueRow>& rows) const {
  store::Values same = stream.prefix;  // the rest of what is due at that instant
  same.emplace_back(behind.due_us);
  store::Scan scan{.table = Table::kDue,
                   .index = stream.index,
                   .prefix = std::move(same),
                   .after = behind.dossier_id,
                   .limit_rows = limit};
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rest, engine_.store.Read(scan));
  for (const Row& row : rest) rows.push_back(ReadDueRow(row));
  scan.prefix = stream.prefix;
  scan.after = behind.due_us;
  scan.limit_rows = limit - static_cast<int64_t>(rest.size());
  if (scan.limit_rows <= 0) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> later, engine_.store.Read(scan));
  for (const Row& row : later) rows.push_back(ReadDueRow(row));
  return absl::OkStatus();
}

}  // namespace lienthong::core
