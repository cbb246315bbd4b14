#include "gateway/core/changes.h"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/history.h"
#include "gateway/core/lookup.h"
#include "gateway/core/records.h"
#include "gateway/core/tokens.h"
#include "gateway/core/view.h"
#include "gateway/domain/element_order.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"

namespace lienthong::core {
namespace {

using dossier::v1::Change;
using dossier::v1::Dossier;
using status::v1::DossierStatus;
using store::Row;
using store::Table;

constexpr std::string_view kFromNow = "now";
constexpr int kBatchCodesMax = 500;
// Entries looked at for one page; a caller that sees few of them gets a short page and a token.
constexpr int64_t kScanRowsMax = 5000;

struct Page {
  std::vector<std::pair<int64_t, storage::v1::JournalEntry>> entries;  // visible ones
  int64_t position = 0;
  bool more = false;
};

absl::StatusOr<Page> ReadPage(const Engine& engine, const View& view, int64_t after, int64_t rows) {
  Page page{.entries = {}, .position = after};
  for (int64_t scanned = 0; scanned < kScanRowsMax;) {
    const int64_t wanted = rows - static_cast<int64_t>(page.entries.size());
    if (wanted <= 0) break;
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> batch,
                               engine.store.Read({.table = Table::kJournal,
                                                  .prefix = {},
                                                  .after = page.position,
                                                  .at_most = {},
                                                  .limit_rows = wanted}));
    for (const Row& row : batch) {
      LIENTHONG_ASSIGN_OR_RETURN(storage::v1::JournalEntry entry, ReadEntry(engine, row));
      page.position = std::get<int64_t>(row.columns[0]);
      if (view.Covers(entry)) page.entries.emplace_back(page.position, std::move(entry));
    }
    scanned += static_cast<int64_t>(batch.size());
    if (static_cast<int64_t>(batch.size()) < wanted) return page;  // the end
  }
  page.more = engine.store.Info().last_sequence > page.position;
  return page;
}

void Apply(const storage::v1::JournalEntry& entry, Dossier& dossier) {
  const Dossier before = dossier;
  domain::Overlay(entry.after(), {entry.paths().begin(), entry.paths().end()}, dossier);
  domain::OrderNewElements(before, entry.after(), dossier);
}

// Whether an entry is the first one of its dossier that the caller may see; then makes it tell all
// of the dossier at its revision.
absl::StatusOr<bool> CompleteFirst(const Engine& engine, const View& view,
                                   storage::v1::JournalEntry& entry) {
  if (entry.revision() == 1) return true;  // it does already
  const bool gives_view = !view.CoversAll() && view.Covers(entry.after());
  if (!gives_view) return false;  // it names none of their agencies
  Dossier dossier;
  LIENTHONG_RETURN_IF_ERROR(ForEachEntry(
      engine, entry.dossier_id(), [&entry, &dossier](const storage::v1::JournalEntry& earlier) {
        if (earlier.revision() < entry.revision()) Apply(earlier, dossier);
      }));
  if (view.Covers(dossier)) return false;
  Apply(entry, dossier);
  entry.clear_paths();
  for (const auto& [path, value] : domain::Flatten(dossier)) entry.add_paths(path);
  *entry.mutable_after() = std::move(dossier);
  return true;
}

absl::Status CheckNotAhead(const Engine& engine, int64_t position) {
  if (position <= engine.store.Info().last_sequence) return absl::OkStatus();
  return PageTokenInvalid("it is ahead of the journal");
}

absl::StatusOr<int64_t> PositionOf(const Engine& engine, std::string_view token, int64_t epoch) {
  if (token == kFromNow) return engine.store.Info().last_sequence;
  return ReadToken(kChangesToken, token, epoch);
}

bool ClockStands(const dossier::v1::Dossier& dossier) {
  for (const auto& pause : dossier.pauses()) {
    if (!pause.has_end_time()) return true;
  }
  return dossier.status() == dossier::v1::STATUS_SUPPLEMENT_REQUESTED ||
         dossier.status() == dossier::v1::STATUS_PAYMENT_REQUESTED;
}

DossierStatus StatusOf(const dossier::v1::Dossier& dossier) {
  DossierStatus shown;
  shown.set_code(dossier.code());
  shown.set_receipt_number(dossier.receipt_number());
  shown.set_revision(dossier.revision());
  shown.set_procedure_code(dossier.procedure().code());
  shown.set_receiving_agency(dossier.reception().agency());
  shown.set_status(dossier.status());
  shown.set_finance_state(dossier.finance_state());
  shown.set_delivery_state(dossier.delivery_state());
  if (dossier.reception().has_received_time()) {
    *shown.mutable_received_time() = dossier.reception().received_time();
  }
  if (dossier.deadline().has_promised_due()) {
    *shown.mutable_promised_due() = dossier.deadline().promised_due();
  }
  if (dossier.outcome().has_finished_time()) {
    *shown.mutable_finished_time() = dossier.outcome().finished_time();
  }
  if (dossier.outcome().has_returned_time()) {
    *shown.mutable_returned_time() = dossier.outcome().returned_time();
  }
  shown.set_paused(ClockStands(dossier));
  shown.set_is_void(dossier.has_voiding());
  return shown;
}

absl::StatusOr<DossierStatus> FindStatus(const Engine& engine, const View& view,
                                         std::string_view code) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, code));
  return StatusOf(stored.dossier);
}

}  // namespace

