// The half of a link's engine that takes in what the counterpart reports in its feed.
#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/trace.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using storage::v1::LinkRecord;

constexpr int kPullItemsMax = 200;
constexpr int kRoundsWithoutProgressMax = 50;

}  // namespace

void LinkEngine::StartPull() {
  adapter::v1::PullRequest request;
  request.set_token(record_.feed_token());
  request.set_items_max(kPullItemsMax);
  pulling_ = true;
  const int64_t number = BeginCall({.kind = UnderWay::Kind::kPull, .is_probe = true});
  adapter_.Pull(request, CallDeadline(), AnswerTo(number, &Completion::pulled));
}

// Takes in items until all are durable, as edits, lanes or dead letters. Items of one dossier keep
// their order: one of each key in a round.
absl::Status LinkEngine::TakeItems(const google::protobuf::RepeatedPtrField<InboundItem>& items,
                                   Arrival arrival, absl::Time deadline,
                                   std::vector<Taken>* taken) {
  taken->assign(items.size(), {});
  std::vector<int> open(items.size());
  std::iota(open.begin(), open.end(), 0);
  std::set<int> unnumbered;  // whose series is closed since the store was restored
  for (int stuck = 0; !open.empty();) {
    std::set<std::string> keys;
    std::vector<int> later, tried;
    std::set<int> waiting;
    CommitGroup group;
    for (const int i : open) {
      if (!items[i].key().empty() && !keys.insert(items[i].key()).second) {
        later.push_back(i);
        continue;
      }
      const TraceScope trace(TraceOfReport());
      LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                                 inbound_.Prepare(items[i], arrival, StateNow()));
      LIENTHONG_ASSIGN_OR_RETURN(bool waits, Waits(items[i], arrival, prepared));
      waits = waits || unnumbered.contains(i);
      if (waits) {
        prepared = PreparedItem{};
        early_.Put(items[i], prepared.set);
      } else if (prepared.early) {
        LIENTHONG_ASSIGN_OR_RETURN(prepared,
                                   inbound_.Prepare(items[i], Arrival::kWaited, StateNow()));
      }
      (*taken)[i] = {.dossier_id = prepared.dossier_id,
                     .changed = prepared.edit.has_value() && prepared.edit->changed,
                     .refused = std::move(prepared.refused),
                     .echoes = prepared.echoes};
      if (prepared.nothing) continue;
      kept_.Forget(prepared.dossier_id);
      aims_.erase(prepared.dossier_id);
      tried.push_back(i);
      if (waits) waiting.insert(i);
      Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
    }
    const std::vector<absl::Status> statuses =
        group.Wait(std::min(engine_.commit_timeout, deadline - engine_.clock.Now()));
    std::vector<int> again;
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (absl::IsAborted(statuses[i])) {
        again.push_back(tried[i]);
      } else if (core::IsSeriesClosed(statuses[i]) && arrival == Arrival::kPulled &&
                 !early_.is_full()) {
        unnumbered.insert(tried[i]);  // waits until an operator opens it; others go on
        again.push_back(tried[i]);
      } else if (!statuses[i].ok()) {
        return statuses[i];
      } else if (waiting.contains(tried[i])) {
        early_.NoteCommitted(1);
        early_pass_.next_give_up =
            std::min(early_pass_.next_give_up, engine_.clock.Now() + options_.early_wait);
      }
    }
    if (again.size() == tried.size() && !tried.empty() && ++stuck > kRoundsWithoutProgressMax) {
      return absl::UnavailableError("items from the counterpart could not be committed");
    }
    again.insert(again.end(), later.begin(), later.end());
    open = std::move(again);
  }
  return absl::OkStatus();
}

absl::Status LinkEngine::TakePulled(Completion& completion) {
  NoteCall(completion.call->begun);
  if (!completion.status.ok()) {
    NoteFailure(Way::kRead, completion.status, {.is_probe = true});
    next_pull_ = clock_.Now() + options_.poll_interval;
    return absl::OkStatus();
  }
  std::vector<Taken> taken;
  const absl::Status durable =
      TakeItems(completion.pulled.items(), Arrival::kPulled, absl::InfiniteFuture(), &taken);
  if (!bugs_.token_before_items) LIENTHONG_RETURN_IF_ERROR(durable);
  PassFailpoint(Failpoint::kItemsDurable);
  for (const adapter::v1::ItemOutcome& outcome : completion.pulled.outcomes()) {
    LIENTHONG_RETURN_IF_ERROR(TakeLateAnswer(outcome));
  }
  const bool drained = record_.resync() == LinkRecord::RESYNC_DRAINING && !completion.pulled.more();
  if (drained || record_.feed_token() != completion.pulled.token()) {
    LinkRecord next = record_;
    next.set_feed_token(completion.pulled.token());
    if (drained) next.set_resync(LinkRecord::RESYNC_WAITING);
    LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next)));
  }
  if (!completion.pulled.more()) ++feed_ends_;
  NoteSuccess(Way::kRead, completion.call->begun);
  next_pull_ =
      clock_.Now() + (completion.pulled.more() ? absl::ZeroDuration() : options_.poll_interval);
  const std::lock_guard lock(mutex_);
  stats_.received += completion.pulled.items_size();
  for (const Taken& item : taken) {
    stats_.echoes += item.echoes;
    if (item.refused.has_value()) stats_.NoteError(ErrorClass::kData);
  }
  return absl::OkStatus();
}

}  // namespace lienthong::sync
