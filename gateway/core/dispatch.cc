#include "gateway/core/dispatch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/due_list.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/editor.h"
#include "gateway/core/requests.h"
#include "gateway/core/tokens.h"
#include "gateway/core/waiter.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::core {
namespace {

namespace pb = catalogue::v1;
using dossier::v1::Assignment;
using dossier::v1::Dossier;
using storage::v1::DispatchRecord;
using storage::v1::DispatchWalk;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr char kWalkName[] = "dispatch";
constexpr char kGateway[] = "gateway";
constexpr char kAct[] = "dispatch";
constexpr char kToken[] = "dispatch";
constexpr int kByDue = 1;  // as in tables.cc
constexpr int kAttemptsMax = 20;

std::string DayOf(const google::protobuf::Timestamp& time) {
  return domain::FormatDay(domain::WallDay(domain::FromProto(time)));
}

// The day on which the agency in charge got the dossier; empty when nobody says so.
std::string GotOn(const Dossier& dossier, const std::string& agency) {
  for (auto it = dossier.assignments().rbegin(); it != dossier.assignments().rend(); ++it) {
    const bool leads = it->role() == Assignment::ROLE_LEAD && it->agency() == agency;
    if (leads && it->has_assigned_time()) return DayOf(it->assigned_time());
  }
  if (dossier.reception().has_received_time()) return DayOf(dossier.reception().received_time());
  return dossier.origin().has_submitted_time() ? DayOf(dossier.origin().submitted_time()) : "";
}

DispatchRecord RecordOf(const Engine& engine, const Row& row) {
  DispatchRecord record;
  // A row that cannot be read is one whose time is not known.
  if (row.version > 0) Unseal(engine, 0, row.body, record).IgnoreError();
  return record;
}

// The agency takes the dossier over.
absl::StatusOr<PreparedEdit> PrepareTakeOver(const Engine& engine, const StoredDossier& stored,
                                             const std::string& agency, EditContext context) {
  Dossier wanted;
  Assignment& assignment = *wanted.add_assignments();
  assignment.set_id(StrCat("dispatch-", stored.dossier.assignments_size() + 1));
  assignment.set_agency(agency);
  assignment.set_role(Assignment::ROLE_LEAD);
  *assignment.mutable_assigned_time() = domain::ToProto(engine.clock.Now());
  assignment.set_answer(Assignment::ANSWER_ACCEPTED);
  *assignment.mutable_answered_time() = assignment.assigned_time();
  assignment.set_answer_note(context.reason);
  context.writer.system = context.actor;
  context.overrules = true;
  LIENTHONG_ASSIGN_OR_RETURN(
      PreparedEdit edit,
      PrepareEdit(engine, stored, domain::ChangeOf(std::move(wanted)), std::move(context)));
  edit.set.mutations.push_back(
      {Mutation::Kind::kDelete, Table::kDispatch, {.columns = {stored.id}}});
  return edit;
}

absl::Status NotASuccessor(const Succession& succession, const std::string& agency) {
  ErrorDetails details;
  details.reason = "NOT_A_SUCCESSOR";
  details.metadata = {{"agency", agency},
                      {"candidates", absl::StrJoin(succession.candidates, ",")}};
  const std::string problem =
      !succession.has_ended           ? StrCat("its agency, ", succession.from, ", has not ended")
      : succession.candidates.empty() ? StrCat("the catalogue names no successor of ",
                                               succession.from, "; import one, then dispatch it")
                                      : StrCat("successors of ", succession.from, " are ",
                                               absl::StrJoin(succession.candidates, ", "));
  return WithDetails(
      absl::FailedPreconditionError(StrCat(agency, " cannot take the dossier over: ", problem)),
      details);
}

}  // namespace

Succession SuccessionOf(const catalogue::Snapshot& snapshot, const Dossier& dossier,
                        const std::string& today) {
  Succession succession{.from = AgencyInCharge(dossier)};
  absl::StatusOr<const pb::Agency*> entry =
      snapshot.FindAgency(succession.from, GotOn(dossier, succession.from));
  if (!entry.ok()) entry = snapshot.FindAgency(succession.from, "");
  if (!entry.ok()) return succession;
  const auto current = snapshot.Current(**entry, today);
  for (const pb::Agency* agency : current) succession.candidates.push_back(agency->code());
  const bool goes_on = current.size() == 1 && succession.candidates[0] == succession.from;
  succession.has_ended = !goes_on;
  return succession;
}

// What one page of open dossiers makes to be done.
class Dispatch::Page {
 public:
  Page(Engine& engine, const catalogue::Snapshot& snapshot, std::string today)
      : engine_(engine), snapshot_(snapshot), today_(std::move(today)) {}

  absl::Status Look(const DueRow& row) {
    const auto known = ended_.try_emplace(row.agency, false);
    if (known.second) known.first->second = snapshot_.HasEnded(row.agency, today_);
    return known.first->second ? LookAtDossier(row.dossier_id) : absl::OkStatus();
  }

