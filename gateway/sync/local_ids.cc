#include "gateway/sync/local_ids.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "gateway/domain/fields.h"

namespace lienthong::sync {
namespace {

using dossier::v1::CodeReference;
using dossier::v1::Dossier;

bool IsLocalId(const CodeReference& code) { return code.kind() == CodeReference::KIND_LOCAL_ID; }

}  // namespace

void DropLocalIds(Dossier& dossier) {
  auto& codes = *dossier.mutable_codes();
  codes.erase(std::remove_if(codes.begin(), codes.end(), IsLocalId), codes.end());
}

bool IsAboutLocalIds(const storage::v1::JournalEntry& entry) {
  std::set<std::string_view> local;
  std::set<std::string_view> shown;  // before or after the change
  for (const Dossier* dossier : {&entry.before(), &entry.after()}) {
    for (const CodeReference& code : dossier->codes()) {
      (IsLocalId(code) ? local : shown).insert(code.id());
    }
  }
  return std::all_of(entry.paths().begin(), entry.paths().end(), [&](const std::string& path) {
    const domain::PathParts parts = domain::SplitPath(path);
    return parts.list == "codes" && local.contains(parts.element) && !shown.contains(parts.element);
  });
}

}  // namespace lienthong::sync
