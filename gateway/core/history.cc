#include "gateway/core/history.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/evidence/merkle.h"

namespace lienthong::core {
namespace {

constexpr int64_t kPageRows = 200;

}  // namespace

absl::Status ForEachEntry(const Engine& engine, int64_t dossier_id,
                          const std::function<void(const storage::v1::JournalEntry&)>& visit) {
  return ForEachEntryAfter(engine, dossier_id, 0, visit);
}

absl::Status ForEachEntryAfter(const Engine& engine, int64_t dossier_id, int64_t revision,
                               const std::function<void(const storage::v1::JournalEntry&)>& visit) {
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> page,
                               engine.store.Read({.table = store::Table::kJournal,
                                                  .index = 1,
                                                  .prefix = {dossier_id},
                                                  .after = revision,
                                                  .at_most = {},
                                                  .limit_rows = kPageRows}));
    for (const store::Row& row : page) {
      LIENTHONG_ASSIGN_OR_RETURN(const storage::v1::JournalEntry entry, ReadEntry(engine, row));
      revision = entry.revision();
      visit(entry);
    }
    if (page.size() < kPageRows) return absl::OkStatus();
  }
}

absl::StatusOr<std::vector<EvidentEntry>> NewestEntries(const Engine& engine, int64_t dossier_id,
                                                        int64_t entries_max) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine.store.Read({.table = store::Table::kJournal,
                                                .index = 1,
                                                .prefix = {dossier_id},
                                                .limit_rows = entries_max,
                                                .descending = true}));
  std::vector<EvidentEntry> entries;
  entries.reserve(rows.size());
  for (const store::Row& row : rows) {
    EvidentEntry& next = entries.emplace_back();
    LIENTHONG_ASSIGN_OR_RETURN(next.entry, ReadEntry(engine, row));
    next.sequence = std::get<int64_t>(row.columns[0]);
    next.leaf_hash = absl::BytesToHexString(evidence::ToBytes(evidence::LeafHash(row.body)));
  }
  return entries;
}

}  // namespace lienthong::core
