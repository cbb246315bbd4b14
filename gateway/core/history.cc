#include "gateway/core/history.h"

#include <functional>
#include <set>

#include "gateway/base/errors.h"
#include "gateway/core/lookup.h"
#include "gateway/core/records.h"
#include "gateway/core/view.h"
#include "gateway/domain/fields.h"

namespace lienthong::core {
namespace {

constexpr int64_t kPageRows = 200;

// From the first revision to the last.
absl::Status ForEachEntry(const Engine& engine, const RequestContext& context,
                          std::string_view code,
                          const std::function<void(const storage::v1::JournalEntry&)>& visit) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, code));
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
      visit(entry);
    }
    if (page.size() < kPageRows) return absl::OkStatus();
  }
}

// What a record says at a path. Software that was not asked says "no" or nothing, as it likes.
std::string SaidAt(const dossier::v1::Dossier& dossier, std::string_view path) {
  std::string value = domain::GetField(dossier, path).value_or("");
  return value == "false" ? "" : value;
}

}  // namespace

absl::StatusOr<StatusEntries> CountStatusEntries(const Engine& engine,
                                                 const RequestContext& context,
                                                 std::string_view code) {
  StatusEntries entries;
  LIENTHONG_RETURN_IF_ERROR(
      ForEachEntry(engine, context, code, [&entries](const storage::v1::JournalEntry& entry) {
        if (entry.status_changed()) ++entries[entry.after().status()];
      }));
  return entries;
}

absl::StatusOr<std::vector<std::string>> FindOutdated(const Engine& engine,
                                                      const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths) {
  std::vector<std::string> outdated;
  if (paths.empty()) return outdated;
  // What others have replaced since the caller's own last change.
  std::map<std::string, std::set<std::string>> replaced;
  for (const std::string& path : paths) replaced[path];
  LIENTHONG_RETURN_IF_ERROR(
      ForEachEntry(engine, context, sent.code(), [&](const storage::v1::JournalEntry& entry) {
        for (const std::string& path : entry.paths()) {
          const auto found = replaced.find(path);
          if (found == replaced.end()) continue;
          if (entry.actor() == context.caller.name) {
            found->second.clear();
          } else {
            found->second.insert(SaidAt(entry.before(), path));
          }
        }
      }));
  for (const std::string& path : paths) {
    if (replaced[path].contains(SaidAt(sent, path))) outdated.push_back(path);
  }
  return outdated;
}

}  // namespace lienthong::core
