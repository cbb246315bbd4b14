#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_INSPECT_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_INSPECT_H_

#include <string>

#include "absl/status/statusor.h"
#include "gateway/store/catalogue.h"

namespace lienthong::store {

// What OpenSqliteStore would find at a path, without making or changing anything and without
// SQLite: the first bytes of the file are read as they are. FailedPrecondition in one line that
// names the path and what to do.
absl::StatusOr<StoreState> InspectSqliteFile(const std::string& path);

// Whether the file is a whole database, with the log beside it when there is one: that of the store
// that was replaced would ruin it. Reads all of the file.
// FailedPrecondition in one line that names the path and what to do.
absl::Status CheckRestoredFile(const std::string& path);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_INSPECT_H_
