#ifndef LIENTHONG_GATEWAY_SERVER_LINK_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_LINK_SETUP_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/catalogue.h"
#include "gateway/core/parties.h"
#include "gateway/server/config_file.h"
#include "gateway/sync/links.h"

namespace lienthong {

// A link as configured, with its adapter, not yet started.
struct PreparedLink {
  sync::LinkOptions options;
  std::unique_ptr<sdk::Adapter> adapter;
};

// Makes every link's adapter from the kinds that were linked in; reads only files that settings
// name. Of the context, the party is each link's own. InvalidArgument with a line for each mistake,
// with its place in the configuration, also for a setting nobody reads.
absl::StatusOr<std::vector<PreparedLink>> PrepareLinks(const ConfigFile& config,
                                                       const sdk::AdapterContext& context);

// The configured systems, and each agency that calls by gRPC as a party of its own. InvalidArgument
// with a line for each agency whose fields would belong to two of them, or to none
// (core/ownership_check.h).
absl::StatusOr<core::Parties> MakeParties(const ConfigFile& config);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_LINK_SETUP_H_
