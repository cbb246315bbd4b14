#ifndef LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_

#include <memory>
#include <vector>

#include "gateway/core/dispatch.h"
#include "gateway/core/engine.h"
#include "gateway/core/quality.h"
#include "gateway/server/chore.h"

namespace lienthong {

// Starts what the gateway does by itself, beside its links. What is given outlives the
// chores.
std::vector<std::unique_ptr<Chore>> StartChores(core::Engine& engine, core::Dispatch& dispatch,
                                                core::Quality& quality);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CHORE_SETUP_H_
