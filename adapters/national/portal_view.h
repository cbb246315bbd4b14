#ifndef LIENTHONG_ADAPTERS_NATIONAL_PORTAL_VIEW_H_
#define LIENTHONG_ADAPTERS_NATIONAL_PORTAL_VIEW_H_

#include <vector>

#include "adapters/sdk/paper_links.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::adapters::national {

// A dossier as generation 1 is told of it, before it becomes a packet.
//
// Papers and results have in the place of their bytes the address under which the portal may fetch
// them: its own for what it keeps itself, else the gateway's. A paper whose content is not verified
// has none: a link that may be dead is worse than one that comes later.
//
// DonViXuLy is mandatory: while no unit handles the dossier, it is the receiving agency.
struct PortalView {
  dossier::v1::Dossier dossier;
  std::vector<adapter::v1::Loss> losses;  // papers without a link
};
PortalView ViewForPortal(const dossier::v1::Dossier& dossier, const sdk::PaperLinks& links);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_PORTAL_VIEW_H_
