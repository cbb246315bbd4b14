// How a link makes both sides equal where that was approved. What was found is looked at once more:
// only what is still so is repaired, and nothing that was said meanwhile is lost, since lane and
// dossier must be as they were looked at.
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/records.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/reconcile/plan.h"

namespace lienthong::sync {
namespace {

using adapter::v1::LookUpReply;

void Close(v1::Finding::State state, std::string_view note, storage::v1::FindingRecord& finding) {
  finding.set_state(state);
  if (!note.empty()) finding.set_note(std::string(note));
}

}  // namespace

absl::Status LinkEngine::AskForRepairs(bool* more) {
  if (!MayAsk()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<StoredFinding> approved,
      FindingsAfter(engine_, comparing_->run.id, v1::Finding::STATE_APPROVED, "", KeysMax()));
  if (approved.empty()) {
    *more = true;
    return EndComparing();
  }
  std::vector<Comparing::Asked> asked;
  asked.reserve(approved.size());
  for (const StoredFinding& finding : approved) {
    asked.push_back({.dossier_id = finding.record.dossier_id(),
                     .key = finding.record.key(),
                     .code = finding.record.code(),
                     .finding = finding.id});
  }
  AskFor(std::move(asked));
  return absl::OkStatus();
}

// One that changed meanwhile is still approved, and is looked at again.
absl::Status LinkEngine::TakeForRepair(const LookUpReply& reply) {
  CommitGroup group;
  for (size_t i = 0; i < comparing_->asked.size(); ++i) {
    const Comparing::Asked& asked = comparing_->asked[i];
    LIENTHONG_ASSIGN_OR_RETURN(const auto stored,
                               FindFinding(engine_, comparing_->run.id, asked.finding));
    if (!stored.has_value() || stored->record.state() != v1::Finding::STATE_APPROVED) continue;
    StoredFinding finding = *stored;
    LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                               PrepareRepair(reply.records(static_cast<int>(i)), finding.record));
    store::WriteSet& set = prepared.edit.has_value() ? prepared.edit->set : prepared.set;
    PutFinding(engine_, comparing_->run.id, finding, set);
    kept_.Forget(prepared.dossier_id);
    aims_.erase(prepared.dossier_id);
    Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
  }
  for (const absl::Status& status : group.Wait(engine_.commit_timeout)) {
    if (!status.ok() && !absl::IsAborted(status)) return status;
  }
  return absl::OkStatus();
}

// What a repair writes beside the finding, which says then what became of it.
absl::StatusOr<PreparedItem> LinkEngine::PrepareRepair(const LookUpReply::Record& record,
                                                       storage::v1::FindingRecord& finding) {
  if (finding.dossier_id() == 0) return PrepareTakingIn(record, finding);
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(finding.dossier_id()));
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, finding.dossier_id()));
  LIENTHONG_ASSIGN_OR_RETURN(const Verdict verdict,
                             Judge(lane, stored, record, /*feed_read=*/true));
  if (verdict.kind == Verdict::Kind::kInMotion) {
    Close(v1::Finding::STATE_OPEN, "something was on its way; approve it again", finding);
    return PreparedItem{};
  }
  if (verdict.kind == Verdict::Kind::kDeadLettered) {
    Close(v1::Finding::STATE_OPEN,
          "a dead letter of it is open; replay or discard that first, then approve it again",
          finding);
    return PreparedItem{};
  }
  // What else of the record has changed its feed is yet to tell.
  const bool is_same_record = finding.record_digest() == RecordDigest(record);
  std::optional<Repair> repair = is_same_record ? RepairOf(finding, verdict) : std::nullopt;
  if (!repair.has_value()) {
    const bool is_other = verdict.kind == Verdict::Kind::kDiffers;
    Close(v1::Finding::STATE_VANISHED,
          is_other ? "it is otherwise now; compare again" : std::string_view(), finding);
    return PreparedItem{};
  }
  if (bugs_.repair_overwrites_theirs) repair->push.merge(repair->pull);
  Close(v1::Finding::STATE_REPAIRED, "", finding);
  const adapter::v1::InboundItem* held = record.found() ? &record.item() : nullptr;
  const TraceScope trace(TraceOfReport());
  LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                             inbound_.PrepareRepair(lane, stored, held, *repair, StateNow()));
  if (!prepared.refused.has_value()) return prepared;
  Close(v1::Finding::STATE_MANUAL, StrCat("cannot be taken in: ", prepared.refused->reason),
        finding);
  repair->pull.clear();
  return inbound_.PrepareRepair(lane, stored, held, *repair, StateNow());
}

absl::StatusOr<PreparedItem> LinkEngine::PrepareTakingIn(const LookUpReply::Record& record,
                                                         storage::v1::FindingRecord& finding) {
  Close(v1::Finding::STATE_VANISHED, "", finding);
  if (!record.found()) return PreparedItem{};
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, inbound_.DossierOf(record.item()));
  LIENTHONG_ASSIGN_OR_RETURN(const bool is_early, early_.Holds(record.item().key()));
  if (id != 0 || is_early) return PreparedItem{};
  const TraceScope trace(TraceOfReport());
  LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                             inbound_.Prepare(record.item(), Arrival::kWaited, StateNow()));
  if (prepared.refused.has_value()) {
    Close(v1::Finding::STATE_MANUAL, StrCat("cannot be taken in: ", prepared.refused->reason),
          finding);
    return PreparedItem{};
  }
  Close(v1::Finding::STATE_REPAIRED, "", finding);
  return prepared;
}

}  // namespace lienthong::sync
