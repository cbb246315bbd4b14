#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "lienthong/dossier/v1/handling.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::facade {

// The ids that the portal's contract has no place for, derived from what it says. Pure.

// The request id of a call: a UUID (version 8) from the SHA-256 of who asks what service with what
// parameters, and the revision of the dossier that the call was judged against, 0 for none. The
// revision is why A, then B, then A again are three requests, while two of the same that meet at
// one revision are one.
std::string RequestId(std::string_view agency, std::string_view service,
                      const nlohmann::json& parameters, int64_t base_revision);

// Whether a request id is one of these: other clients make theirs at random or of the time.
bool IsDerived(std::string_view request_id);

// Names the steps of one call. A step's id is derived from the agency, the dossier, everything the
// step says, its own time to the second with it, and how many equal steps stand before it in the
// call. So
// * the same lines sent again add nothing, whenever, in the same chunks or in others, also after
//   the dossier has left their status and come back to it: they tell of the earlier time;
// * the same act done again then says another time, and is a new step;
// * two equal lines in one call are two steps.
// What this cannot tell apart: a line sent again, from a second act that says the same down to the
// second in a call of its own. It counts as sent again, and the reply says so.
class StepIds {
 public:
  StepIds(std::string_view agency, std::string_view code) : agency_(agency), code_(code) {}

  // Called with the steps of a call in their order; `id` is not looked at.
  std::string Next(const dossier::v1::Step& step);

 private:
  const std::string agency_;
  const std::string code_;
  std::map<std::string, int64_t> equal_;  // by digest
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_
