#ifndef LIENTHONG_GATEWAY_CORE_PSEUDONYM_KEY_H_
#define LIENTHONG_GATEWAY_CORE_PSEUDONYM_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"

namespace lienthong::core {

// The key of the pseudonyms by which logs speak of dossiers (base/pseudonym.h): a random one, made
// when a store is first used and kept in it. The store's errors.
absl::StatusOr<std::string> PseudonymKey(Engine& engine);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_PSEUDONYM_KEY_H_
