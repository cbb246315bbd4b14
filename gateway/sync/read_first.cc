#include "gateway/sync/read_first.h"

#include <set>
#include <string>
#include <vector>

#include "gateway/domain/fields.h"
#include "gateway/sync/declared.h"
#include "gateway/sync/report.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {

using adapter::v1::InboundItem;

InboundItem NewsOf(const InboundItem& record, const adapter::v1::Representation& shown,
                   const LinkState& link, storage::v1::LaneState& lane) {
  const auto is_told = [&link](const std::string& path) {
    return !Declares(link.append_only, path) && !Declares(link.unnamed_elements, path);
  };
  const domain::FieldMap held = domain::Flatten(record.dossier());
  const domain::FieldMap wanted = domain::Flatten(shown.dossier());
  std::set<std::string> known;  // of which the record says nothing new
  std::vector<std::string> news;
  for (const auto& [path, value] : held) {
    if (!is_told(path)) continue;
    const auto here = wanted.find(path);
    if (here != wanted.end() && here->second == value) {
      known.insert(path);
    } else {
      news.push_back(path);
    }
  }
  std::set<std::string> cleared(record.cleared().begin(), record.cleared().end());
  for (const storage::v1::ShadowField& field : lane.shadow()) {
    const bool is_absent = !held.contains(field.path()) && !cleared.contains(field.path());
    if (is_absent && is_told(field.path()) && !IsGivenUp(field)) known.insert(field.path());
  }
  NoteHeld({.held = &record, .push = known}, lane);
  InboundItem said = record;
  *said.mutable_dossier() = domain::Extract(record.dossier(), news);
  return said;
}

void LeaveBehind(const InboundItem& record, const LinkState& link, storage::v1::LaneState& lane) {
  if (!lane.has_intent() || lane.intent().appends()) return;
  if (lane.intent().continues() == 0) return lane.clear_intent();
  if (link.patch) return;  // it holds nothing but what it is to change
  std::set<std::string> rest;
  for (const auto& [path, value] : domain::Flatten(record.dossier())) rest.insert(path);
  for (const storage::v1::ShadowField& field : lane.shadow()) rest.insert(field.path());
  for (const auto& written : lane.intent().fields()) rest.erase(written.path());
  for (const std::string& path : rest) {
    storage::v1::IntentField& doubtful = *lane.mutable_intent()->add_fields();
    doubtful.set_path(path);
    doubtful.set_digest(std::string(kUncertain));
  }
}

}  // namespace lienthong::sync
