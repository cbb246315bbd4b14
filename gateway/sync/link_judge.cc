// What a link makes of the records that its counterpart holds, and what it keeps of it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/matching.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/letter_list.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/reconcile/plan.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::InventoryReply;

constexpr absl::Duration kSaveInterval = absl::Seconds(1);

std::string CountName(int finding_class) {
  switch (finding_class) {
    case v1::Finding::CLASS_DIVERGED:
      return "diverged";
    case v1::Finding::CLASS_MISSING_THERE:
      return "missing_there";
    case v1::Finding::CLASS_MISSING_HERE:
      return "missing_here";
    default:
      return "twice_there";
  }
}

// Whether the feed was read since a record was seen as it is now. What changed there later the feed
// may tell in a moment.
bool WasFeedRead(const Comparing& now, const Comparing::Asked& asked,
                 const adapter::v1::LookUpReply::Record& record) {
  const auto seen = now.seen.find(FindingIdOf(asked));
  return now.feed_read && seen != now.seen.end() && seen->second == RecordDigest(record);
}

StoredFinding Twin(const std::string& key, const std::string& other, const std::string& code) {
  StoredFinding finding{.id = KeyFindingId(key), .record = {}};
  finding.record.set_key(key);
  finding.record.set_code(code);
  finding.record.set_class_(v1::Finding::CLASS_TWICE_THERE);
  finding.record.set_state(v1::Finding::STATE_MANUAL);
  finding.record.set_note(StrCat("the counterpart holds this dossier also as ", other,
                                 "; one of the two is to be removed there"));
  return finding;
}

}  // namespace

std::string KeyFindingId(const std::string& key) { return StrCat("key-", key); }

std::string FindingIdOf(const Comparing::Asked& asked) {
  return asked.dossier_id == 0 ? KeyFindingId(asked.key) : StrCat(asked.dossier_id);
}

absl::StatusOr<StoredFinding> LinkEngine::TwiceThere(const std::string& first,
                                                     const InventoryReply::Entry& entry) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.LoadByKey(entry.key()));
  const bool is_ours = lane.version > 0;
  return Twin(is_ours ? first : entry.key(), is_ours ? entry.key() : first, entry.code());
}

// What the link was never told of although it concerns it (a party that got another agency), or
// rests since it was closed before it came there: nothing of it is on its way.
bool LinkEngine::IsUntold(const StoredLane& lane, const core::StoredDossier& stored) const {
  if (lane.version > 0) {
    const bool is_closed = stored.dossier.has_voiding() || stored.dossier.has_joined();
    return is_closed && lane.state.phase() == LaneState::PHASE_IDLE && !HasRecord(lane.state);
  }
  return !record_.loading() && record_.resync() == storage::v1::LinkRecord::RESYNC_NONE &&
         record_.journal_cursor() >= comparing_->sequence;
}

absl::StatusOr<Verdict> LinkEngine::Judge(const StoredLane& lane, const core::StoredDossier& stored,
                                          const adapter::v1::LookUpReply::Record& record,
                                          bool feed_read) const {
  InboundItem held = record.item();
  if (record.found() && !held.has_error()) {
    const std::vector<FieldViolation> faults =
        domain::MatchElements(stored.dossier, *held.mutable_dossier(), "");
    if (!faults.empty()) {
      held.mutable_error()->set_field(faults[0].field);
      held.mutable_error()->set_reason(faults[0].description);
    }
  }
  const std::string self = StrCat("link/", options_.name);
  const int64_t head = stored.dossier.revision();
  LaneState state = lane.state;
  if (IsUntold(lane, stored)) state.set_confirmed_revision(head);  // there is nothing to wait for
  return Classify({.lane = state,
                   .head = stored.dossier,
                   .held = record.found() ? &held : nullptr,
                   .can = adapter_.capabilities(),
                   .party = party_,
                   .parties = engine_.parties,
                   .graph = engine_.graph,
                   .self = self,
                   .now = engine_.clock.Now(),
                   .represent = [this](const auto& dossier) { return adapter_.Represent(dossier); },
                   .history =
                       [this, &stored, head] {
                         return EntriesAfter(stored.id,
                                             std::max<int64_t>(0, head - kHistoryEntriesMax), head);
                       }},
                  feed_read);
}

absl::Status LinkEngine::TakeRecords(const adapter::v1::LookUpReply& reply, int64_t bytes) {
  Comparing& now = *comparing_;
  storage::v1::RunRecord next = now.run.record;
  std::vector<StoredFinding> findings;
  std::vector<Comparing::Asked> again;
  std::vector<int64_t> twins;
  for (size_t i = 0; i < now.asked.size(); ++i) {
    const Comparing::Asked& asked = now.asked[i];
    const auto& record = reply.records(static_cast<int>(i));
    LIENTHONG_ASSIGN_OR_RETURN(Verdict verdict, asked.dossier_id == 0 ? JudgeUnknown(asked, record)
                                                                      : JudgeKnown(asked, record));
    const auto twin = now.elsewhere.find(asked.dossier_id);
    if (twin != now.elsewhere.end() && record.found()) {
      findings.push_back(Twin(twin->second, asked.key, asked.code));
      twins.push_back(asked.dossier_id);
    }
    switch (verdict.kind) {
      case Verdict::Kind::kEqual:
        Count("equal", 1, next);
        break;
      case Verdict::Kind::kInMotion:
        Count(kCountInMotion, 1, next);
        break;
      case Verdict::Kind::kDeadLettered:
        Count(kCountDeadLettered, 1, next);
        break;
      case Verdict::Kind::kUnsettled:
        if (now.feed_read) {  // it changed once more
          Count(kCountInMotion, 1, next);
          break;
        }
        now.seen[FindingIdOf(asked)] = RecordDigest(record);
        again.push_back(asked);
        break;
      case Verdict::Kind::kDiffers:
        const std::string id =
            asked.dossier_id == 0 ? KeyFindingId(verdict.finding.key()) : StrCat(asked.dossier_id);
        verdict.finding.set_record_digest(RecordDigest(record));
        findings.push_back({.id = id, .record = std::move(verdict.finding)});
    }
  }
  next.set_answer_bytes(next.answer_bytes() + bytes);
  next.set_looked_up(next.looked_up() + static_cast<int64_t>(now.asked.size()));
  LIENTHONG_RETURN_IF_ERROR(CommitFindings(std::move(next), std::move(findings)));
  std::move(again.begin(), again.end(), std::back_inserter(now.again));
  for (const int64_t id : twins) now.elsewhere.erase(id);
  return absl::OkStatus();
}

