#ifndef LIENTHONG_GATEWAY_CATALOGUE_LOOKUP_ERRORS_H_
#define LIENTHONG_GATEWAY_CATALOGUE_LOOKUP_ERRORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace lienthong::catalogue {

// NotFound UNKNOWN_CODE; `periods` are those in which the code meant something.
absl::Status UnknownCode(std::string_view type, std::string_view code, std::string_view day,
                         const std::vector<std::string>& periods);
// FailedPrecondition AMBIGUOUS_CODE with what it could mean.
absl::Status AmbiguousCode(std::string_view type, std::string_view code,
                           const std::vector<std::string>& meanings);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_LOOKUP_ERRORS_H_
