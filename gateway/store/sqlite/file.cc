#include "gateway/store/sqlite/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/text.h"
#include "gateway/store/sqlite/log_mark.h"
#include "gateway/store/sqlite/sql.h"
#include "gateway/store/tables.h"

namespace lienthong::store {
namespace {

constexpr mode_t kOwnerOnly = 0600;

absl::Status Unusable(const std::string& path, std::string_view problem) {
  return absl::FailedPreconditionError(StrCat("store ", path, ": ", problem));
}

// Empty when the file holds no number, as while its holder starts.
std::string HolderOf(int descriptor) {
  char text[24] = {};
  const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
  const std::string_view pid(text, size > 0 ? size : 0);
  return pid.empty() ? "" : StrCat(" (pid ", pid.substr(0, pid.find('\n')), ")");
}

// Root can open every file, and what it makes beside the store the gateway's user cannot: the next
// start would fail.
absl::Status CheckUser(const std::string& path) {
  struct stat place {};
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (geteuid() != 0 || (stat(path.c_str(), &place) != 0 && stat(folder.c_str(), &place) != 0)) {
    return absl::OkStatus();
  }
  if (place.st_uid == 0) return absl::OkStatus();
  return Unusable(path, StrCat("belongs to user ", place.st_uid,
                               ", and what root makes beside it that user could not open; run this "
                               "as the gateway's user: `setpriv --reuid=",
                               place.st_uid, " --regid=", place.st_gid,
                               " --clear-groups lienthongd "
                               "…`"));
}

absl::Status MakeFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return Unusable(path, StrCat("cannot be opened for writing: ", std::strerror(errno),
                                 "; create the folder and give it to the gateway's user"));
  }
  close(descriptor);
  return absl::OkStatus();
}

// What SQLite says about a file that cannot be opened, as something an operator can act on.
absl::Status Explain(const std::string& path, const absl::Status& problem) {
  if (absl::IsDataLoss(problem)) {
    return Unusable(path, StrCat("is not an intact SQLite database; restore a backup or choose "
                                 "another path. ",
                                 ToStd(problem.message())));
  }
  if (absl::IsUnavailable(problem)) {
    return Unusable(
        path, StrCat("another program holds it; close that program. ", ToStd(problem.message())));
  }
  return Unusable(
      path, StrCat("cannot be read; check the file and its folder. ", ToStd(problem.message())));
}

absl::Status CreateIfMissing(Connection& writer, const SchemaItem& item) {
  LIENTHONG_ASSIGN_OR_RETURN(
      const int64_t there, writer.QueryInteger(StrCat(
                               "SELECT COUNT(*) FROM sqlite_schema WHERE name='", item.name, "'")));
  return there == 0 ? writer.Execute(item.sql) : absl::OkStatus();
}

// Every version so far only added tables.
int64_t VersionThatBrought(Table table) {
  switch (table) {
    case Table::kContent:
    case Table::kFetch:
      return 2;
    case Table::kAdopted:
      return 3;
    case Table::kEarly:
    case Table::kAct:
    case Table::kSettled:
      return 4;
    case Table::kTask:
    case Table::kNotice:
    case Table::kRun:
    case Table::kFinding:
      return 5;
    case Table::kCatalogue:
    case Table::kBlock:
    case Table::kCollision:
    case Table::kFingerprint:
    case Table::kSuspect:
      return 6;
    case Table::kDue:
    case Table::kDefect:
    case Table::kDispatch:
      return 7;
    default:
      return 1;
  }
}

// Nothing else is made: a table that a file should have had before is not replaced by an empty one.
absl::Status Migrate(Connection& writer, int64_t version) {
  LIENTHONG_RETURN_IF_ERROR(writer.Execute("BEGIN IMMEDIATE"));
  PassFailpoint(Failpoint::kMigrationBegun);
  for (const SchemaItem& item : SchemaItems()) {
    if (VersionThatBrought(item.table) <= version) continue;
    LIENTHONG_RETURN_IF_ERROR(CreateIfMissing(writer, item));
    PassFailpoint(Failpoint::kMigrationTable);
  }
  LIENTHONG_RETURN_IF_ERROR(writer.Execute(StrCat("PRAGMA application_id=", kApplicationId)));
  LIENTHONG_RETURN_IF_ERROR(writer.Execute(StrCat("PRAGMA user_version=", kSchemaVersion)));
  PassFailpoint(Failpoint::kMigrationWritten);
  LIENTHONG_RETURN_IF_ERROR(writer.Execute("COMMIT"));
  PassFailpoint(Failpoint::kMigrationDurable);
  return absl::OkStatus();
}

