// The part of a link's engine that tells its counterpart's people what they are to know.
#include <algorithm>
#include <utility>

#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ItemOutcome;

constexpr absl::Duration kLookInterval = absl::Seconds(1);
// A notice that fails is told again after this, then after twice as long, some thirty minutes in
// all. Only then the others have their turn.
constexpr absl::Duration kAgainAfter = absl::Seconds(30);
constexpr int kTellAttemptsMax = 7;
// A dossier that has failed so often to get its record there holds up no notices of others.
constexpr int kLaneAttemptsMax = 20;
// Dossiers joined one into another.
constexpr int kJoinsMax = 10;

// Without an answer it is not known.
ItemOutcome OutcomeOf(const adapter::v1::DeliverReply& reply, const std::string& delivery_id) {
  for (const ItemOutcome& outcome : reply.outcomes()) {
    if (outcome.delivery_id() == delivery_id) return outcome;
  }
  return {};
}

// Whether a dossier that has no record there yet is on its way to one.
bool IsOnItsWay(const LaneState& lane) {
  return lane.phase() == LaneState::PHASE_READY || lane.phase() == LaneState::PHASE_IN_FLIGHT ||
         lane.phase() == LaneState::PHASE_UNKNOWN;
}

// For a person to read; a notice holds no value of a dossier.
std::string Saying(const adapter::v1::Notice& notice) {
  return StrCat(
      "the notice ", adapter::v1::Notice::Kind_Name(notice.kind()), " of ",
      absl::FormatTime(absl::RFC3339_sec, domain::FromProto(notice.time()), absl::UTCTimeZone()),
      ", of what ", notice.party(), " said, was not taken: tell the people there");
}

}  // namespace

bool LinkEngine::MayTell(absl::Time now) {
  return adapter_.capabilities().notices() && MayDeliver() && !telling_.has_value() &&
         now >= next_notice_ && !writes_.open() && calls_ < CallsAllowed() && RateRoom() > 0;
}

// Notices from before the counterpart could take any are not for it.
absl::Status LinkEngine::BeginNotices(storage::v1::LinkRecord& record) const {
  if (!adapter_.capabilities().notices() || record.tells_notices()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t newest, core::NewestNotice(engine_, party_.name));
  record.set_tells_notices(true);
  record.set_notice_cursor(newest);
  return absl::OkStatus();
}

// The lane with the record that a notice is about: where the dossier's own record went over to
// another one with which it was joined, that one's.
absl::StatusOr<StoredLane> LinkEngine::LaneToTell(int64_t dossier_id) const {
  LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, lanes_.Load(dossier_id));
  for (int joins = 0; joins < kJoinsMax; ++joins) {
    if (!lane.state.key().empty() || lane.state.joined_into() == 0) break;
    LIENTHONG_ASSIGN_OR_RETURN(lane, lanes_.Load(lane.state.joined_into()));
  }
  return lane;
}

// Whether the link has looked at all that there was of a dossier when its notice was first seen.
bool LinkEngine::HasMet(int64_t dossier_id, int64_t notice) {
  if (seen_notice_ != notice) {
    seen_notice_ = notice;
    seen_sequence_ = engine_.store.Info().last_sequence;
  }
  if (record_.journal_cursor() < seen_sequence_) return false;
  return !record_.loading() || dossier_id <= record_.load_after();
}

// After the deliveries of a tick: a notice waits for the record that it is about. One of a dossier
// that the counterpart does not have, and is not about to get, is not for it.
absl::Status LinkEngine::SendNotice() {
  const absl::Time now = clock_.Now();
  if (!MayTell(now)) return absl::OkStatus();
  next_notice_ = now + kLookInterval;
  if (!record_.tells_notices()) {
    storage::v1::LinkRecord begun = record_;
    LIENTHONG_RETURN_IF_ERROR(BeginNotices(begun));
    return CommitLink(std::move(begun));
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<core::StoredNotice> next,
      core::NoticesAfter(engine_, party_.name, record_.notice_cursor(), /*rows_max=*/1));
  if (next.empty()) return absl::OkStatus();
  const core::StoredNotice& notice = next[0];
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, LaneToTell(notice.record.dossier_id()));
  const bool has_record = !lane.state.key().empty();
  if (!has_record && !HasMet(lane.dossier_id, notice.number)) return absl::OkStatus();
  if (!has_record && !IsOnItsWay(lane.state)) return PassOverNotice(notice.number, {});
  if (!has_record && lane.state.attempts() < kLaneAttemptsMax) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(Outgoing told, ToTell(notice, lane));
  if (!has_record) return GiveUpNotice(notice.number, told);
  if (MayCall()) Tell(notice.number, std::move(told));
  return absl::OkStatus();
}

