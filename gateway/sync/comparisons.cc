// What operators ask of comparisons, across all links.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/tokens.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"
#include "gateway/sync/reconcile/run_store.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using storage::v1::FindingRecord;
using storage::v1::RunRecord;

constexpr int64_t kRunsDefault = 20;
constexpr int64_t kRunsMax = 100;
constexpr size_t kDayChars = 8;
constexpr size_t kTokenBytesMax = 300;

absl::Status CheckDay(std::string_view field, const std::string& day) {
  const bool is_day = day.size() == kDayChars && std::all_of(day.begin(), day.end(), [](char c) {
                        return absl::ascii_isdigit(static_cast<unsigned char>(c));
                      });
  return day.empty() || is_day ? absl::OkStatus()
                               : FieldInvalid(field, "is not a day; expected yyyyMMdd");
}

absl::Status CheckDays(const v1::StartReconciliationRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("from_day", request.from_day()));
  LIENTHONG_RETURN_IF_ERROR(CheckDay("to_day", request.to_day()));
  if (!request.to_day().empty() && request.to_day() < request.from_day()) {
    return FieldInvalid("to_day", "is before from_day");
  }
  return absl::OkStatus();
}

// A mistyped agency has no dossiers, and all would seem to be alike.
absl::Status CheckAgency(const core::Parties& parties, const std::string& agency) {
  const auto acts_for = [&agency](const core::Party& party) {
    return party.agencies.contains(agency);
  };
  if (agency.empty() || std::any_of(parties.all().begin(), parties.all().end(), acts_for)) {
    return absl::OkStatus();
  }
  return FieldInvalid("agency", StrCat("is ", agency, ", for which no configured party acts"));
}

absl::StatusOr<StoredRun> RunOf(const core::Engine& engine, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(auto run, FindRun(engine, id));
  if (!run.has_value()) return NotFound("reconciliation", id);
  return *std::move(run);
}

absl::StatusOr<v1::Reconciliation> ToPublic(const core::Engine& engine, const StoredRun& run) {
  const RunRecord& record = run.record;
  v1::Reconciliation shown;
  shown.set_id(run.id);
  shown.set_link(record.link());
  shown.set_state(static_cast<v1::Reconciliation::State>(record.state()));
  shown.set_from_day(record.from_day());
  shown.set_to_day(record.to_day());
  shown.set_agency(record.agency());
  shown.set_automatic(record.automatic());
  shown.set_actor(record.actor());
  shown.set_reason(record.reason());
  *shown.mutable_started() = record.started();
  if (record.has_ended()) *shown.mutable_ended() = record.ended();
  *shown.mutable_counts() = record.counts();
  shown.set_answer_bytes(record.answer_bytes());
  shown.set_looked_up(record.looked_up());
  shown.set_error(record.error());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t open,
                             CountFindings(engine, run.id, v1::Finding::STATE_OPEN));
  shown.set_findings(open);
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t manual,
                             CountFindings(engine, run.id, v1::Finding::STATE_MANUAL));
  shown.set_for_people(manual);
  return shown;
}

v1::Finding ToPublic(const StoredFinding& stored, bool with_values) {
  const FindingRecord& record = stored.record;
  v1::Finding shown;
  shown.set_id(stored.id);
  shown.set_code(record.code());
  shown.set_key(record.key());
  shown.set_class_(static_cast<v1::Finding::Class>(record.class_()));
  shown.set_overdue(static_cast<v1::Finding::Overdue>(record.overdue()));
  for (const FindingRecord::Field& field : record.fields()) {
    v1::Finding::Field& shown_field = *shown.add_fields();
    shown_field.set_path(field.path());
    shown_field.set_kind(static_cast<v1::Finding::Field::Kind>(field.kind()));
    if (!with_values) continue;
    shown_field.set_held(field.held());
    shown_field.set_expected(field.expected());
  }
  shown.set_revision(record.revision());
  shown.set_state(static_cast<v1::Finding::State>(record.state()));
  shown.set_note(record.note());
  *shown.mutable_time() = record.time();
  return shown;
}

absl::Status LinkGone(std::string_view link) {
  return absl::FailedPreconditionError(StrCat("the link ", link, " is not configured any more"));
}

}  // namespace

absl::StatusOr<v1::Reconciliation> Links::StartReconciliation(
    const RequestContext& context, const v1::StartReconciliationRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "compare both sides of links"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  LIENTHONG_RETURN_IF_ERROR(CheckDays(request));
  LIENTHONG_RETURN_IF_ERROR(CheckAgency(engine_.parties, request.agency()));
  LinkRunner* runner = Find(request.link());
  if (runner == nullptr) return NotFound("link", request.link());
  RunRecord wanted;
  wanted.set_from_day(request.from_day());
  wanted.set_to_day(request.to_day());
  wanted.set_agency(request.agency());
  wanted.set_automatic(request.automatic());
  wanted.set_actor(context.caller.name);
  wanted.set_reason(request.reason());
  wanted.set_request_id(request.request_id());
  LIENTHONG_RETURN_IF_ERROR(runner->Run(
      context.deadline, [&wanted](LinkEngine& engine) { return engine.StartComparison(wanted); }));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRun run, RunOf(engine_, request.request_id()));
  return ToPublic(engine_, run);
}