// Whether an item of the dossier waits for a person: what it says may be the very difference.
absl::StatusOr<bool> LinkEngine::HasLetter(const std::string& code) const {
  v1::DeadLetterFilter wanted;
  wanted.set_link(options_.name);
  wanted.set_code(code);
  LIENTHONG_ASSIGN_OR_RETURN(const LetterFilter filter, LetterFilter::Of(engine_, wanted));
  LIENTHONG_ASSIGN_OR_RETURN(const FoundIds found, FindLetterIds(engine_, filter, /*items_max=*/1));
  return !found.ids.empty();
}

absl::StatusOr<Verdict> LinkEngine::JudgeKnown(
    const Comparing::Asked& asked, const adapter::v1::LookUpReply::Record& record) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(asked.dossier_id));
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, asked.dossier_id));
  const bool has_moved = lane.version != asked.lane_version;
  LIENTHONG_ASSIGN_OR_RETURN(Verdict verdict,
                             Judge(lane, stored, record, WasFeedRead(*comparing_, asked, record)));
  if (verdict.kind != Verdict::Kind::kDiffers) return verdict;
  LIENTHONG_ASSIGN_OR_RETURN(const bool has_letter, HasLetter(stored.dossier.code()));
  if (has_letter) return Verdict{.kind = Verdict::Kind::kDeadLettered};
  if (has_moved) {
    return Verdict{.kind = comparing_->feed_read ? Verdict::Kind::kInMotion
                                                 : Verdict::Kind::kUnsettled};
  }
  verdict.finding.set_dossier_id(asked.dossier_id);
  if (lane.version == 0 && record.found()) {
    verdict.finding.set_state(v1::Finding::STATE_MANUAL);
    verdict.finding.set_note("this link was never told of the dossier; `links reload` tells it");
  }
  const auto elsewhere = comparing_->elsewhere.find(asked.dossier_id);
  if (elsewhere != comparing_->elsewhere.end() && !record.found()) {
    verdict.finding.set_state(v1::Finding::STATE_MANUAL);
    verdict.finding.set_note(StrCat("the counterpart holds this dossier no longer as ", asked.key,
                                    " but as ", elsewhere->second,
                                    "; made again it would be there twice"));
  }
  return verdict;
}

// A record that nobody here knows is on its way here, or was lost.
absl::StatusOr<Verdict> LinkEngine::JudgeUnknown(const Comparing::Asked& asked,
                                                 const adapter::v1::LookUpReply::Record& record) {
  if (!record.found()) return Verdict{};
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, inbound_.DossierOf(record.item()));
  LIENTHONG_ASSIGN_OR_RETURN(const bool is_early, early_.Holds(asked.key));
  if (id != 0 || is_early) return Verdict{.kind = Verdict::Kind::kInMotion};
  if (!WasFeedRead(*comparing_, asked, record)) return Verdict{.kind = Verdict::Kind::kUnsettled};
  LIENTHONG_ASSIGN_OR_RETURN(const PreparedItem prepared,
                             inbound_.Prepare(record.item(), Arrival::kWaited, StateNow()));
  Verdict verdict{.kind = Verdict::Kind::kDiffers};
  verdict.finding.set_code(asked.code);
  verdict.finding.set_key(asked.key);
  verdict.finding.set_class_(v1::Finding::CLASS_MISSING_HERE);
  verdict.finding.set_state(prepared.refused.has_value() ? v1::Finding::STATE_MANUAL
                                                         : v1::Finding::STATE_OPEN);
  if (prepared.refused.has_value()) {
    verdict.finding.set_note(StrCat("cannot be taken in: ", prepared.refused->reason));
  }
  return verdict;
}

// Findings are durable before what they were found in is forgotten; counts alone can wait.
absl::Status LinkEngine::CommitFindings(storage::v1::RunRecord next,
                                        std::vector<StoredFinding> findings) {
  store::WriteSet set;
  for (StoredFinding& finding : findings) {
    *finding.record.mutable_time() = domain::ToProto(engine_.clock.Now());
    Count(CountName(finding.record.class_()), 1, next);
    if (next.automatic() && NeedsNoJudgement(finding.record)) {
      finding.record.set_state(v1::Finding::STATE_APPROVED);
    }
    PutFinding(engine_, comparing_->run.id, finding, set);
  }
  if (findings.empty() && clock_.Now() < comparing_->saved + kSaveInterval) {
    comparing_->run.record = std::move(next);
    return absl::OkStatus();
  }
  return CommitRun(std::move(next), std::move(set));
}

}  // namespace lienthong::sync
