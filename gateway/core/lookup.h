#ifndef LIENTHONG_GATEWAY_CORE_LOOKUP_H_
#define LIENTHONG_GATEWAY_CORE_LOOKUP_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/core/view.h"

namespace lienthong::core {

// The dossiers that a code or number means, as far as the caller may see them: two systems may
// number alike, and what the caller may not see does not count. A shared code means one. `issuer`
// narrows to what that system calls so; shared codes stay.
absl::StatusOr<std::vector<StoredDossier>> FindVisible(const Engine& engine, const View& view,
                                                       std::string_view code,
                                                       std::string_view issuer = "");

// The one dossier that a code means. NOT_SHARED when there is none, or more than one.
absl::StatusOr<StoredDossier> FindOne(const Engine& engine, const View& view,
                                      std::string_view code);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_LOOKUP_H_
