#ifndef LIENTHONG_GATEWAY_SERVER_PAPERS_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_PAPERS_SETUP_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/base/clock.h"
#include "gateway/files/papers.h"
#include "gateway/http/router.h"
#include "gateway/server/config_file.h"

namespace lienthong {

// Whether nothing outlives the process, papers neither.
bool IsMemoryStore(const config::v1::GatewayConfig& config);

// The gateway's papers as configured; opens nothing but the files that the configuration names.
// InvalidArgument in one line with the place in the configuration.
absl::StatusOr<std::unique_ptr<files::Papers>> PreparePapers(const ConfigFile& config,
                                                             const Clock& clock);

// GET /papers/ID: a paper's content for whoever knows its id. `papers` outlives the route.
http::Route PapersRoute(files::Papers& papers);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_PAPERS_SETUP_H_
