#ifndef LIENTHONG_GATEWAY_CORE_EVERY_ROW_H_
#define LIENTHONG_GATEWAY_CORE_EVERY_ROW_H_

#include <functional>

#include "absl/status/status.h"
#include "gateway/store/store.h"

namespace lienthong::core {

// Visits all rows of a table in the order of their keys, by pages; those that come or go meanwhile
// may or may not be among them. Ends with the first error of `visit`, or of the store.
absl::Status ForEveryRow(const store::Store& store, store::Table table,
                         const std::function<absl::Status(const store::Row&)>& visit);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_EVERY_ROW_H_
