#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_CONNECTION_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// A prepared statement. What is bound must live until Reset.
class Statement final {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // Positions count from 1, as in the SQL.
  void Bind(int position, int64_t value);
  void Bind(int position, const Value& value);
  void BindBody(int position, std::string_view body);
  // SQLITE_ROW, SQLITE_DONE or an error.
  int Step() { return sqlite3_step(statement_.get()); }
  void Reset() { sqlite3_reset(statement_.get()); }

  // Columns of the row, counted from 0.
  int64_t Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  std::string Bytes(int column) const { return std::string(View(column)); }
  // Until the next step.
  std::string_view View(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Resets a cached statement when its use ends, so that it holds no snapshot.
class ScopedReset final {
 public:
  explicit ScopedReset(Statement& statement) : statement_(statement) {}
  ~ScopedReset() { statement_.Reset(); }
  ScopedReset(const ScopedReset&) = delete;
  ScopedReset& operator=(const ScopedReset&) = delete;

 private:
  Statement& statement_;
};

// One connection to one file, used by one thread at a time, with its prepared statements.
//
// Errors: ResourceExhausted when the disk is full, Unavailable when another program holds the file,
// DataLoss when the file is damaged or is no database, Internal for all else.
class Connection final {
 public:
  enum class Role { kWriter, kReader };
  // The file must exist.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, Role role);

  absl::Status Execute(const std::string& sql);
  // The first column of the first row; 0 and "" when there is no row.
  absl::StatusOr<int64_t> QueryInteger(const std::string& sql);
  absl::StatusOr<std::string> QueryText(const std::string& sql);
  // The statement kept under `key`, made from `sql` when it is first asked for.
  absl::StatusOr<Statement*> Cached(uint32_t key, const std::function<std::string()>& sql);

  // What a result code other than OK, ROW and DONE means.
  absl::Status Error(int code) const;
  sqlite3* handle() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  explicit Connection(sqlite3* database) : database_(database) {}
  absl::StatusOr<Statement> Prepare(const std::string& sql, unsigned flags);

  std::unique_ptr<sqlite3, Close> database_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<Statement>> cached_;  // goes before the connection
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_CONNECTION_H_
