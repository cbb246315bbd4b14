#include "gateway/core/joined_code.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/codes.h"

namespace lienthong::core {
namespace {

constexpr int32_t kActsPageRows = 500;

}  // namespace

absl::Status CheckOwnCode(const Engine& engine, const StoredDossier& stored,
                          std::string_view code) {
  const std::string folded = domain::FoldCode(code);
  const std::vector<Alias> own = AliasesOf(stored.id, stored.dossier);
  const bool is_own = std::any_of(own.begin(), own.end(),
                                  [&folded](const Alias& alias) { return alias.folded == folded; });
  if (is_own) return absl::OkStatus();
  // Or one that it had once.
  std::string token;
  do {
    LIENTHONG_ASSIGN_OR_RETURN(ActPage page, ListActs(engine, stored.id, kActsPageRows, token));
    for (const storage::v1::ActRecord& act : page.acts) {
      const auto& moved = act.join().codes();
      const bool is_moved = std::any_of(moved.begin(), moved.end(), [&folded](const auto& one) {
        return one.folded() == folded;
      });
      if (is_moved) return DossierJoined(code, stored.dossier.code());
    }
    token = std::move(page.next_token);
  } while (!token.empty());
  return absl::OkStatus();
}

}  // namespace lienthong::core
