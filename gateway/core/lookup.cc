#include "gateway/core/lookup.h"

#include <set>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::core {

absl::StatusOr<std::vector<StoredDossier>> FindVisible(const Engine& engine, const View& view,
                                                       std::string_view code,
                                                       std::string_view issuer) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Alias> aliases, FindAliases(engine, code));
  std::vector<StoredDossier> found;
  std::set<int64_t> seen = {0};  // 0: a reserved number, no dossier yet
  for (const Alias& alias : aliases) {
    const bool asked = alias.issuer.empty() || issuer.empty() || alias.issuer == issuer;
    if (!asked || !seen.insert(alias.dossier_id).second) continue;
    LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, LoadDossier(engine, alias.dossier_id));
    if (stored.version == 0 || !view.Covers(stored.dossier)) continue;
    found.push_back(std::move(stored));
    if (alias.issuer.empty()) break;
  }
  return found;
}

absl::StatusOr<StoredDossier> FindOne(const Engine& engine, const View& view,
                                      std::string_view code) {
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredDossier> found, FindVisible(engine, view, code));
  if (found.size() != 1) return NotShared(code);
  return std::move(found[0]);
}

}  // namespace lienthong::core
