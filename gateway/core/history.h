#ifndef LIENTHONG_GATEWAY_CORE_HISTORY_H_
#define LIENTHONG_GATEWAY_CORE_HISTORY_H_

#include <cstdint>
#include <map>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// How often a dossier entered each of its statuses, by the journal; the status that it began with
// counts as entered once. A dossier that went 4 -> 5 -> 4 has entered 4 twice.
using StatusEntries = std::map<dossier::v1::Status, int64_t>;

// Reads it from the journal, by pages. `code` is the shared code. PermissionDenied NOT_SHARED for
// what the caller may not see and for what does not exist.
absl::StatusOr<StatusEntries> CountStatusEntries(const Engine& engine,
                                                 const RequestContext& context,
                                                 std::string_view code);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_HISTORY_H_
