#include "gateway/files/journal_scan.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"

namespace lienthong::files {
namespace {

using dossier::v1::FileReference;
using storage::v1::JournalEntry;

constexpr int64_t kJournalRowsMax = 256;
// Entries without a paper after which the progress is written all the same.
constexpr int64_t kUnwrittenEntriesMax = 4096;

// Whether a change may have given a paper a source, or put it back.
bool ConcernsFiles(const JournalEntry& entry) {
  if (entry.actor() == kGatewayActor) return false;
  return std::any_of(entry.paths().begin(), entry.paths().end(), [](std::string_view path) {
    const bool in_list = path.starts_with("papers[") || path.starts_with("results[");
    return in_list &&
           (path.find("].file.") != std::string_view::npos || path.ends_with("].removed"));
  });
}

}  // namespace

bool IsWanted(const domain::FileAt& at, const Sources& sources) {
  const bool open = at.file->fetch_state() == FileReference::FETCH_STATE_UNSPECIFIED ||
                    at.file->fetch_state() == FileReference::FETCH_STATE_REFERENCED;
  return open && !at.removed && sources.Find(at.file->source()) != nullptr;
}

absl::Status JournalScan::Recover() {
  LIENTHONG_ASSIGN_OR_RETURN(progress_, queue_.LoadProgress());
  const std::string digest = sources_.Digest();
  if (progress_.sources_digest() != digest) {
    progress_.Clear();
    progress_.set_sources_digest(digest);
  }
  cursor_ = progress_.journal_cursor();
  return absl::OkStatus();
}

absl::StatusOr<JournalScan::Found> JournalScan::Step() {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = store::Table::kJournal,
                                                 .prefix = {},
                                                 .after = cursor_,
                                                 .at_most = {},
                                                 .limit_rows = kJournalRowsMax}));
  if (rows.empty()) return Found::kNoEntries;
  std::set<int64_t> dossiers;
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const JournalEntry entry, core::ReadEntry(engine_, row));
    if (ConcernsFiles(entry)) dossiers.insert(entry.dossier_id());
  }
  store::WriteSet set;
  for (const int64_t id : dossiers) {
    LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored, core::LoadDossier(engine_, id));
    LIENTHONG_RETURN_IF_ERROR(Plan(stored, set));
  }
  const Found found = set.mutations.empty() ? Found::kNoPapers : Found::kPapers;
  const int64_t next = std::get<int64_t>(rows.back().columns[0]);
  if (found == Found::kPapers || next - progress_.journal_cursor() >= kUnwrittenEntriesMax) {
    storage::v1::FetchProgress progress = progress_;
    progress.set_journal_cursor(next);
    queue_.PutProgress(progress, set);
    LIENTHONG_RETURN_IF_ERROR(queue_.Commit(std::move(set)));
    progress_ = std::move(progress);
  }
  cursor_ = next;
  return found;
}

absl::Status JournalScan::Plan(const core::StoredDossier& stored, store::WriteSet& set) const {
  if (stored.dossier.has_voiding() || stored.dossier.has_joined()) return absl::OkStatus();
  for (const domain::FileAt& at : domain::FilesOf(stored.dossier)) {
    if (!IsWanted(at, sources_)) continue;
    LIENTHONG_ASSIGN_OR_RETURN(FetchItem item, queue_.Load(stored.id, at.element));
    if (item.version > 0 && item.record.source() == at.file->source()) continue;
    item.record.Clear();
    item.record.set_source(at.file->source());
    item.due = engine_.clock.Now();
    queue_.Put(item, set);
  }
  return absl::OkStatus();
}

}  // namespace lienthong::files
