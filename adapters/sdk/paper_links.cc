#include "adapters/sdk/paper_links.h"

namespace lienthong::sdk {

void PaperLinks::Show(dossier::v1::FileReference& file) const {
  // Without an author: known from before authors were kept, and perhaps the counterpart's own.
  const bool foreign = file.has_author() && file.author() != party_;
  if (file.has_source() && !foreign) return;
  const std::string url = files_.UrlOf(file);
  if (!url.empty()) {
    file.set_source(url);
  } else if (unverified_ == Unverified::kLeftOut) {
    file.clear_source();
  }
}

dossier::v1::Dossier PaperLinks::Outward(dossier::v1::Dossier dossier) const {
  for (auto& paper : *dossier.mutable_papers()) {
    if (paper.has_file()) Show(*paper.mutable_file());
  }
  for (auto& result : *dossier.mutable_results()) {
    if (result.has_file()) Show(*result.mutable_file());
  }
  return dossier;
}

}  // namespace lienthong::sdk
