#ifndef LIENTHONG_GATEWAY_CTL_CATALOGUE_SHOW_H_
#define LIENTHONG_GATEWAY_CTL_CATALOGUE_SHOW_H_

#include <string>

#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::ctl {

// `2025-07-01 – 2025-12-31`, without its last day while it is open. For programs ISO 8601:
// `2025-07-01/2025-12-31`, `2025-07-01/..`.
std::string ShowPeriod(const std::string& from, const std::string& until, bool csv);
std::string ShowLimit(const catalogue::v1::TimeLimit& limit, bool vietnamese);
// Changes, counts and warnings of an import, done or not.
std::string ShowImport(const catalogue::v1::ImportCatalogueResponse& told, bool dry_run,
                       bool vietnamese);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_CATALOGUE_SHOW_H_
