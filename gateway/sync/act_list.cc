#include "gateway/sync/act_list.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using storage::v1::JournalEntry;

constexpr int kJournalByDossier = 1;   // as in tables.cc
constexpr int64_t kEntriesMax = 2000;  // the newest

v1::Act ToPublic(const JournalEntry& entry) {
  v1::Act act;
  act.set_actor(entry.actor());
  act.set_kind(std::string(NameOf(entry.act())));
  act.set_target(entry.code());
  act.set_reason(entry.reason());
  *act.mutable_time() = entry.time();
  act.set_code(entry.code());
  act.set_revision(entry.revision());
  return act;
}

}  // namespace

absl::Status AddReasonedActs(const core::Engine& engine, int64_t dossier_id, bool newest_first,
                             v1::ListActsResponse& page) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine.store.Read({.table = store::Table::kJournal,
                                                .index = kJournalByDossier,
                                                .prefix = {dossier_id},
                                                .after = {},
                                                .at_most = {},
                                                .limit_rows = kEntriesMax,
                                                .descending = true}));
  std::set<int64_t> known;  // revisions that an act of the page has made
  for (const v1::Act& act : page.acts()) known.insert(act.revision());
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const JournalEntry entry, core::ReadEntry(engine, row));
    const bool is_act = entry.act() != storage::v1::REASONED_ACT_UNSPECIFIED;
    if (is_act && !known.contains(entry.revision())) *page.add_acts() = ToPublic(entry);
  }
  std::stable_sort(page.mutable_acts()->begin(), page.mutable_acts()->end(),
                   [newest_first](const v1::Act& a, const v1::Act& b) {
                     const v1::Act& first = newest_first ? b : a;
                     const v1::Act& second = newest_first ? a : b;
                     return domain::FromProto(first.time()) < domain::FromProto(second.time());
                   });
  return absl::OkStatus();
}

}  // namespace lienthong::sync
