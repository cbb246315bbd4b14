#ifndef LIENTHONG_GATEWAY_SYNC_ACT_LIST_H_
#define LIENTHONG_GATEWAY_SYNC_ACT_LIST_H_

#include <cstdint>

#include "absl/status/status.h"
#include "gateway/core/engine.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// Adds to the first page of a dossier's acts those that its journal has: corrections, voiding, a
// replaced procedure, joining and parting, whoever did them. Those that the page has already are
// not there twice; in the order of the page.
absl::Status AddReasonedActs(const core::Engine& engine, int64_t dossier_id, bool newest_first,
                             v1::ListActsResponse& page);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_ACT_LIST_H_
