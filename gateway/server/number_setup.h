#ifndef LIENTHONG_GATEWAY_SERVER_NUMBER_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_NUMBER_SETUP_H_

#include "absl/status/statusor.h"
#include "gateway/core/catalogue.h"
#include "gateway/core/numbering.h"
#include "gateway/domain/number_pattern.h"
#include "gateway/server/config_file.h"

namespace lienthong {

// How the configuration says that numbers are written; InvalidArgument with a line for each
// mistake.
absl::StatusOr<domain::NumberPatterns> ReadNumberPatterns(const ConfigFile& file);

// What numbers depend on: the patterns, and what the catalogue says of an agency then. The
// catalogue outlives the rules.
core::NumberingRules MakeNumberingRules(domain::NumberPatterns patterns,
                                        const core::Catalogue& catalogue);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_NUMBER_SETUP_H_
