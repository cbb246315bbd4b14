#ifndef LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_STORE_H_
#define LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_STORE_H_

#include <memory>

#include "gateway/store/backed_store.h"
#include "gateway/store/backend.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// A store that ends with the process, for tests. It obeys the same rules as the durable kinds.
std::unique_ptr<Store> OpenMemoryStore();

// The same without a thread of its own: Commit writes and calls `done` before it returns, and
// WaitForJournal never waits. A Commit from inside `done` runs after that `done` returned; a
// CommitAndWait from inside `done` would never be answered. For the simulation, also of several
// gateways that share it.
std::unique_ptr<Store> OpenMemoryStoreInline(Leasing leasing = Leasing::kAtOnce);

// The tables alone, for tests that put something between them and the store.
std::unique_ptr<Backend> NewMemoryBackend();

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_STORE_H_
