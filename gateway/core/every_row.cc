#include "gateway/core/every_row.h"

#include <optional>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"

namespace lienthong::core {
namespace {

using store::Row;
using store::Scan;
using store::Value;
using store::Values;
using Visit = std::function<absl::Status(const Row&)>;

constexpr int64_t kPageRows = 1000;

// A scan goes on after a value of one column, so the rows that share the last value of a full page
// are read as a whole of their own.
absl::Status Walk(const store::Store& store, store::Table table, const Values& prefix,
                  const Visit& visit) {
  const size_t column = prefix.size();
  const bool unique = column + 1 == static_cast<size_t>(store::Describe(table).key_columns);
  Scan page{.table = table, .prefix = prefix, .limit_rows = kPageRows};
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, store.Read(page));
    const bool full = static_cast<int64_t>(rows.size()) == kPageRows;
    std::optional<Value> shared;
    if (full && !unique) shared = rows.back().columns[column];
    for (const Row& row : rows) {
      if (shared.has_value() && row.columns[column] == *shared) break;
      LIENTHONG_RETURN_IF_ERROR(visit(row));
    }
    if (!full) return absl::OkStatus();
    if (shared.has_value()) {
      Values longer = prefix;
      longer.push_back(*shared);
      LIENTHONG_RETURN_IF_ERROR(Walk(store, table, longer, visit));
    }
    page.after = rows.back().columns[column];
  }
}

}  // namespace

absl::Status ForEveryRow(const store::Store& store, store::Table table, const Visit& visit) {
  return Walk(store, table, {}, visit);
}

}  // namespace lienthong::core
