#include "gateway/core/recomputation.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/editor.h"
#include "gateway/core/records.h"
#include "gateway/core/waiter.h"
#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

using dossier::v1::Dossier;
using storage::v1::RecomputationRecord;
using store::Row;
using store::Table;

constexpr char kRecordName[] = "recomputation";
constexpr char kActor[] = "gateway";
constexpr char kReason[] = "the catalogue changed: deadlines are computed again";
constexpr size_t kStatusColumn = 4;
constexpr size_t kRecomputationsKept = 10;

struct StoredRecord {
  RecomputationRecord record;
  int64_t version = 0;
};

absl::StatusOr<StoredRecord> Load(const Engine& engine) {
  StoredRecord stored;
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kMeta, {kRecordName}));
  stored.version = row.version;
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, stored.record));
  return stored;
}

void Put(const Engine& engine, const RecomputationRecord& record, store::WriteSet& set) {
  Row row{.columns = {kRecordName}, .version = 0, .body = Seal(engine, 0, record)};
  set.mutations.push_back({store::Mutation::Kind::kPut, Table::kMeta, std::move(row)});
}

catalogue::v1::Recomputation Told(const RecomputationRecord& record) {
  catalogue::v1::Recomputation told;
  told.set_catalogue_version(record.catalogue_version());
  told.set_done(record.done());
  told.set_examined(record.examined());
  told.set_moved(record.moved());
  told.set_proposed(record.proposed());
  if (record.has_start_time()) *told.mutable_start_time() = record.start_time();
  if (record.has_end_time()) *told.mutable_end_time() = record.end_time();
  return told;
}

bool IsOpen(const Row& row) {
  const auto status = std::get<int64_t>(row.columns[kStatusColumn]);
  return !domain::HasEnded(static_cast<dossier::v1::Status>(status));
}

bool IsClosed(const Dossier& dossier) { return dossier.has_voiding() || dossier.has_joined(); }

// Also what an edit in between has moved, and a page that was looked at before.
bool MovedSince(const Dossier& dossier, const google::protobuf::Timestamp& start) {
  const auto& superseded = dossier.deadline().superseded();
  return !superseded.empty() &&
         domain::FromProto(superseded.rbegin()->superseded_time()) >= domain::FromProto(start);
}

// What is done to the dossiers of one page.
class Page {
 public:
  Page(Engine& engine, const google::protobuf::Timestamp& start)
      : engine_(engine), start_(start), timetable_(engine.timetables->Now()) {}

  // Its deadlines, where it is open, and else its rows for reports.
  absl::Status Look(const StoredDossier& stored) {
    const bool is_open = !domain::HasEnded(stored.dossier.status()) && !IsClosed(stored.dossier);
    if (is_open) {
      LIENTHONG_ASSIGN_OR_RETURN(const bool is_edited, Recompute(stored));
      if (is_edited) return absl::OkStatus();
    }
    store::WriteSet set;
    LIENTHONG_RETURN_IF_ERROR(
        MendDue(engine_, stored.id, stored.version, stored.dossier, timetable_.get(), set));
    if (set.mutations.empty()) return absl::OkStatus();
    engine_.store.Commit(std::move(set), mended_.emplace_back().Callback());
    return absl::OkStatus();
  }

  // Until all of it is stored; the first error of any.
  absl::Status Wait() {
    absl::Status first;
    for (auto& waiter : edited_) first.Update(Answered(waiter));
    for (auto& waiter : mended_) first.Update(Answered(waiter));
    return first;
  }

  int64_t examined = 0;
  int64_t moved = 0;
  int64_t proposed = 0;

 private:
  absl::StatusOr<bool> Recompute(const StoredDossier& stored) {
    ++examined;
    EditContext context;
    context.actor = kActor;
    context.writer.system = kActor;
    context.reason = kReason;
    LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit,
                               PrepareEdit(engine_, stored, domain::Change{}, std::move(context)));
    if (MovedSince(edit.merge.next, start_)) {
      ++moved;
      if (edit.merge.next.deadline().has_proposed_due()) ++proposed;
    }
    if (!edit.changed) return false;
    SubmitEdit(engine_, std::move(edit), edited_.emplace_back().Callback());
    return true;
  }

  template <typename T>
  absl::Status Answered(Waiter<absl::StatusOr<T>>& waiter) {
    const auto answer = waiter.Wait(engine_.clock.Now() + engine_.commit_timeout);
    if (answer.has_value()) return answer->status();
    return absl::DeadlineExceededError(
        "what was computed again is not stored yet; it is looked at "
        "again");
  }

  Engine& engine_;
  const google::protobuf::Timestamp start_;
  const std::shared_ptr<const domain::Timetable> timetable_;
  std::vector<Waiter<absl::StatusOr<EditResult>>> edited_;
  std::vector<Waiter<absl::StatusOr<store::CommitResult>>> mended_;
};

}  // namespace

