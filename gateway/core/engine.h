#ifndef LIENTHONG_GATEWAY_CORE_ENGINE_H_
#define LIENTHONG_GATEWAY_CORE_ENGINE_H_

#include <memory>

#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/random.h"
#include "gateway/core/numbering.h"
#include "gateway/core/papers.h"
#include "gateway/core/parties.h"
#include "gateway/core/timetables.h"
#include "gateway/domain/status_graph.h"
#include "gateway/store/sealer.h"
#include "gateway/store/store.h"

namespace lienthong::core {

// What the use cases work with. Everything outlives the engine and is thread-safe.
struct Engine {
  store::Store& store;
  const store::Sealer& sealer;
  const Clock& clock;
  Random& random;
  const Parties& parties;
  const domain::StatusGraph& graph;
  // Prepares a stale write again, away from the committer's thread; nullptr = in the caller's
  // thread (simulation).
  Executor* executor = nullptr;
  // Longest a use case waits for the store when its caller set no nearer deadline.
  absl::Duration commit_timeout = absl::Seconds(30);
  // nullptr: this gateway keeps no papers.
  const Papers* papers = nullptr;
  // nullptr: no deadline is computed.
  const Timetables* timetables = nullptr;
  // The numbers of this process; made with the engine.
  std::unique_ptr<Numbering> numbering = std::make_unique<Numbering>();
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_ENGINE_H_
