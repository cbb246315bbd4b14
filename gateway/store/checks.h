#ifndef LIENTHONG_GATEWAY_STORE_CHECKS_H_
#define LIENTHONG_GATEWAY_STORE_CHECKS_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "gateway/store/store.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// What the arguments of a store must look like, checked once for all kinds. InvalidArgument is
// always a mistake of our own code; it names the table and the column, never a value.
absl::Status CheckKey(Table table, const Values& key);
absl::Status CheckScan(const Scan& scan);
// A set as it comes in: shapes, and no writes to what only the store writes (the journal, its own
// rows in kMeta).
absl::Status CheckSet(const WriteSet& set);
absl::Status CheckMutation(const Mutation& mutation);

// About how much memory a set holds while it waits.
size_t BytesOf(const WriteSet& set);

// The columns a scan walks: those of its index, then those of the primary key that it lacks, so
// that the order is total and the same in every kind.
std::vector<int> ScanColumns(Table table, int index);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_CHECKS_H_
