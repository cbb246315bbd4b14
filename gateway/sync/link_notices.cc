// The part of a link's engine that tells its counterpart's people what they are to know.
#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ItemOutcome;

constexpr absl::Duration kLookInterval = absl::Seconds(1);
constexpr absl::Duration kAgainAfter = absl::Seconds(30);

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

}  // namespace

bool LinkEngine::MayTell(absl::Time now) {
  return adapter_.capabilities().notices() && MayDeliver() && !telling_.has_value() &&
         now >= next_notice_ && !writes_.open() && calls_ < CallsAllowed() && RateRoom() > 0;
}

// After the deliveries of a tick: a notice waits for the record that it is about. One of a dossier
// that the counterpart does not have, and is not about to get, is not for it.
absl::Status LinkEngine::SendNotice() {
  const absl::Time now = clock_.Now();
  if (!MayTell(now)) return absl::OkStatus();
  next_notice_ = now + kLookInterval;
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<core::StoredNotice> next,
      core::NoticesAfter(engine_, party_.name, record_.notice_cursor(), /*rows_max=*/1));
  if (next.empty()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(next[0].record.dossier_id()));
  if (!lane.state.key().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                               core::LoadDossier(engine_, lane.dossier_id));
    if (MayCall()) Tell(next[0], lane.state.key(), stored.dossier.code());
    return absl::OkStatus();
  }
  return IsOnItsWay(lane.state) ? absl::OkStatus() : PassOverNotice(next[0].number);
}

void LinkEngine::Tell(const core::StoredNotice& notice, const std::string& key,
                      const std::string& code) {
  Outgoing told{.dossier_id = notice.record.dossier_id(), .item = {}};
  told.item.set_delivery_id(StrCat(NameInEpoch(), "-n", notice.number));
  told.item.set_key(key);
  told.item.mutable_dossier()->set_code(code);
  *told.item.add_notices() = notice.record.notice();
  telling_ = notice.number;
  adapter::v1::DeliverRequest request;
  *request.add_items() = told.item;
  UnderWay call{.kind = UnderWay::Kind::kTell};
  call.sent.push_back(std::move(told));
  const int64_t number = BeginCall(std::move(call));
  adapter_.Deliver(request, CallDeadline(), AnswerTo(number, &Completion::delivered));
}

// One that had no answer is told again under the same id; one that is refused stops no other.
absl::Status LinkEngine::TakeTold(const Completion& completion) {
  const Outgoing& told = completion.call->sent[0];
  const ItemOutcome outcome = OutcomeOf(completion.delivered, told.item.delivery_id());
  absl::Status failure = completion.status;
  switch (outcome.outcome()) {
    case adapter::v1::OUTCOME_REJECTED:
    case adapter::v1::OUTCOME_CONFLICT:
      LogWarning("notice_refused", {{"link", options_.name}, {"id", told.item.delivery_id()}});
      NoteError(ErrorClass::kData);
      [[fallthrough]];
    case adapter::v1::OUTCOME_APPLIED:
    case adapter::v1::OUTCOME_DUPLICATE:
      LIENTHONG_RETURN_IF_ERROR(PassOverNotice(*telling_));
      NoteSuccess(Way::kWrite);
      break;
    default:
      next_notice_ = clock_.Now() + kAgainAfter;
      if (failure.ok()) failure = absl::UnavailableError("a notice was not taken");
      NoteFailure(Way::kWrite, failure, {.subject = told.dossier_id});
  }
  NoteCall(completion.call->begun);
  telling_.reset();
  return absl::OkStatus();
}

absl::Status LinkEngine::PassOverNotice(int64_t number) {
  storage::v1::LinkRecord next = record_;
  next.set_notice_cursor(number);
  LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next)));
  next_notice_ = clock_.Now();  // there may be more
  return absl::OkStatus();
}

}  // namespace lienthong::sync
