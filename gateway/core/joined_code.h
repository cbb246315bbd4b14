#ifndef LIENTHONG_GATEWAY_CORE_JOINED_CODE_H_
#define LIENTHONG_GATEWAY_CORE_JOINED_CODE_H_

#include <string_view>

#include "absl/status/status.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"

namespace lienthong::core {

// Whether a code that finds a dossier is its own. DOSSIER_JOINED when it is that of another one,
// which was joined into it: what somebody knew of that one need not be so of this one.
absl::Status CheckOwnCode(const Engine& engine, const StoredDossier& stored, std::string_view code);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_JOINED_CODE_H_
