// The half of a link's engine that takes in what the counterpart reports in its feed.
#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;

constexpr int kPullItemsMax = 200;
constexpr int kRoundsWithoutProgressMax = 50;

}  // namespace

void LinkEngine::StartPull() {
  adapter::v1::PullRequest request;
  request.set_token(record_.feed_token());
  request.set_items_max(kPullItemsMax);
  pulling_ = true;
  mailbox_->Begin();
  adapter_.Pull(request, engine_.clock.Now() + options_.call_timeout,
                [mailbox = mailbox_](absl::StatusOr<adapter::v1::PullReply> reply) {
                  Completion completion{
                      .kind = Completion::Kind::kPulled, .sent = {}, .status = reply.status()};
                  if (reply.ok()) completion.pulled = *std::move(reply);
                  mailbox->End(std::move(completion));
                });
}

// Takes in items until all are durable, as edits, lanes or dead letters. Items of one dossier keep
// their order: one of each key in a round.
absl::Status LinkEngine::TakeItems(const google::protobuf::RepeatedPtrField<InboundItem>& items,
                                   Arrival arrival, absl::Time deadline,
                                   std::vector<Taken>* taken) {
  taken->assign(items.size(), {});
  std::vector<int> open(items.size());
  std::iota(open.begin(), open.end(), 0);
  for (int stuck = 0; !open.empty();) {
    std::set<std::string> keys;
    std::vector<int> later, tried;
    CommitGroup group;
    for (const int i : open) {
      if (!items[i].key().empty() && !keys.insert(items[i].key()).second) {
        later.push_back(i);
        continue;
      }
      LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                                 inbound_.Prepare(items[i], arrival, StateNow()));
      (*taken)[i] = {.dossier_id = prepared.dossier_id,
                     .changed = prepared.edit.has_value() && prepared.edit->changed,
                     .refused = std::move(prepared.refused),
                     .echoes = prepared.echoes};
      if (prepared.nothing) continue;
      kept_.Forget(prepared.dossier_id);
      aims_.erase(prepared.dossier_id);
      tried.push_back(i);
      Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
    }
    const std::vector<absl::Status> statuses =
        group.Wait(std::min(engine_.commit_timeout, deadline - engine_.clock.Now()));
    std::vector<int> again;
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (absl::IsAborted(statuses[i])) {
        again.push_back(tried[i]);
      } else if (!statuses[i].ok()) {
        return statuses[i];
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
  if (!completion.status.ok()) {
    NoteFailure(completion.status, /*is_probe=*/true);
    next_pull_ = engine_.clock.Now() + options_.poll_interval;
    return absl::OkStatus();
  }
  std::vector<Taken> taken;
  LIENTHONG_RETURN_IF_ERROR(
      TakeItems(completion.pulled.items(), Arrival::kPulled, absl::InfiniteFuture(), &taken));
  const bool moved = record_.feed_token() != completion.pulled.token();
  if (moved) {
    storage::v1::LinkRecord next = record_;
    next.set_feed_token(completion.pulled.token());
    std::vector<store::WriteSet> sets(1);
    lanes_.PutLink(next, sets[0]);
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
    if (!committed[0]) return absl::UnavailableError("another gateway holds this link now");
    record_ = std::move(next);
  }
  NoteSuccess();
  next_pull_ = engine_.clock.Now() +
               (completion.pulled.more() ? absl::ZeroDuration() : options_.poll_interval);
  const std::lock_guard lock(mutex_);
  counters_.received += completion.pulled.items_size();
  for (const Taken& item : taken) counters_.echoes += item.echoes;
  return absl::OkStatus();
}

}  // namespace lienthong::sync
