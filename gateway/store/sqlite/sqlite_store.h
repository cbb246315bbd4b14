#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/store/backend.h"
#include "gateway/store/store.h"

namespace lienthong::store {

struct SqliteOptions {
  std::string path;
  int readers = 4;
  // The file takes no more than this and is then full, as its disk would be; 0 = no limit.
  int64_t pages_max = 0;
};

// Opens the store in one SQLite file, or makes it. FailedPrecondition in one line, with the path
// and what to do, when the file is not ours, cannot be used, or is in use.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options);

// The tables alone, for tests that put something between them and the store.
absl::StatusOr<std::unique_ptr<Backend>> OpenSqliteBackend(const SqliteOptions& options);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
