#ifndef LIENTHONG_GATEWAY_CORE_STORE_CHECK_H_
#define LIENTHONG_GATEWAY_CORE_STORE_CHECK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/sealer.h"
#include "gateway/store/store.h"

namespace lienthong::core {

// Something in a store that does not fit together. Names rows, never what they say.
struct StoreFault {
  std::string table;
  std::string row;   // its key, e.g. `41`, or `city/41` of a lane
  std::string what;  // one line for an operator
};

inline constexpr size_t kStoreFaultsKept = 100;

struct StoreCheck {
  int64_t rows = 0;               // that were read
  int64_t last_sequence = 0;      // of the journal that was read
  int64_t faults = 0;             // all that were found
  std::vector<StoreFault> first;  // the first kStoreFaultsKept of them
};

// Told after each page: the table and how many of its rows were read. False ends the check.
using StoreCheckProgress = std::function<bool(std::string_view table, int64_t rows)>;

// Reads the whole store once and holds its parts against each other, while it is in use: every body
// opens; the journal has no gap and its leaves make the tree's root; each dossier is at the
// revision of its newest change, under every code that it has; the outcome of each request id names
// a change that this request made, and no two changes of one dossier are of one request; lanes and
// cursors are not ahead of what there is. Pages of rows, so that no read lasts long.
//
// Cancelled when `progress` says so; the store's errors.
absl::StatusOr<StoreCheck> CheckStore(const store::Store& store, const store::Sealer& sealer,
                                      const StoreCheckProgress& progress);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_STORE_CHECK_H_
