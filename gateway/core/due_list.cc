#include "gateway/core/due_list.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::core {

using store::Row;
using store::Table;

absl::StatusOr<std::vector<Row>> ReadBehind(const Engine& engine, Table table, int index,
                                            const store::Values& prefix, const DuePosition& behind,
                                            int64_t limit) {
  store::Values same = prefix;  // the rest of what is due at that instant
  same.emplace_back(behind.due_us);
  store::Scan scan{.table = table,
                   .index = index,
                   .prefix = std::move(same),
                   .after = behind.dossier_id,
                   .limit_rows = limit};
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<Row> rows, engine.store.Read(scan));
  scan.prefix = prefix;
  scan.after = behind.due_us;
  scan.limit_rows = limit - static_cast<int64_t>(rows.size());
  if (scan.limit_rows <= 0) return rows;
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<Row> later, engine.store.Read(scan));
  rows.insert(rows.end(), std::make_move_iterator(later.begin()),
              std::make_move_iterator(later.end()));
  return rows;
}

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
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<Row> found,
        ReadBehind(engine_, Table::kDue, stream.index, stream.prefix, behind, limit));
    for (const Row& row : found) rows.push_back(ReadDueRow(row));
  }
  std::sort(rows.begin(), rows.end(), [](const DueRow& one, const DueRow& other) {
    return DuePosition{one.due_us, one.dossier_id} < DuePosition{other.due_us, other.dossier_id};
  });
  if (static_cast<int64_t>(rows.size()) > limit) rows.resize(static_cast<size_t>(limit));
  return rows;
}

}  // namespace lienthong::core
