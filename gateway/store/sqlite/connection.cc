#include "gateway/store/sqlite/connection.h"

#include <utility>
#include <variant>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/text.h"

namespace lienthong::store {
namespace {

constexpr int kBusyTimeoutMs = 200;
constexpr absl::Duration kRetryAfterDiskFull = absl::Seconds(5);

// wal_autocheckpoint=0 everywhere: only the writer checkpoints, between commits. SQLite 3.40 may
// lose pages when a second connection checkpoints while the first one writes (sqlite.org/wal.html).
// Debian switches secure_delete on, which writes freed pages again.
constexpr char kCommonPragmas[] =
    "PRAGMA wal_autocheckpoint=0;"
    "PRAGMA mmap_size=0;"
    "PRAGMA secure_delete=OFF;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA temp_store=MEMORY;";
constexpr char kWriterPragmas[] = "PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;";
constexpr char kReaderPragmas[] = "PRAGMA query_only=ON; PRAGMA cache_size=-8192;";

}  // namespace

void Statement::Bind(int position, int64_t value) {
  sqlite3_bind_int64(statement_.get(), position, value);
}

void Statement::Bind(int position, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement_.get(), position, text->data(), text->size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  } else {
    Bind(position, std::get<int64_t>(value));
  }
}

void Statement::BindBody(int position, std::string_view body) {
  // A null pointer would bind NULL, which is not an empty body.
  const char* data = body.data() == nullptr ? "" : body.data();
  sqlite3_bind_blob64(statement_.get(), position, data, body.size(), SQLITE_STATIC);
}

std::string_view Statement::View(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<size_t>(size)};
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Role role) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return connection->Error(code);
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  LIENTHONG_RETURN_IF_ERROR(connection->Execute(kCommonPragmas));
  LIENTHONG_RETURN_IF_ERROR(
      connection->Execute(role == Role::kWriter ? kWriterPragmas : kReaderPragmas));
  if (IsPlanted(PlantedBug::kSyncLess)) {
    LIENTHONG_RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous=NORMAL"));
  }
  return connection;
}

absl::Status Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::StatusOr<int64_t> Connection::QueryInteger(const std::string& sql) {
  LIENTHONG_ASSIGN_OR_RETURN(Statement statement, Prepare(sql, 0));
  const int code = statement.Step();
  if (code == SQLITE_ROW) return statement.Integer(0);
  if (code == SQLITE_DONE) return 0;
  return Error(code);
}

absl::StatusOr<std::string> Connection::QueryText(const std::string& sql) {
  LIENTHONG_ASSIGN_OR_RETURN(Statement statement, Prepare(sql, 0));
  const int code = statement.Step();
  if (code == SQLITE_ROW) return statement.Bytes(0);
  if (code == SQLITE_DONE) return "";
  return Error(code);
}

absl::StatusOr<Statement*> Connection::Cached(uint32_t key,
                                              const std::function<std::string()>& sql) {
  std::unique_ptr<Statement>& kept = cached_[key];
  if (kept == nullptr) {
    LIENTHONG_ASSIGN_OR_RETURN(Statement made, Prepare(sql(), SQLITE_PREPARE_PERSISTENT));
    kept = std::make_unique<Statement>(std::move(made));
  }
  return kept.get();
}

absl::StatusOr<Statement> Connection::Prepare(const std::string& sql, unsigned flags) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      flags, &statement, nullptr);
  if (code != SQLITE_OK) return Error(code);
  return Statement(statement);
}

absl::Status Connection::Error(int code) const {
  // SQLite's texts name tables and columns, never bound values.
  const std::string text = StrCat("SQLite: ", sqlite3_errmsg(database_.get()), " (", code, ")");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Busy("the disk or the file of the store is full", kRetryAfterDiskFull);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreCorrupt(text);
    default:
      return absl::InternalError(text);
  }
}

}  // namespace lienthong::store
