#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_COPYING_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_COPYING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/store/backend.h"
#include "gateway/store/sqlite/connection.h"

namespace lienthong::store {

// Begins a copy of what `writer` writes to. Made by the connection that writes, so that its own
// changes go into what was copied already, and no second one stands in the way of a checkpoint.
absl::StatusOr<std::unique_ptr<Copying>> BeginSqliteCopy(Connection& writer,
                                                         const std::string& path);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_COPYING_H_
