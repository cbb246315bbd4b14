#ifndef LIENTHONG_GATEWAY_SYNC_COVERAGE_H_
#define LIENTHONG_GATEWAY_SYNC_COVERAGE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// What of the schema a link's counterpart has a place for, by what its adapter tells of its
// mapping: every field but those that only the gateway itself uses, and of an enum the values that
// have no code there. Unimplemented when the adapter tells nothing. Pure.
absl::StatusOr<v1::MappingCoverage> CoverageOf(std::string_view link,
                                               const adapter::v1::MappingDescription& description);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_COVERAGE_H_
