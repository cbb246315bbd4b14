#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/text.h"
#include "gateway/store/sqlite/checksum.h"
#include "gateway/store/sqlite/connection.h"
#include "gateway/store/sqlite/copying.h"
#include "gateway/store/sqlite/file.h"
#include "gateway/store/sqlite/log_mark.h"
#include "gateway/store/sqlite/reader_pool.h"
#include "gateway/store/sqlite/sql.h"
#include "gateway/store/sqlite/sqlite_store.h"

namespace lienthong::store {
namespace {

// Small steps: a long checkpoint is what the slowest commits wait for.
constexpr int kCheckpointPages = 1000;
// Readers that follow one another keep the log from starting over; from here on they wait a moment.
constexpr int kLogPagesMax = 20'000;

enum class Use : uint32_t { kVersion, kLastNumber, kPut, kDelete };

class SqliteBackend final : public Backend {
 public:
  SqliteBackend(std::string path, std::unique_ptr<FileLock> lock,
                std::unique_ptr<Connection> writer, std::unique_ptr<ReaderPool> readers,
                std::unique_ptr<LogMark> mark)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        writer_(std::move(writer)),
        readers_(std::move(readers)),
        mark_(std::move(mark)) {
    sqlite3_wal_hook(writer_->handle(), OnCommit, this);
  }

  absl::Status Begin() override { return writer_->Execute("BEGIN IMMEDIATE"); }

  absl::StatusOr<int64_t> VersionOf(Table table, const Values& key) override {
    LIENTHONG_ASSIGN_OR_RETURN(Statement* const statement, Writing(Use::kVersion, table));
    const ScopedReset reset(*statement);
    BindKey(table, key, *statement);
    const int code = statement->Step();
    if (code == SQLITE_ROW) return statement->Integer(0);
    if (code == SQLITE_DONE) return 0;
    return writer_->Error(code);
  }

  absl::StatusOr<int64_t> LastNumber(Table table, const Row& row) override {
    LIENTHONG_ASSIGN_OR_RETURN(Statement* const statement, Writing(Use::kLastNumber, table));
    const ScopedReset reset(*statement);
    BindColumns(row.columns, Describe(table).key_columns - 1, *statement);
    const int code = statement->Step();
    return code == SQLITE_ROW ? absl::StatusOr<int64_t>(statement->Integer(0))
                              : writer_->Error(code);
  }

  absl::Status Put(Table table, const Row& row) override {
    LIENTHONG_ASSIGN_OR_RETURN(Statement* const statement, Writing(Use::kPut, table));
    int position = 0;
    for (const Value& value : row.columns) statement->Bind(++position, value);
    const std::string stored = WithChecksum(row.columns, row.body);
    statement->BindBody(++position, stored);
    return Run(*statement);
  }

  absl::Status Delete(Table table, const Row& row) override {
    LIENTHONG_ASSIGN_OR_RETURN(Statement* const statement, Writing(Use::kDelete, table));
    BindKey(table, row.columns, *statement);
    return Run(*statement);
  }

  absl::Status CommitBatch() override {
    LIENTHONG_RETURN_IF_ERROR(writer_->Execute("COMMIT"));
    return mark_->Note(log_pages_);
  }

