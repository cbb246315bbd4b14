#ifndef LIENTHONG_GATEWAY_SYNC_SETTLED_H_
#define LIENTHONG_GATEWAY_SYNC_SETTLED_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/engine.h"

// What an operator is told who comes too late: somebody has seen to it already.
namespace lienthong::sync {

// E.g. `discard by operator/lan at 2026-03-03T08:06:40+07:00 (given up)`; empty when nobody is
// known to have done anything to it. `dossier_id`: the dossier that it is of; 0: any.
absl::StatusOr<std::string> WhoSettled(const core::Engine& engine, int64_t dossier_id,
                                       const std::string& target);

// NOT_FOUND of a thing that was settled says so, and by whom. Others stay as they are.
absl::Status SaySettled(const core::Engine& engine, int64_t dossier_id, const std::string& target,
                        const absl::Status& status);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_SETTLED_H_
