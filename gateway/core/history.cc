#include "gateway/core/history.h"

#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/lookup.h"
#include "gateway/core/records.h"
#include "gateway/core/view.h"

namespace lienthong::core {
namespace {

constexpr int64_t kPageRows = 200;

}  // namespace

absl::StatusOr<StatusEntries> CountStatusEntries(const Engine& engine,
                                                 const RequestContext& context,
                                                 std::string_view code) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, code));
  StatusEntries entries;
  int64_t revision = 0;
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> page,
                               engine.store.Read({.table = store::Table::kJournal,
                                                  .index = 1,
                                                  .prefix = {stored.id},
                                                  .after = revision,
                                                  .at_most = {},
                                                  .limit_rows = kPageRows}));
    for (const store::Row& row : page) {
      LIENTHONG_ASSIGN_OR_RETURN(const storage::v1::JournalEntry entry, ReadEntry(engine, row));
      revision = entry.revision();
      if (entry.status_changed()) ++entries[entry.after().status()];
    }
    if (page.size() < kPageRows) return entries;
  }
}

}  // namespace lienthong::core
