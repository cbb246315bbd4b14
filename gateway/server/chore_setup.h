#ifndef LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_

#include <memory>
#include <vector>

#include "gateway/core/engine.h"
#include "gateway/server/chore.h"

namespace lienthong {

// Starts what the gateway does by itself, beside its links. The engine outlives the chores.
std::vector<std::unique_ptr<Chore>> StartChores(core::Engine& engine);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_
