#include "gateway/store/sqlite/reader_pool.h"

#include <optional>
#include <utility>
#include <variant>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/store/sqlite/checksum.h"
#include "gateway/store/sqlite/sql.h"

namespace lienthong::store {
namespace {

enum class Use : uint32_t { kGet, kRead, kCount };

// Everything that shapes the SQL of a read, and nothing else.
uint32_t CacheKey(Use use, const Scan& scan) {
  uint32_t key = static_cast<uint32_t>(use);
  key = key << 8 | static_cast<uint32_t>(scan.table);
  key = key << 4 | static_cast<uint32_t>(scan.index);
  key = key << 4 | static_cast<uint32_t>(scan.prefix.size());
  key = key << 1 | static_cast<uint32_t>(scan.after.has_value());
  key = key << 1 | static_cast<uint32_t>(scan.at_most.has_value());
  return key << 1 | static_cast<uint32_t>(scan.descending);
}

void BindScan(const Scan& scan, Statement& statement) {
  int position = 0;
  for (const Value& value : scan.prefix) statement.Bind(++position, value);
  if (scan.after.has_value()) statement.Bind(++position, *scan.after);
  if (scan.at_most.has_value()) statement.Bind(++position, *scan.at_most);
  statement.Bind(++position, scan.limit_rows);
}

// Names a row by its number only: other keys may be codes that a caller is not to know.
absl::Status Damaged(Table table, const Row& row) {
  const auto* number = std::get_if<int64_t>(&row.columns[0]);
  return StoreCorrupt(StrCat("a row of ", Describe(table).name,
                             number == nullptr ? "" : StrCat(", ", *number, ","),
                             " is not what was written"));
}

absl::StatusOr<Row> RowOf(Table table, const Statement& statement) {
  Row row;
  int column = 0;
  for (const ColumnDescription& description : Describe(table).columns) {
    if (description.is_text) {
      row.columns.emplace_back(statement.Bytes(column));
    } else {
      row.columns.emplace_back(statement.Integer(column));
    }
    ++column;
  }
  row.version = statement.Integer(column);
  std::optional<std::string> body = CheckedBody(row.columns, statement.View(column + 1));
  if (!body.has_value()) return Damaged(table, row);
  row.body = *std::move(body);
  return row;
}

// Calls `take` for each row of a statement whose parameters are bound.
absl::Status ForEachRow(const Connection& connection, Statement& statement,
                        const std::function<absl::Status()>& take) {
  const ScopedReset reset(statement);
  int code = SQLITE_ROW;
  while ((code = statement.Step()) == SQLITE_ROW) LIENTHONG_RETURN_IF_ERROR(take());
  return code == SQLITE_DONE ? absl::OkStatus() : connection.Error(code);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReaderPool>> ReaderPool::Open(const std::string& path, int readers) {
  std::unique_ptr<ReaderPool> pool(new ReaderPool());
  for (int i = 0; i < readers; ++i) {
    LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> reader,
                               Connection::Open(path, Connection::Role::kReader));
    pool->free_.push_back(std::move(reader));
  }
  pool->readers_ = pool->free_.size();
  return pool;
}

absl::Status ReaderPool::With(const std::function<absl::Status(Connection&)>& work) {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [this] { return !paused_ && !free_.empty(); });
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  lock.unlock();
  absl::Status status = work(*connection);
  lock.lock();
  free_.push_back(std::move(connection));
  lock.unlock();
  // All: one of them may wait for every connection.
  freed_.notify_all();
  return status;
}

void ReaderPool::WhileIdle(const std::function<void()>& work) {
  std::unique_lock lock(mutex_);
  paused_ = true;
  freed_.wait(lock, [this] { return free_.size() == readers_; });
  work();
  paused_ = false;
  freed_.notify_all();
}

absl::StatusOr<Row> ReaderPool::Get(Table table, const Values& key) {
  Row row;
  Scan shape;
  shape.table = table;
  LIENTHONG_RETURN_IF_ERROR(With([&](Connection& connection) -> absl::Status {
    LIENTHONG_ASSIGN_OR_RETURN(
        Statement* const statement,
        connection.Cached(CacheKey(Use::kGet, shape), [&] { return SelectRowSql(table); }));
    for (size_t i = 0; i < key.size(); ++i) statement->Bind(static_cast<int>(i) + 1, key[i]);
    return ForEachRow(connection, *statement, [&]() -> absl::Status {
      LIENTHONG_ASSIGN_OR_RETURN(row, RowOf(table, *statement));
      return absl::OkStatus();
    });
  }));
  return row;
}

absl::StatusOr<std::vector<Row>> ReaderPool::Read(const Scan& scan) {
  std::vector<Row> rows;
  LIENTHONG_RETURN_IF_ERROR(With([&](Connection& connection) -> absl::Status {
    LIENTHONG_ASSIGN_OR_RETURN(
        Statement* const statement,
        connection.Cached(CacheKey(Use::kRead, scan), [&] { return ScanSql(scan); }));
    BindScan(scan, *statement);
    return ForEachRow(connection, *statement, [&]() -> absl::Status {
      LIENTHONG_ASSIGN_OR_RETURN(rows.emplace_back(), RowOf(scan.table, *statement));
      return absl::OkStatus();
    });
  }));
  return rows;
}

absl::StatusOr<int64_t> ReaderPool::Count(const Scan& scan) {
  int64_t count = 0;
  LIENTHONG_RETURN_IF_ERROR(With([&](Connection& connection) -> absl::Status {
    LIENTHONG_ASSIGN_OR_RETURN(
        Statement* const statement,
        connection.Cached(CacheKey(Use::kCount, scan), [&] { return CountSql(scan); }));
    BindScan(scan, *statement);
    return ForEachRow(connection, *statement, [&] {
      count = statement->Integer(0);
      return absl::OkStatus();
    });
  }));
  return count;
}

}  // namespace lienthong::store
