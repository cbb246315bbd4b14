#ifndef LIENTHONG_ADAPTERS_NATIONAL_PAPER_LINKS_H_
#define LIENTHONG_ADAPTERS_NATIONAL_PAPER_LINKS_H_

#include <vector>

#include "adapters/sdk/files.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::adapters::national {

// A dossier with the addresses under which the portal may fetch its papers and results from the
// gateway, in the place of what is known of their bytes. A paper whose content is not verified has
// none: a link that may be dead is worse than one that comes later. What the portal keeps itself
// has the portal's own address.
struct LinkedDossier {
  dossier::v1::Dossier dossier;
  std::vector<adapter::v1::Loss> losses;  // papers without a link
};
LinkedDossier LinkPapers(const dossier::v1::Dossier& dossier, const sdk::Files& files);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_PAPER_LINKS_H_