absl::Status PutRecomputation(const Engine& engine, int64_t catalogue_version,
                              store::WriteSet& set) {
  LIENTHONG_ASSIGN_OR_RETURN(StoredRecord before, Load(engine));
  RecomputationRecord record;
  record.set_filled(before.record.filled());
  record.set_catalogue_version(catalogue_version);
  *record.mutable_start_time() = domain::ToProto(engine.clock.Now());
  if (before.version > 0) {
    std::vector<RecomputationRecord> past = {before.record};
    past.insert(past.end(), before.record.past().begin(), before.record.past().end());
    past[0].clear_past();
    past.resize(std::min(past.size(), kRecomputationsKept));
    for (RecomputationRecord& one : past) *record.add_past() = std::move(one);
  }
  Put(engine, record, set);
  return absl::OkStatus();
}

absl::StatusOr<bool> IsFilled(const Engine& engine) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRecord stored, Load(engine));
  return stored.record.filled();
}

absl::StatusOr<catalogue::v1::Recomputation> GetRecomputation(const Engine& engine) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRecord stored, Load(engine));
  catalogue::v1::Recomputation answer = Told(stored.record);
  for (const RecomputationRecord& one : stored.record.past()) *answer.add_past() = Told(one);
  return answer;
}

absl::StatusOr<int> CountMoved(const Engine& engine, const domain::Timetable& timetable) {
  int moved = 0;
  int open = 0;
  store::Scan scan{.table = Table::kDossier, .limit_rows = kRecomputationPageRows};
  for (;;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine.store.Read(scan));
    for (const Row& row : rows) {
      scan.after = row.columns[0];
      if (!IsOpen(row)) continue;
      if (++open > kDryRunDossiersMax) return moved;
      LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, ReadDossier(engine, row));
      if (IsClosed(stored.dossier)) continue;
      Dossier next = stored.dossier;
      domain::TrackStatutoryDue(stored.dossier, timetable, engine.clock.Now(), next);
      const bool same_due = domain::FromProto(next.deadline().statutory_due()) ==
                            domain::FromProto(stored.dossier.deadline().statutory_due());
      if (!same_due) ++moved;
    }
    if (static_cast<int64_t>(rows.size()) < scan.limit_rows) return moved;
  }
}

absl::StatusOr<bool> Recomputer::Step() {
  LIENTHONG_ASSIGN_OR_RETURN(StoredRecord stored, Load(engine_));
  RecomputationRecord& record = stored.record;
  if (record.done() || engine_.timetables == nullptr) return false;
  if (engine_.timetables->Now() == nullptr) {
    return absl::UnavailableError("the catalogue cannot be read; deadlines wait for it");
  }
  if (!record.has_start_time()) *record.mutable_start_time() = domain::ToProto(engine_.clock.Now());
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kDossier,
                                                 .after = record.after(),
                                                 .limit_rows = kRecomputationPageRows}));
  const absl::Status computed = Recompute(rows, record);
  if (absl::IsAborted(computed)) return true;  // somebody changed one of them: the page again
  LIENTHONG_RETURN_IF_ERROR(computed);
  if (!rows.empty()) record.set_after(std::get<int64_t>(rows.back().columns[0]));
  record.set_done(static_cast<int64_t>(rows.size()) < kRecomputationPageRows);
  if (record.done()) {
    *record.mutable_end_time() = domain::ToProto(engine_.clock.Now());
    record.set_filled(true);
  }
  const absl::Status kept = CommitProgress(record, stored.version);
  if (absl::IsAborted(kept)) return true;  // the catalogue changed again: from the beginning
  LIENTHONG_RETURN_IF_ERROR(kept);
  return !record.done();
}

absl::Status Recomputer::Recompute(const std::vector<Row>& rows, RecomputationRecord& record) {
  Page page(engine_, record.start_time());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, ReadDossier(engine_, row));
    LIENTHONG_RETURN_IF_ERROR(page.Look(stored));
  }
  record.set_examined(record.examined() + page.examined);
  record.set_moved(record.moved() + page.moved);
  record.set_proposed(record.proposed() + page.proposed);
  return page.Wait();
}

absl::Status Recomputer::CommitProgress(const RecomputationRecord& record, int64_t version) {
  store::WriteSet set;
  set.conditions.push_back({Table::kMeta, {kRecordName}, version});
  Put(engine_, record, set);
  return engine_.store.CommitAndWait(std::move(set), engine_.clock.Now() + engine_.commit_timeout)
      .status();
}

}  // namespace lienthong::core