  void Rollback() override {
    // Some errors have rolled back already.
    if (sqlite3_get_autocommit(writer_->handle()) != 0) return;
    sqlite3_exec(writer_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  absl::Status Tend() override {
    if (log_pages_ - checkpointed_at_ < kCheckpointPages) return absl::OkStatus();
    checkpointed_at_ = log_pages_;
    PassFailpoint(Failpoint::kCheckpointBegun);
    absl::Status status;
    if (log_pages_ <= kLogPagesMax) {
      status = Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    } else {
      readers_->WhileIdle([&] { status = Checkpoint(SQLITE_CHECKPOINT_RESTART); });
    }
    PassFailpoint(Failpoint::kCheckpointEnded);
    return status;
  }

  absl::StatusOr<std::unique_ptr<Copying>> BeginCopy(const std::string& path) override {
    return BeginSqliteCopy(*writer_, path);
  }

  StoreSize Size() const override {
    StoreSize size;
    std::error_code error;
    for (const char* part : {"", "-wal"}) {
      const auto bytes = std::filesystem::file_size(StrCat(path_, part), error);
      if (!error) size.used_bytes += static_cast<int64_t>(bytes);
    }
    const auto space = std::filesystem::space(std::filesystem::path(path_).parent_path(), error);
    if (!error) size.free_bytes = static_cast<int64_t>(space.available);
    return size;
  }

  absl::StatusOr<Row> Get(Table table, const Values& key) const override {
    return readers_->Get(table, key);
  }
  absl::StatusOr<std::vector<Row>> Read(const Scan& scan) const override {
    return readers_->Read(scan);
  }
  absl::StatusOr<int64_t> Count(const Scan& scan) const override { return readers_->Count(scan); }

 private:
  static int OnCommit(void* self, sqlite3* /*database*/, const char* /*schema*/, int log_pages) {
    auto* backend = static_cast<SqliteBackend*>(self);
    // The log started over from its beginning.
    if (log_pages < backend->log_pages_) backend->checkpointed_at_ = 0;
    backend->log_pages_ = log_pages;
    return SQLITE_OK;
  }

  absl::StatusOr<Statement*> Writing(Use use, Table table) {
    const uint32_t key = static_cast<uint32_t>(use) << 8 | static_cast<uint32_t>(table);
    return writer_->Cached(key, [&] {
      switch (use) {
        case Use::kVersion:
          return SelectVersionSql(table);
        case Use::kLastNumber:
          return SelectLastNumberSql(table);
        case Use::kPut:
          return UpsertSql(table);
        case Use::kDelete:
          break;
      }
      return DeleteSql(table);
    });
  }

  absl::Status Checkpoint(int mode) {
    int frames = 0;
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(writer_->handle(), "main", mode, &frames, &copied);
    if (code == SQLITE_OK && frames == copied) return mark_->LetGo();
    // A reader that was in the way: what is left is taken the next time.
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return absl::OkStatus();
    return writer_->Error(code);
  }

  static void BindColumns(const Values& values, int columns, Statement& statement) {
    for (int i = 0; i < columns; ++i) statement.Bind(i + 1, values[i]);
  }

  static void BindKey(Table table, const Values& values, Statement& statement) {
    BindColumns(values, Describe(table).key_columns, statement);
  }

  absl::Status Run(Statement& statement) {
    const ScopedReset reset(statement);
    const int code = statement.Step();
    return code == SQLITE_DONE ? absl::OkStatus() : writer_->Error(code);
  }

  const std::string path_;
  // In this order: the mark goes first, then the readers, so that it is the writer that empties the
  // log; the lock goes last.
  const std::unique_ptr<FileLock> lock_;
  const std::unique_ptr<Connection> writer_;
  const std::unique_ptr<ReaderPool> readers_;
  const std::unique_ptr<LogMark> mark_;
  int log_pages_ = 0;
  int checkpointed_at_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backend>> OpenSqliteBackend(const SqliteOptions& options) {
  if (options.path.empty()) {
    return absl::FailedPreconditionError(
        "the store has no path; write sqlite:/var/lib/lienthong/gateway.db");
  }
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock, FileLock::Take(options.path));
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> writer, OpenWriter(options.path));
  if (options.pages_max > 0) {
    LIENTHONG_RETURN_IF_ERROR(
        writer->QueryInteger(StrCat("PRAGMA max_page_count=", options.pages_max)).status());
  }
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<ReaderPool> readers,
                             ReaderPool::Open(options.path, std::max(1, options.readers)));
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<LogMark> mark, LogMark::Open(options.path));
  return std::make_unique<SqliteBackend>(options.path, std::move(lock), std::move(writer),
                                         std::move(readers), std::move(mark));
}

}  // namespace lienthong::store