// A forgotten migration shows here and not in a query later.
absl::Status CheckSchema(const std::string& path, Connection& writer) {
  for (const SchemaItem& item : SchemaItems()) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::string sql,
        writer.QueryText(StrCat("SELECT sql FROM sqlite_schema WHERE name='", item.name, "'")));
    if (sql == item.sql) continue;
    return Unusable(path, StrCat("its table or index ", item.name,
                                 " is not as this version makes it; use the version that wrote "
                                 "it, or restore a backup"));
  }
  return absl::OkStatus();
}

// Whether SQLite, which reads the log when it is first asked for anything, has found all of it.
absl::Status CheckLog(const std::string& path, const MarkedLog& marked, Connection& writer) {
  // A start that fails before the end of this leaves the log as it is, so that the mark fits to it.
  sqlite3_db_config(writer.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const auto mode = writer.QueryText("PRAGMA journal_mode");
  if (!mode.ok()) return Explain(path, mode.status());
  int frames = 0;
  const int code = sqlite3_wal_checkpoint_v2(writer.handle(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             &frames, nullptr);
  if (code != SQLITE_OK) return Explain(path, writer.Error(code));
  absl::Status good = CheckMarkedLog(marked, frames);
  if (good.ok()) good = LetGoOfMark(path);
  if (!good.ok()) return Unusable(path, ToStd(good.message()));
  sqlite3_db_config(writer.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return absl::OkStatus();
}

absl::Status Prepare(const std::string& path, Connection& writer) {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, writer.QueryInteger("PRAGMA application_id"));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t version, writer.QueryInteger("PRAGMA user_version"));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t items,
                             writer.QueryInteger("SELECT COUNT(*) FROM sqlite_schema"));
  const bool empty = id == 0 && version == 0 && items == 0;
  if (!empty && id != kApplicationId) {
    return Unusable(path, "is an SQLite database of another program; choose another path");
  }
  if (version > kSchemaVersion) {
    return Unusable(path, StrCat("was written by a newer version (schema ", version,
                                 ", this one knows ", kSchemaVersion, "); install that version"));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::string mode, writer.QueryText("PRAGMA journal_mode=WAL"));
  if (mode != "wal") {
    return Unusable(path, "its file system has no shared memory; choose a local disk");
  }
  if (version < kSchemaVersion) LIENTHONG_RETURN_IF_ERROR(Migrate(writer, version));
  return CheckSchema(path, writer);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(const std::string& database_path) {
  LIENTHONG_RETURN_IF_ERROR(CheckUser(database_path));
  const std::string path = StrCat(database_path, ".lock");
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return Unusable(database_path,
                    StrCat("its lock file ", path, " cannot be opened: ", std::strerror(errno),
                           "; create the folder, and give both to the gateway's user"));
  }
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return Unusable(database_path, StrCat("is in use by another gateway", HolderOf(descriptor),
                                          "; stop it or choose another path"));
  }
  const std::string pid = StrCat(getpid(), "\n");
  // The number only helps to read the message above; the lock is what counts.
  if (ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(descriptor, pid.data(), pid.size(), 0);
  }
  return lock;
}

FileLock::~FileLock() { close(descriptor_); }

absl::StatusOr<std::unique_ptr<Connection>> OpenWriter(const std::string& path) {
  LIENTHONG_RETURN_IF_ERROR(MakeFile(path));
  const absl::StatusOr<MarkedLog> marked = ReadMarkedLog(path);
  if (!marked.ok()) return Unusable(path, ToStd(marked.status().message()));
  auto writer = Connection::Open(path, Connection::Role::kWriter);
  if (!writer.ok()) return Explain(path, writer.status());
  if (absl::Status status = CheckLog(path, *marked, **writer); !status.ok()) return status;
  if (absl::Status status = Prepare(path, **writer); !status.ok()) {
    return absl::IsFailedPrecondition(status) ? status : Explain(path, status);
  }
  return writer;
}

}  // namespace lienthong::store