absl::StatusOr<dossier::v1::ListChangesResponse> Changes::List(
    const RequestContext& context, const dossier::v1::ListChangesRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after,
                             PositionOf(engine_, request.resume_token(), epoch));
  LIENTHONG_RETURN_IF_ERROR(CheckNotAhead(engine_, after));
  LIENTHONG_ASSIGN_OR_RETURN(Page page, ReadPage(engine_, view, after, rows));
  dossier::v1::ListChangesResponse response;
  for (auto& [sequence, entry] : page.entries) {
    Change* change = response.add_changes();
    LIENTHONG_ASSIGN_OR_RETURN(const bool whole, CompleteFirst(engine_, view, entry));
    change->set_whole(whole);
    change->set_sequence(sequence);
    change->set_code(entry.code());
    change->set_revision(entry.revision());
    *change->mutable_commit_time() = entry.time();
    change->set_actor(entry.actor());
    change->set_trace_id(entry.trace_id());
    *change->mutable_paths() = std::move(*entry.mutable_paths());
    view.Reduce(*entry.mutable_after());
    *change->mutable_after() = std::move(*entry.mutable_after());
  }
  response.set_resume_token(MakeToken(kChangesToken, epoch, page.position));
  response.set_more(page.more);
  return response;
}

absl::StatusOr<DossierStatus> Changes::GetStatus(
    const RequestContext& context, const status::v1::GetStatusRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  return FindStatus(engine_, view, request.code());
}

absl::StatusOr<status::v1::BatchGetStatusesResponse> Changes::BatchGetStatuses(
    const RequestContext& context, const status::v1::BatchGetStatusesRequest& request) const {
  if (request.codes_size() > kBatchCodesMax) {
    return FieldInvalid("codes", "has more than 500 codes; ask in several calls");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  status::v1::BatchGetStatusesResponse response;
  for (const std::string& code : request.codes()) {
    absl::StatusOr<DossierStatus> found = FindStatus(engine_, view, code);
    if (absl::IsPermissionDenied(found.status())) {
      response.add_missing(code);
      continue;
    }
    if (!found.ok()) return found.status();
    *response.add_statuses() = *std::move(found);
  }
  return response;
}

absl::StatusOr<status::v1::PullStatusesResponse> Changes::PullStatuses(
    const RequestContext& context, const status::v1::PullStatusesRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after,
                             ReadToken(kStatusesToken, request.resume_token(), epoch));
  LIENTHONG_RETURN_IF_ERROR(CheckNotAhead(engine_, after));
  LIENTHONG_ASSIGN_OR_RETURN(const Page page, ReadPage(engine_, view, after, rows));
  status::v1::PullStatusesResponse response;
  std::set<int64_t> shown;
  for (const auto& [sequence, entry] : page.entries) {
    if (!shown.insert(entry.dossier_id()).second) continue;
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored,
                               LoadDossier(engine_, entry.dossier_id()));
    *response.add_statuses() = StatusOf(stored.dossier);
  }
  response.set_resume_token(MakeToken(kStatusesToken, epoch, page.position));
  response.set_more(page.more);
  return response;
}

}  // namespace lienthong::core