  absl::Status LookAtDossier(int64_t id) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, id));
    LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kDispatch, {id}));
    const auto is_open = DueRowOf(id, stored.dossier, /*timetable=*/nullptr);
    const Succession succession = SuccessionOf(snapshot_, stored.dossier, today_);
    if (stored.version == 0 || !is_open.has_value() || !succession.has_ended) {
      if (row.version > 0) Remove(id);
      return absl::OkStatus();
    }
    const bool is_clear = succession.candidates.size() == 1;
    return is_clear ? TakeOver(stored, succession) : Queue(stored, row);
  }

  // Until all of it is stored; the first error of any.
  absl::Status Wait() {
    absl::Status first;
    for (auto& waiter : edits_) first.Update(Answered(waiter));
    for (auto& waiter : writes_) first.Update(Answered(waiter));
    return first;
  }

 private:
  absl::Status TakeOver(const StoredDossier& stored, const Succession& succession) {
    EditContext context;
    context.actor = kGateway;
    context.reason = StrCat(succession.candidates[0], " is the successor of ", succession.from);
    LIENTHONG_ASSIGN_OR_RETURN(
        PreparedEdit edit,
        PrepareTakeOver(engine_, stored, succession.candidates[0], std::move(context)));
    SubmitEdit(engine_, std::move(edit), edits_.emplace_back().Callback());
    return absl::OkStatus();
  }

  absl::Status Queue(const StoredDossier& stored, const Row& row) {
    const auto& deadline = stored.dossier.deadline();
    const int64_t due_us = deadline.has_promised_due()
                               ? absl::ToUnixMicros(domain::FromProto(deadline.promised_due()))
                               : kNeverMicros;
    if (row.version > 0 && std::get<int64_t>(row.columns[1]) == due_us) return absl::OkStatus();
    DispatchRecord record = RecordOf(engine_, row);
    if (!record.has_since()) *record.mutable_since() = domain::ToProto(engine_.clock.Now());
    WriteSet set;
    set.conditions.push_back({Table::kDossier, {stored.id}, stored.version});
    set.mutations.push_back({Mutation::Kind::kPut,
                             Table::kDispatch,
                             {.columns = {stored.id, due_us}, .body = Seal(engine_, 0, record)}});
    Commit(std::move(set));
    return absl::OkStatus();
  }

  void Remove(int64_t id) {
    WriteSet set;
    set.mutations.push_back({Mutation::Kind::kDelete, Table::kDispatch, {.columns = {id}}});
    Commit(std::move(set));
  }

  void Commit(WriteSet set) {
    engine_.store.Commit(std::move(set), writes_.emplace_back().Callback());
  }

  template <typename T>
  absl::Status Answered(Waiter<absl::StatusOr<T>>& waiter) {
    const auto answer = waiter.Wait(engine_.clock.Now() + engine_.commit_timeout);
    if (answer.has_value()) return answer->status();
    return absl::DeadlineExceededError("a dossier that goes to another agency is not stored yet");
  }

  Engine& engine_;
  const catalogue::Snapshot& snapshot_;
  const std::string today_;
  std::map<std::string, bool> ended_;  // agencies
  std::vector<Waiter<absl::StatusOr<EditResult>>> edits_;
  std::vector<Waiter<absl::StatusOr<store::CommitResult>>> writes_;
};

absl::StatusOr<bool> Dispatch::Step() {
  LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, catalogue_.Now());
  LIENTHONG_ASSIGN_OR_RETURN(const Row stored, engine_.store.Get(Table::kMeta, {kWalkName}));
  DispatchWalk walk;
  if (stored.version > 0) LIENTHONG_RETURN_IF_ERROR(Unseal(engine_, 0, stored.body, walk));
  const int64_t hour = absl::ToUnixSeconds(engine_.clock.Now()) / 3600;
  const bool is_current = walk.catalogue_version() == snapshot->version() && walk.hour() == hour;
  if (is_current && walk.done()) return false;
  const bool goes_on = walk.catalogue_version() == snapshot->version() && !walk.done();
  if (!goes_on) walk.Clear();
  walk.set_catalogue_version(snapshot->version());
  if (!goes_on) walk.set_hour(hour);
  const std::string today = catalogue_.Today();
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      engine_.store.Read(
          {.table = Table::kDue, .after = walk.after(), .limit_rows = kDispatchPageRows}));
  Page page(engine_, *snapshot, today);
  for (const Row& row : rows) LIENTHONG_RETURN_IF_ERROR(page.Look(ReadDueRow(row)));
  const absl::Status done = page.Wait();
  if (absl::IsAborted(done)) return true;  // somebody changed one of them: the page again
  LIENTHONG_RETURN_IF_ERROR(done);
  if (!rows.empty()) walk.set_after(std::get<int64_t>(rows.back().columns[0]));
  walk.set_done(static_cast<int>(rows.size()) < kDispatchPageRows);
  if (walk.done()) LIENTHONG_RETURN_IF_ERROR(Sweep(*snapshot, today));
  WriteSet set;
  set.conditions.push_back({Table::kMeta, {kWalkName}, stored.version});
  set.mutations.push_back({Mutation::Kind::kPut,
                           Table::kMeta,
                           {.columns = {kWalkName}, .body = Seal(engine_, 0, walk)}});
  LIENTHONG_RETURN_IF_ERROR(
      engine_.store.CommitAndWait(std::move(set), engine_.clock.Now() + engine_.commit_timeout)
          .status());
  return !walk.done();
}