absl::StatusOr<v1::Reconciliation> Links::GetReconciliation(
    const RequestContext& context, const v1::GetReconciliationRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read comparisons"));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRun run, RunOf(engine_, request.id()));
  return ToPublic(engine_, run);
}

absl::StatusOr<v1::ListReconciliationsResponse> Links::ListReconciliations(
    const RequestContext& context, const v1::ListReconciliationsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read comparisons"));
  LIENTHONG_RETURN_IF_ERROR(CheckName(request.link()));
  if (request.page_size() < 0) return FieldInvalid("page_size", "is negative");
  const int64_t rows =
      request.page_size() == 0 ? kRunsDefault : std::min<int64_t>(request.page_size(), kRunsMax);
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredRun> runs,
                             NewestRuns(engine_, request.link(), rows));
  v1::ListReconciliationsResponse response;
  for (const StoredRun& run : runs) {
    LIENTHONG_ASSIGN_OR_RETURN(*response.add_reconciliations(), ToPublic(engine_, run));
  }
  return response;
}

// A page goes on after the id of its last finding.
absl::StatusOr<v1::ListFindingsResponse> Links::ListFindings(
    const RequestContext& context, const v1::ListFindingsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read findings"));
  LIENTHONG_RETURN_IF_ERROR(RunOf(engine_, request.reconciliation()).status());
  if (request.page_token().size() > kTokenBytesMax) {
    return PageTokenInvalid("is none of this list's");
  }
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, core::PageRows(request.page_size()));
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredFinding> findings,
                             FindingsAfter(engine_, request.reconciliation(), request.state(),
                                           request.page_token(), rows + 1));
  v1::ListFindingsResponse response;
  const bool is_last = static_cast<int64_t>(findings.size()) <= rows;
  if (!is_last) findings.pop_back();
  for (const StoredFinding& finding : findings) {
    *response.add_findings() = ToPublic(finding, !request.purpose().empty());
  }
  if (!is_last) response.set_next_page_token(findings.back().id);
  return response;
}

absl::StatusOr<v1::BulkResult> Links::ApproveFindings(const RequestContext& context,
                                                      const v1::ApproveFindingsRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "approve findings"));
  const BulkAct act{.actor = context.caller.name,
                    .kind = kActApprove,
                    .reason = request.reason(),
                    .request_id = request.request_id(),
                    .ids = {request.ids().begin(), request.ids().end()},
                    .items_max = request.items_max(),
                    .result = request.reconciliation(),
                    .deadline = context.deadline};
  LIENTHONG_RETURN_IF_ERROR(CheckBulk(act, request.ids().empty()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRun run, RunOf(engine_, request.reconciliation()));
  LinkRunner* runner = Find(run.record.link());
  if (runner == nullptr) return LinkGone(run.record.link());
  const OperatorAct by{act.actor, act.reason, act.request_id};
  const auto find = [&](size_t items_max) -> absl::StatusOr<FoundIds> {
    LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredFinding> open,
                               FindingsAfter(engine_, run.id, v1::Finding::STATE_OPEN, "",
                                             static_cast<int64_t>(items_max) + 1));
    FoundIds found{.ids = {}, .more = open.size() > items_max};
    if (found.more) open.pop_back();
    for (StoredFinding& finding : open) found.ids.push_back(std::move(finding.id));
    return found;
  };
  return RunBulk(engine_, act, find, [&](const std::string& id) -> absl::Status {
    return runner->Run(context.deadline,
                       [&](LinkEngine& engine) { return engine.ApproveFinding(run.id, id, by); });
  });
}

absl::StatusOr<v1::Reconciliation> Links::CancelReconciliation(
    const RequestContext& context, const v1::CancelReconciliationRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "end comparisons"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRun run, RunOf(engine_, request.id()));
  LinkRunner* runner = Find(run.record.link());
  if (runner == nullptr) return LinkGone(run.record.link());
  const OperatorAct act{context.caller.name, request.reason(), request.request_id()};
  LIENTHONG_RETURN_IF_ERROR(runner->Run(
      context.deadline, [&](LinkEngine& engine) { return engine.CancelComparison(run.id, act); }));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredRun ended, RunOf(engine_, request.id()));
  return ToPublic(engine_, ended);
}

}  // namespace lienthong::sync
