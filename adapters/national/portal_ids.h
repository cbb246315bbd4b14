#ifndef LIENTHONG_ADAPTERS_NATIONAL_PORTAL_IDS_H_
#define LIENTHONG_ADAPTERS_NATIONAL_PORTAL_IDS_H_

#include "adapters/sdk/portal/packets.h"

namespace lienthong::adapters::national {

// The portal's own ids of papers and requests are the gateway's with this in front (dịch vụ công).
inline constexpr const char* kOwnPrefix = "dvc-";

inline sdk::portal::ElementIds PortalIds() {
  return {.own_prefix = kOwnPrefix, .position_prefix = "dvc-n"};
}

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_PORTAL_IDS_H_
