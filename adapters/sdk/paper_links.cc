#include "adapters/sdk/paper_links.h"

namespace lienthong::sdk {
namespace {

using dossier::v1::FileReference;

// Whether the gateway has its content.
bool IsKept(const FileReference& file) {
  return file.fetch_state() == FileReference::FETCH_STATE_VERIFIED && file.has_sha256() &&
         file.has_size_bytes();
}

}  // namespace

void PaperLinks::Show(int64_t inline_bytes_max, FileReference& file) const {
  // Without an author: known from before authors were kept, and perhaps the counterpart's own.
  const bool foreign = file.has_author() && file.author() != party_;
  const bool own_source = file.has_source() && !foreign;
  if (inline_bytes_max > 0) {
    if (!own_source && IsKept(file) && file.size_bytes() <= inline_bytes_max) {
      return file.clear_source();
    }
    if (own_source || foreign) file.clear_sha256();
  }
  if (own_source) return;
  const std::string url = files_.UrlOf(file);
  if (!url.empty()) {
    file.set_source(url);
  } else if (unverified_ == Unverified::kLeftOut) {
    file.clear_source();
  }
}

dossier::v1::Dossier PaperLinks::Outward(dossier::v1::Dossier dossier) const {
  for (auto& paper : *dossier.mutable_papers()) {
    if (paper.has_file()) Show(inline_bytes_max_.papers, *paper.mutable_file());
  }
  for (auto& result : *dossier.mutable_results()) {
    if (result.has_file()) Show(inline_bytes_max_.results, *result.mutable_file());
  }
  return dossier;
}

}  // namespace lienthong::sdk
