#include "gateway/http/facade/shown.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/places.h"

namespace lienthong::facade {
namespace {

namespace pb = dossier::v1;

constexpr std::string_view kRounds = "supplements";

// The code by which an agency's software knows a dossier: its own, else the shared one.
std::string CodeFor(const core::Caller& caller, const pb::Dossier& dossier) {
  for (const pb::CodeReference& known : dossier.codes()) {
    if (known.issuer() == caller.name && known.kind() == pb::CodeReference::KIND_DOSSIER_CODE) {
      return known.code();
    }
  }
  return dossier.code();
}

void PointToGateway(const sdk::Files& files, pb::FileReference& file) {
  std::string url = files.UrlOf(file);
  if (!url.empty()) file.set_source(std::move(url));
}

bool HasRound(const pb::Dossier& dossier, std::string_view id) {
  return std::any_of(dossier.supplements().begin(), dossier.supplements().end(),
                     [id](const pb::SupplementRound& round) { return round.id() == id; });
}

// The stored round that is shown under the number with which an unknown id ends, or null.
const pb::SupplementRound* FindShown(const pb::Dossier& stored, const std::string& id,
                                     const portal::ElementIds& ids) {
  int64_t number = 0;
  if (!id.starts_with(ids.own_prefix) ||
      !absl::SimpleAtoi(id.substr(ids.own_prefix.size()), &number)) {
    return nullptr;
  }
  const auto found =
      std::find_if(stored.supplements().begin(), stored.supplements().end(),
                   [&](const pb::SupplementRound& round) {
                     return !round.removed() && portal::RoundNumberOf(round.id(), ids) == number;
                   });
  return found == stored.supplements().end() ? nullptr : &*found;
}

void MatchRounds(const pb::Dossier& stored, const portal::ElementIds& ids,
                 portal::DecodedDossier& read) {
  for (pb::SupplementRound& round : *read.dossier.mutable_supplements()) {
    if (HasRound(stored, round.id())) continue;
    const pb::SupplementRound* shown = FindShown(stored, round.id(), ids);
    if (shown == nullptr || HasRound(read.dossier, shown->id())) continue;
    for (std::string& path : read.cleared) {
      const domain::PathParts parts = domain::SplitPath(path);
      if (parts.list != kRounds || parts.element != round.id()) continue;
      path = StrCat(kRounds, "[", shown->id(), "].", parts.rest);
    }
    round.set_id(shown->id());
  }
}

void MatchIds(const pb::Dossier& stored, const pb::Dossier& former, const portal::ElementIds& ids,
              portal::DecodedDossier& read) {
  domain::MatchPlaces(stored, read.dossier, &read.cleared, &former);
  MatchRounds(stored, ids, read);
}

}  // namespace

sdk::Encoded Show(const sdk::Files& files, const Call& call, pb::Dossier dossier) {
  for (pb::Paper& paper : *dossier.mutable_papers()) {
    if (paper.has_file()) PointToGateway(files, *paper.mutable_file());
  }
  for (pb::ResultPaper& paper : *dossier.mutable_results()) {
    if (paper.has_file()) PointToGateway(files, *paper.mutable_file());
  }
  return portal::EncodeDossier(
      dossier, {.code = CodeFor(call.context.caller, dossier), .ids = IdsOf(call.agency)});
}

void MatchStored(const sdk::Files& files, const Call& call, const pb::Dossier& stored,
                 const pb::Dossier& former, portal::DecodedDossier& read) {
  const portal::ElementIds ids = IdsOf(call.agency);
  MatchIds(stored, former, ids, read);
  if (stored.revision() == 0) return;  // a new one is shown to nobody yet
  const sdk::Encoded encoded = Show(files, call, stored);
  if (encoded.error) return;
  portal::DecodedDossier shown = portal::DecodeDossier(encoded.record, {.ids = ids});
  domain::MarkPlaces(shown.dossier);
  MatchIds(stored, stored, ids, shown);
  for (const auto& [path, value] : domain::Flatten(read.dossier)) {
    const std::optional<std::string> now = domain::GetField(stored, path);
    if (now == value || domain::GetField(shown.dossier, path) != value) continue;
    if (now.has_value()) {
      domain::SetField(read.dossier, path, *now).IgnoreError();  // a path that Flatten gave
    } else {
      domain::ClearField(read.dossier, path).IgnoreError();
      read.cleared.push_back(path);
    }
  }
  std::erase_if(read.cleared, [&](const std::string& path) {
    return domain::GetField(stored, path).has_value() &&
           std::find(shown.cleared.begin(), shown.cleared.end(), path) != shown.cleared.end();
  });
}

}  // namespace lienthong::facade
