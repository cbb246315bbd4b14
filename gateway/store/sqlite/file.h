#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_FILE_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/sqlite/connection.h"

namespace lienthong::store {

// "LTHN": marks a file as ours.
inline constexpr int kApplicationId = 0x4c54484e;
inline constexpr int kSchemaVersion = 7;

// Keeps every other process, and every other store of this one, from opening the same database.
// Held on a file of its own beside it, because SQLite drops all locks of a process on a file that
// the process closes. Ends with the process.
class FileLock final {
 public:
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& database_path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

// The connection that writes and checkpoints, to a file that is there, ours, and of our version:
// makes the file when there is none, readable by its owner only, and brings an older one up to
// date. FailedPrecondition in one line that names the path and what to do.
absl::StatusOr<std::unique_ptr<Connection>> OpenWriter(const std::string& path);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_FILE_H_
