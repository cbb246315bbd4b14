#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "gateway/core/history.h"
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

// Names the steps of one call. A step's id is derived from the agency, the dossier, everything the
// step says, how often the dossier has by now entered the status that the step says, and how many
// equal steps stand before it in the call. So
// * the same lines sent again add nothing, in the same chunks or in others;
// * two equal lines in one call are two steps;
// * a line equal to an old one is a new step once the dossier has left its status and come back.
// What this cannot tell apart: a line that never arrived until the dossier had left its status and
// come back to it, from a second one that is equal to the second; it counts as the second.
class StepIds {
 public:
  StepIds(std::string_view agency, std::string_view code, core::StatusEntries entries)
      : agency_(agency), code_(code), entries_(std::move(entries)) {}

  // Called with the steps of a call in their order; `id` is not looked at.
  std::string Next(const dossier::v1::Step& step);

 private:
  const std::string agency_;
  const std::string code_;
  const core::StatusEntries entries_;
  std::map<std::string, int64_t> equal_;  // by digest
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_DERIVED_IDS_H_
