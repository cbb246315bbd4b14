#include "adapters/national/portal_view.h"

#include <string>
#include <string_view>

#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

constexpr const char* kNotVerified = "no link until the content is verified";

// Leaves of each file its address.
template <typename Papers>
void KeepLinks(Papers& papers, std::string_view list, PortalView& view) {
  for (auto& paper : papers) {
    if (!paper.has_file()) continue;
    const std::string url = paper.file().source();
    paper.clear_file();
    if (!url.empty()) {
      paper.mutable_file()->set_source(url);
      continue;
    }
    adapter::v1::Loss& loss = view.losses.emplace_back();
    loss.set_path(StrCat(list, "[", paper.id(), "].file.source"));
    loss.set_description(kNotVerified);
  }
}

}  // namespace

PortalView ViewForPortal(const dossier::v1::Dossier& dossier, const sdk::PaperLinks& links) {
  PortalView view = {.dossier = links.Outward(dossier), .losses = {}};
  KeepLinks(*view.dossier.mutable_papers(), "papers", view);
  KeepLinks(*view.dossier.mutable_results(), "results", view);
  const std::string& receiver = dossier.reception().agency();
  if (dossier.processing_unit().empty() && !receiver.empty()) {
    view.dossier.set_processing_unit(receiver);
  }
  return view;
}

}  // namespace lienthong::adapters::national
