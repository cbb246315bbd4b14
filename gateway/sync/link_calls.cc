// The part of a link's engine that answers its counterpart's calls.
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ReceiveReply;
using adapter::v1::ReceiveRequest;

// What one call may report and ask for.
constexpr int kItemsMax = 200;
constexpr int kLookUpsMax = 100;

// Whatever the store's trouble is, the caller's part is to come again.
absl::Status ComeAgain(const absl::Status& status) {
  return absl::UnavailableError(
      StrCat("not known to be durable: ", std::string(status.message()), "; call again"));
}

}  // namespace

void LinkEngine::Receive(const ReceiveRequest& request, absl::Time deadline,
                         sdk::Done<ReceiveReply> done) {
  std::optional<CallQueue::Done> answer = mailbox_->calls.Admit(std::move(done));
  if (!answer.has_value()) return;
  auto call = std::make_shared<ReceiveRequest>(request);
  call->set_answer(false);
  call->clear_results();
  adapter_.Receive(
      *call, deadline,
      [mailbox = mailbox_, call, deadline, traceparent = std::string(CurrentTraceparent()),
       answer = *std::move(answer)](absl::StatusOr<ReceiveReply> reply) {
        if (absl::IsDeadlineExceeded(reply.status())) {
          return answer(ComeAgain(reply.status()));
        }
        if (!reply.ok()) return answer(reply.status());
        if (reply->items_size() == 0 && reply->look_ups_size() == 0) {
          return answer(std::move(reply));
        }
        if (reply->items_size() > kItemsMax || reply->look_ups_size() > kLookUpsMax) {
          return answer(absl::InvalidArgumentError(
              StrCat("one call may report ", kItemsMax, " items and ask for ", kLookUpsMax,
                     " dossiers; send the rest with another")));
        }
        mailbox->calls.Put({call, deadline, *std::move(reply), answer, traceparent});
        mailbox->Wake();
      });
}

void LinkEngine::ExpireCalls() { mailbox_->calls.Expire(engine_.clock.Now()); }
void LinkEngine::RefuseCalls() { mailbox_->calls.Refuse(); }
void LinkEngine::CloseCalls() { mailbox_->calls.Close(); }

void LinkEngine::TakeCalls() {
  ExpireCalls();
  while (std::optional<CallQueue::Call> call = mailbox_->calls.Take()) {
    const TraceScope trace(call->traceparent);
    const absl::Status taken = TakeCall(call->meaning, call->deadline, *call->request);
    if (!taken.ok() && !bugs_.ack_before_commit) {
      call->answer(ComeAgain(taken));
      continue;
    }
    adapter_.Receive(*call->request, call->deadline,
                     [request = call->request, answer = call->answer](
                         absl::StatusOr<ReceiveReply> reply) { answer(std::move(reply)); });
  }
}

// Makes durable what a call reports, looks up what it asks for, and puts both into the request as
// the adapter is asked the second time.
absl::Status LinkEngine::TakeCall(const ReceiveReply& meaning, absl::Time deadline,
                                  ReceiveRequest& request) {
  std::vector<Taken> taken;
  LIENTHONG_RETURN_IF_ERROR(TakeItems(meaning.items(), Arrival::kCalled, deadline, &taken));
  request.set_answer(true);
  int64_t echoes = 0;
  for (const Taken& item : taken) {
    echoes += item.echoes;
    LIENTHONG_ASSIGN_OR_RETURN(*request.add_results(), ResultOf(item));
  }
  for (const std::string& code : meaning.look_ups()) {
    LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored, inbound_.Find(code));
    ReceiveRequest::Result& result = *request.add_results();
    const bool found = stored.version > 0;
    result.set_outcome(found ? adapter::v1::OUTCOME_APPLIED : adapter::v1::OUTCOME_REJECTED);
    if (found) *result.mutable_dossier() = std::move(stored.dossier);
    if (!found) result.set_reason("no dossier has this code here");
  }
  const std::lock_guard lock(mutex_);
  stats_.received += meaning.items_size();
  stats_.echoes += echoes;
  return absl::OkStatus();
}

absl::StatusOr<ReceiveRequest::Result> LinkEngine::ResultOf(const Taken& taken) const {
  ReceiveRequest::Result result;
  result.set_outcome(taken.refused.has_value() ? adapter::v1::OUTCOME_REJECTED
                     : taken.changed           ? adapter::v1::OUTCOME_APPLIED
                                               : adapter::v1::OUTCOME_DUPLICATE);
  if (taken.refused.has_value()) {
    result.set_field(taken.refused->field);
    result.set_reason(taken.refused->reason);
  }
  if (taken.dossier_id == 0) return result;
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored,
                             core::LoadDossier(engine_, taken.dossier_id));
  *result.mutable_dossier() = std::move(stored.dossier);
  return result;
}

}  // namespace lienthong::sync