// What waits no more: the dossier ended, or the catalogue says otherwise by now.
absl::Status Dispatch::Sweep(const catalogue::Snapshot& snapshot, const std::string& today) {
  store::Scan scan{.table = Table::kDispatch, .limit_rows = kDispatchPageRows};
  for (;;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine_.store.Read(scan));
    Page page(engine_, snapshot, today);
    for (const Row& row : rows) {
      scan.after = row.columns[0];
      LIENTHONG_RETURN_IF_ERROR(page.LookAtDossier(std::get<int64_t>(row.columns[0])));
    }
    const absl::Status done = page.Wait();
    if (!absl::IsAborted(done)) LIENTHONG_RETURN_IF_ERROR(done);  // else the next walk sees to it
    if (static_cast<int>(rows.size()) < kDispatchPageRows) return absl::OkStatus();
  }
}

absl::StatusOr<pb::ListDispatchResponse> Dispatch::List(
    const RequestContext& /*context*/, const pb::ListDispatchRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t page_rows, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(DuePosition behind, ReadDueToken(kToken, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, catalogue_.Now());
  const std::string today = catalogue_.Today();
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             ReadBehind(engine_, Table::kDispatch, kByDue, {}, behind, page_rows));
  pb::ListDispatchResponse response;
  for (const Row& row : rows) {
    const auto id = std::get<int64_t>(row.columns[0]);
    behind = {std::get<int64_t>(row.columns[1]), id};
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, id));
    const Succession succession = SuccessionOf(*snapshot, stored.dossier, today);
    const bool is_open = DueRowOf(id, stored.dossier, /*timetable=*/nullptr).has_value();
    if (!is_open || !succession.has_ended) continue;  // the next walk takes it off
    pb::DispatchItem& item = *response.add_items();
    item.set_code(stored.dossier.code());
    item.set_agency(succession.from);
    *item.mutable_candidates() = {succession.candidates.begin(), succession.candidates.end()};
    *item.mutable_since() = RecordOf(engine_, row).since();
    if (stored.dossier.deadline().has_promised_due()) {
      *item.mutable_promised_due() = stored.dossier.deadline().promised_due();
    }
  }
  if (static_cast<int64_t>(rows.size()) == page_rows) {
    response.set_next_page_token(MakeDueToken(kToken, epoch, behind));
  }
  return response;
}

absl::StatusOr<pb::DispatchDossierResponse> Dispatch::Assign(
    const RequestContext& context, const pb::DispatchDossierRequest& request) {
  if (domain::IsBlank(request.reason())) {
    return FieldInvalid("reason", "is empty; say why, it is kept with the act");
  }
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    pb::DispatchDossierResponse response;
    if (known.has_value()) {
      response.set_code(known->code());
      response.set_revision(known->revision());
      return response;
    }
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, FindDossier(engine_, request.code()));
    if (id == 0) return NotFound("dossier", request.code());
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, id));
    LIENTHONG_RETURN_IF_ERROR(CheckOpen(stored.dossier));
    LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, catalogue_.Now());
    const Succession succession = SuccessionOf(*snapshot, stored.dossier, catalogue_.Today());
    const auto& candidates = succession.candidates;
    if (!succession.has_ended ||
        std::find(candidates.begin(), candidates.end(), request.agency()) == candidates.end()) {
      return NotASuccessor(succession, request.agency());
    }
    EditContext edit_context;
    edit_context.actor = context.caller.name;
    edit_context.reason = request.reason();
    edit_context.trace_id = context.trace_id;
    edit_context.request_id = request.request_id();
    edit_context.request_digest = digest;
    LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit, PrepareTakeOver(engine_, stored, request.agency(),
                                                                  std::move(edit_context)));
    storage::v1::ActRecord act;
    act.set_actor(context.caller.name);
    act.set_kind(kAct);
    act.set_target(stored.dossier.code());
    act.set_dossier_id(stored.id);
    act.set_code(stored.dossier.code());
    act.set_reason(request.reason());
    act.set_result(StrCat(request.agency(), " takes it over from ", succession.from));
    act.set_request_id(request.request_id());
    act.set_revision(stored.dossier.revision() + 1);
    *act.mutable_time() = domain::ToProto(engine_.clock.Now());
    PutAct(engine_, act, edit.set);
    Waiter<absl::StatusOr<EditResult>> waiter;
    SubmitEdit(engine_, std::move(edit), waiter.Callback());
    const auto result =
        waiter.Wait(std::min(context.deadline, engine_.clock.Now() + engine_.commit_timeout));
    if (!result.has_value()) {
      return absl::DeadlineExceededError(
          "whether it is done is not known; send the same request again");
    }
    if (result->ok()) {
      response.set_code((*result)->code);
      response.set_revision((*result)->revision);
      return response;
    }
    if (!absl::IsAborted(result->status())) return result->status();
  }
  return Busy("this dossier changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core
