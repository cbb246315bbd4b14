#ifndef LIENTHONG_GATEWAY_SYNC_BULK_H_
#define LIENTHONG_GATEWAY_SYNC_BULK_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// What an operator does to many things at once, whatever they are.
struct BulkAct {
  std::string actor;
  std::string kind;  // as in ActRecord
  std::string reason;
  std::string request_id;
  std::vector<std::string> ids;  // empty: those that `find` names
  int32_t items_max = 0;         // as in the request
  std::string result = {};       // as in ActRecord, where the request decides it
  absl::Time deadline = absl::InfiniteFuture();
  bool tells_results = false;  // the answer says what came of each
};

// Ids of the oldest things of a filter, and whether there are more.
struct FoundIds {
  std::vector<std::string> ids;
  bool more = false;
};
using FindIds = std::function<absl::StatusOr<FoundIds>(size_t items_max)>;

// FIELD_INVALID when an act has no reason that can be kept or no request id of its own.
absl::Status CheckAct(std::string_view request_id, std::string_view reason);

// FIELD_INVALID as CheckAct, and when an act names the same thing twice
// or more than it may, or has both or neither of ids and a filter.
absl::Status CheckBulk(const BulkAct& act, bool has_filter);

// Does an act to each thing, one after another; what fails becomes a line of the answer and stops
// nothing else. `act_on` writes the act itself (core/act_log.h): what this request has done already
// counts and is not done again. By ids, what failed is tried again; by a filter, the oldest that
// can be done are, and a request that has done anything does nothing more. REQUEST_ID_REUSED when
// it did something else. The store's errors of `find`. What the deadline leaves no time for is not
// begun, and counted.
absl::StatusOr<v1::BulkResult> RunBulk(
    const core::Engine& engine, const BulkAct& act, const FindIds& find,
    const std::function<absl::Status(const std::string&)>& act_on);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_BULK_H_
