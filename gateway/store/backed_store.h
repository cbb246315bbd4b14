#ifndef LIENTHONG_GATEWAY_STORE_BACKED_STORE_H_
#define LIENTHONG_GATEWAY_STORE_BACKED_STORE_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/store/backend.h"
#include "gateway/store/committer.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// When a lease that another holds is granted.
enum class Leasing {
  kAtOnce,    // one process holds the tables: the other one has ended
  kWhenOver,  // several gateways share them
};

// A store over the tables of one kind: checks arguments, commits, wakes those who wait for the
// journal. DataLoss when what the tables hold does not fit together.
absl::StatusOr<std::unique_ptr<Store>> OpenBackedStore(std::string_view kind,
                                                       std::unique_ptr<Backend> backend,
                                                       CommitterOptions options = {},
                                                       Leasing leasing = Leasing::kAtOnce);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_BACKED_STORE_H_
