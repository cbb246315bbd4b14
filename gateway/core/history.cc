#include "gateway/core/history.h"

#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"

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

}  // namespace lienthong::core
