#ifndef LIENTHONG_GATEWAY_SERVER_RESTORED_H_
#define LIENTHONG_GATEWAY_SERVER_RESTORED_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "gateway/server/config_file.h"

namespace lienthong {

// Says that the configured store is a backup that was put back in its place: callers' tokens of
// after the backup are refused from now on, and links read all feeds before they deliver. Returns
// the store's new epoch. An error is for the operator, as of Server::Start.
absl::StatusOr<int64_t> MarkRestored(const ConfigFile& config);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_RESTORED_H_
