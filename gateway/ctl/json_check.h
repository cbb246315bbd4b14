#ifndef LIENTHONG_GATEWAY_CTL_JSON_CHECK_H_
#define LIENTHONG_GATEWAY_CTL_JSON_CHECK_H_

#include <vector>

#include "gateway/base/errors.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"

namespace lienthong::ctl {

// Everything in `json` that is not as the schema of a message has it, by field: `contact.fone`,
// `steps[nv-7].time`. Says what was expected; what was found only by its kind, since it may be
// personal. Empty when protobuf may read it.
std::vector<FieldViolation> CheckJson(const nlohmann::ordered_json& json,
                                      const google::protobuf::Descriptor& schema);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_JSON_CHECK_H_
