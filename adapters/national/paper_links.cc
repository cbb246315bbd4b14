#include "adapters/national/paper_links.h"

#include <string>
#include <string_view>

#include "adapters/national/portal_ids.h"
#include "adapters/sdk/portal/content_token.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

constexpr const char* kNotVerified = "no link until the content is verified";

// Whether the portal has told us of the paper by an address of its own.
template <typename Paper>
bool IsPortals(const Paper& paper) {
  return paper.id().starts_with(kOwnPrefix) && !paper.file().source().empty() &&
         !sdk::portal::ReadContentToken(paper.file().source());
}

template <typename Papers>
void Link(Papers& papers, std::string_view list, const sdk::Files& files, LinkedDossier& linked) {
  for (auto& paper : papers) {
    if (!paper.has_file()) continue;
    const std::string url = IsPortals(paper) ? paper.file().source() : files.UrlOf(paper.file());
    paper.clear_file();
    if (!url.empty()) {
      paper.mutable_file()->set_source(url);
      continue;
    }
    adapter::v1::Loss& loss = linked.losses.emplace_back();
    loss.set_path(StrCat(list, "[", paper.id(), "].file.source"));
    loss.set_description(kNotVerified);
  }
}

}  // namespace

LinkedDossier LinkPapers(const dossier::v1::Dossier& dossier, const sdk::Files& files) {
  LinkedDossier linked;
  linked.dossier = dossier;
  Link(*linked.dossier.mutable_papers(), "papers", files, linked);
  Link(*linked.dossier.mutable_results(), "results", files, linked);
  return linked;
}

}  // namespace lienthong::adapters::national
