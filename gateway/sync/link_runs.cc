// What operators ask of a link's comparisons, and what the configuration does.
#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/settled.h"

namespace lienthong::sync {
namespace {

using storage::v1::RunRecord;
using v1::Reconciliation;

constexpr const char* kGateway = "gateway";
constexpr const char* kActReconcile = "reconcile";
constexpr int64_t kDroppedFindingsMax = 1000;  // at a time

storage::v1::ActRecord ActOf(const OperatorAct& act, std::string_view kind, std::string_view target,
                             absl::Time now) {
  storage::v1::ActRecord record;
  record.set_actor(act.actor);
  record.set_kind(std::string(kind));
  record.set_target(std::string(target));
  record.set_reason(act.reason);
  record.set_request_id(act.request_id);
  *record.mutable_time() = domain::ToProto(now);
  return record;
}

bool IsSameRequest(const RunRecord& known, const RunRecord& wanted) {
  return known.link() == wanted.link() && known.from_day() == wanted.from_day() &&
         known.to_day() == wanted.to_day() && known.agency() == wanted.agency() &&
         known.automatic() == wanted.automatic() && known.actor() == wanted.actor() &&
         known.reason() == wanted.reason();
}

// FailedPrecondition when it does not wait to be approved: why not, and who has seen to it.
absl::Status CheckIsOpen(const core::Engine& engine, const StoredFinding& finding) {
  const auto state = static_cast<v1::Finding::State>(finding.record.state());
  if (state == v1::Finding::STATE_OPEN) return absl::OkStatus();
  if (state == v1::Finding::STATE_MANUAL) {
    return absl::FailedPreconditionError("a person has to see to it; its note says why");
  }
  constexpr std::string_view kPrefix = "STATE_";
  const std::string name = v1::Finding::State_Name(state).substr(kPrefix.size());
  LIENTHONG_ASSIGN_OR_RETURN(const std::string who,
                             WhoSettled(engine, finding.record.dossier_id(), finding.id));
  return absl::FailedPreconditionError(
      StrCat("it is settled already: ", name, who.empty() ? "" : ", ", who));
}

}  // namespace

// One that failed may have been made all the same: the run is read again.
absl::Status LinkEngine::CommitRunAct(RunRecord next, store::WriteSet set) {
  const absl::Status status = CommitRun(std::move(next), std::move(set));
  if (status.ok()) return status;
  comparing_.reset();
  unsure_ = true;
  return status;
}

// A run is named by the request that began it, so that the same request again is the same run.
absl::Status LinkEngine::StartComparison(RunRecord wanted) {
  if (!adapter_.capabilities().read_back()) {
    return absl::FailedPreconditionError(
        "this counterpart cannot be compared: it neither lists nor shows its records. `links "
        "reload` sends again only what differs from what it is known to have been told");
  }
  wanted.set_link(options_.name);
  LIENTHONG_ASSIGN_OR_RETURN(const auto known, FindRun(engine_, wanted.request_id()));
  if (known.has_value()) {
    return IsSameRequest(known->record, wanted) ? absl::OkStatus()
                                                : RequestIdReused(wanted.request_id());
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      const auto begun, core::FindAct(engine_, wanted.actor(), wanted.request_id(), options_.name));
  if (begun.has_value()) {
    return absl::FailedPreconditionError(
        StrCat("the comparison ", wanted.request_id(),
               " was made and is not kept any more; use a new request id to compare once more"));
  }
  if (comparing_ != nullptr && comparing_->run.record.state() != Reconciliation::STATE_COMPARED) {
    return absl::FailedPreconditionError(
        StrCat("the comparison ", comparing_->run.id,
               " of this link still compares, or repairs what was approved; wait for its end, or "
               "cancel it"));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t order, NextOrder(engine_));
  const absl::Time now = engine_.clock.Now();
  wanted.set_state(Reconciliation::STATE_RUNNING);
  *wanted.mutable_started() = domain::ToProto(now);
  store::WriteSet set;
  if (comparing_ != nullptr) {
    Supersede(wanted, set);
    wanted.set_error(StrCat("takes the place of the comparison ", comparing_->run.id));
    drops_runs_ = true;
  }
  comparing_ = std::make_unique<Comparing>(
      Comparing{{.id = wanted.request_id(), .record = {}, .order = order}});
  core::PutAct(engine_,
               ActOf({wanted.actor(), wanted.reason(), wanted.request_id()}, kActReconcile,
                     options_.name, now),
               set);
  LIENTHONG_RETURN_IF_ERROR(CommitRunAct(wanted, std::move(set)));
  last_comparison_ = now;
  LogInfo("comparison_started", {{"link", options_.name}, {"by", wanted.actor()}});
  return absl::OkStatus();
}

// The one that waits for a person ends: what it has found is found again, if it is still so.
void LinkEngine::Supersede(const RunRecord& by, store::WriteSet& set) const {
  StoredRun old = comparing_->run;
  old.record.set_state(Reconciliation::STATE_CANCELLED);
  old.record.set_error(StrCat("the comparison ", by.request_id(), " took its place"));
  *old.record.mutable_ended() = by.started();
  PutRun(engine_, old, set);
  core::PutAct(engine_,
               ActOf({by.actor(), by.reason(), by.request_id()}, "reconcile_superseded", old.id,
                     domain::FromProto(by.started())),
               set);
}

// One that waits for a person is replaced only when it was the configuration's own.
absl::Status LinkEngine::StartDueComparison() {
  if (options_.reconcile_every == absl::ZeroDuration()) return absl::OkStatus();
  const absl::Time now = engine_.clock.Now();
  last_comparison_ = std::min(last_comparison_, now);  // the clock was set back: counted anew
  if (now - last_comparison_ < options_.reconcile_every) return absl::OkStatus();
  if (!adapter_.capabilities().read_back()) return absl::OkStatus();
  if (comparing_ != nullptr) {
    const RunRecord& old = comparing_->run.record;
    const bool waits = old.state() == Reconciliation::STATE_COMPARED;
    if (old.actor() != kGateway || !waits) return absl::OkStatus();
  }
  RunRecord wanted;
  wanted.set_actor(kGateway);
  wanted.set_reason(StrCat("every ", absl::ToInt64Hours(options_.reconcile_every), " hours"));
  wanted.set_request_id(engine_.random.Uuid());
  wanted.set_automatic(options_.repairs_automatically);
  return StartComparison(std::move(wanted));
}

absl::Status LinkEngine::ApproveFinding(const std::string& run, const std::string& id,
                                        const OperatorAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(auto finding, FindFinding(engine_, run, id));
  if (!finding.has_value()) return NotFound("finding", id);
  LIENTHONG_RETURN_IF_ERROR(CheckIsOpen(engine_, *finding));
  if (comparing_ == nullptr || comparing_->run.id != run ||
      comparing_->run.record.state() == Reconciliation::STATE_RUNNING) {
    return absl::FailedPreconditionError("the comparison still compares, or has ended");
  }
  finding->record.set_state(v1::Finding::STATE_APPROVED);
  store::WriteSet set;
  PutFinding(engine_, run, *finding, set);
  storage::v1::ActRecord record = ActOf(act, kActApprove, id, engine_.clock.Now());
  record.set_dossier_id(finding->record.dossier_id());
  record.set_code(finding->record.code());
  record.set_result(run);
  core::PutAct(engine_, record, set);
  RunRecord next = comparing_->run.record;
  next.set_state(Reconciliation::STATE_REPAIRING);
  return CommitRunAct(std::move(next), std::move(set));
}

absl::Status LinkEngine::CancelComparison(const std::string& run, const OperatorAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto done,
                             core::FindAct(engine_, act.actor, act.request_id, run));
  if (done.has_value()) return absl::OkStatus();
  if (comparing_ == nullptr || comparing_->run.id != run) {
    return absl::FailedPreconditionError("the comparison has ended");
  }
  RunRecord next = comparing_->run.record;
  next.set_state(Reconciliation::STATE_CANCELLED);
  *next.mutable_ended() = domain::ToProto(engine_.clock.Now());
  store::WriteSet set;
  core::PutAct(engine_, ActOf(act, "reconcile_cancel", run, engine_.clock.Now()), set);
  LIENTHONG_RETURN_IF_ERROR(CommitRunAct(std::move(next), std::move(set)));
  LogInfo("comparison_cancelled", {{"link", options_.name}, {"by", act.actor}});
  return absl::OkStatus();
}

// The oldest comparison beyond those that are kept, a part of what it has found at a time.
absl::Status LinkEngine::DropOldRuns(bool* more) {
  if (!drops_runs_) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const auto old, RunToDrop(engine_, options_.name));
  drops_runs_ = old.has_value() && HasEnded(old->record);
  if (!drops_runs_) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<StoredFinding> findings,
      FindingsAfter(engine_, old->id, v1::Finding::STATE_UNSPECIFIED, "", kDroppedFindingsMax));
  store::WriteSet set;
  for (const StoredFinding& finding : findings) RemoveFinding(old->id, finding.id, set);
  if (static_cast<int64_t>(findings.size()) < kDroppedFindingsMax) RemoveRun(*old, set);
  *more = true;
  std::vector<store::WriteSet> sets;
  sets.push_back(std::move(set));
  std::vector<bool> committed;
  return CommitAll(std::move(sets), &committed);
}

}  // namespace lienthong::sync