absl::StatusOr<LinkEngine::Outgoing> LinkEngine::ToTell(const core::StoredNotice& notice,
                                                        const StoredLane& lane) const {
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, lane.dossier_id));
  Outgoing told{.dossier_id = lane.dossier_id, .item = {}};
  told.item.set_delivery_id(StrCat(NameInEpoch(), "-n", notice.number));
  told.item.set_key(lane.state.key());
  told.item.mutable_dossier()->set_code(stored.dossier.code());
  *told.item.add_notices() = notice.record.notice();
  return told;
}

void LinkEngine::Tell(int64_t notice, Outgoing told) {
  telling_ = notice;
  adapter::v1::DeliverRequest request;
  *request.add_items() = told.item;
  UnderWay call{.kind = UnderWay::Kind::kTell};
  call.sent.push_back(std::move(told));
  const int64_t number = BeginCall(std::move(call));
  adapter_.Deliver(request, CallDeadline(), AnswerTo(number, &Completion::delivered));
}

// One that had no answer is told again under the same id; one that is refused, or fails for ever,
// stops no other, and becomes a person's to tell.
absl::Status LinkEngine::TakeTold(const Completion& completion) {
  const Outgoing& told = completion.call->sent[0];
  const ItemOutcome outcome = OutcomeOf(completion.delivered, told.item.delivery_id());
  absl::Status failure = completion.status;
  switch (outcome.outcome()) {
    case adapter::v1::OUTCOME_REJECTED:
    case adapter::v1::OUTCOME_CONFLICT:
      LIENTHONG_RETURN_IF_ERROR(GiveUpNotice(*telling_, told));
      NoteSuccess(Way::kWrite, completion.call->begun);
      break;
    case adapter::v1::OUTCOME_APPLIED:
    case adapter::v1::OUTCOME_DUPLICATE:
      LIENTHONG_RETURN_IF_ERROR(PassOverNotice(*telling_, {}));
      NoteSuccess(Way::kWrite, completion.call->begun);
      break;
    default:
      LIENTHONG_RETURN_IF_ERROR(TellAgain(told));
      if (failure.ok()) failure = sdk::UnavailableStatus(completion.delivered);
      if (failure.ok()) failure = absl::UnavailableError("a notice was not taken");
      NoteFailure(Way::kWrite, failure, {.subject = told.dossier_id});
  }
  NoteCall(completion.call->begun);
  telling_.reset();
  return absl::OkStatus();
}

// An attempt counts when the counterpart has answered something since the last one: while it is
// away, nothing is given up.
absl::Status LinkEngine::TellAgain(const Outgoing& told) {
  const bool answers = last_success_ > last_attempt_to_tell_;
  const int attempts = record_.notice_attempts() + (answers ? 1 : 0);
  if (attempts >= kTellAttemptsMax) return GiveUpNotice(*telling_, told);
  if (answers) {
    storage::v1::LinkRecord next = record_;
    next.set_notice_attempts(attempts);
    LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next)));
  }
  last_attempt_to_tell_ = engine_.clock.Now();
  next_notice_ = clock_.Now() + kAgainAfter * (1 << std::max(0, attempts - 1));
  return absl::OkStatus();
}

absl::Status LinkEngine::GiveUpNotice(int64_t number, const Outgoing& told) {
  const adapter::v1::Notice& notice = told.item.notices(0);
  storage::v1::TaskRecord task;
  task.set_link(options_.name);
  task.set_code(told.item.dossier().code());
  task.set_key(told.item.key());
  if (!notice.path().empty()) task.add_paths(notice.path());
  task.set_reason(Saying(notice));
  *task.mutable_time() = domain::ToProto(engine_.clock.Now());
  task.set_dossier_id(told.dossier_id);
  task.set_notice(number);
  store::WriteSet set;
  const std::string id = PutTask(engine_, task, set);
  LIENTHONG_RETURN_IF_ERROR(PassOverNotice(number, std::move(set)));
  LogWarning("notice_given_up", {{"link", options_.name}, {"task", id}});
  NoteError(ErrorClass::kData);
  return absl::OkStatus();
}

absl::Status LinkEngine::PassOverNotice(int64_t number, store::WriteSet set) {
  storage::v1::LinkRecord next = record_;
  next.set_notice_cursor(number);
  next.clear_notice_attempts();
  LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next), std::move(set)));
  next_notice_ = clock_.Now();  // there may be more
  return absl::OkStatus();
}

}  // namespace lienthong::sync
