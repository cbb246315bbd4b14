// The half of a link's engine that reads the counterpart's feed.
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/editor.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using store::WriteSet;

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
                  Completion completion{.kind = Completion::Kind::kPulled,
                                        .items = {},
                                        .dossier_id = 0,
                                        .status = reply.status(),
                                        .delivered = {},
                                        .looked_up = {},
                                        .pulled = {}};
                  if (reply.ok()) completion.pulled = *std::move(reply);
                  mailbox->End(std::move(completion));
                });
}

absl::Status LinkEngine::TakePulled(Completion& completion) {
  if (!completion.status.ok()) {
    NoteFailure(completion.status, /*is_probe=*/true);
    next_pull_ = engine_.clock.Now() + options_.poll_interval;
    return absl::OkStatus();
  }
  const LinkState state = StateNow();
  std::vector<const InboundItem*> open;
  for (const InboundItem& item : completion.pulled.items()) open.push_back(&item);
  int64_t echoes = 0;
  for (int stuck = 0; !open.empty();) {
    // Items of one dossier keep their order: one of each key in a round.
    std::set<std::string> keys;
    std::vector<const InboundItem*> later, tried;
    CommitGroup group;
    for (const InboundItem* item : open) {
      if (!item->key().empty() && !keys.insert(item->key()).second) {
        later.push_back(item);
        continue;
      }
      LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared, inbound_.Prepare(*item, state));
      echoes += prepared.echoes;
      if (prepared.nothing) continue;
      tried.push_back(item);
      if (prepared.edit.has_value()) {
        prepared.edit->set.fences.emplace_back(options_.name, fence_);
        core::SubmitEdit(engine_, *std::move(prepared.edit),
                         [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                           done(result.status());
                         });
      } else {
        prepared.set.fences.emplace_back(options_.name, fence_);
        engine_.store.Commit(
            std::move(prepared.set),
            [done = group.Add()](const absl::StatusOr<store::CommitResult>& result) {
              done(result.status());
            });
      }
    }
    const std::vector<absl::Status> statuses = group.Wait(engine_.commit_timeout);
    std::vector<const InboundItem*> again;
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
  const bool moved = record_.feed_token() != completion.pulled.token();
  if (moved) {
    storage::v1::LinkRecord next = record_;
    next.set_feed_token(completion.pulled.token());
    std::vector<WriteSet> sets(1);
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
  counters_.echoes += echoes;
  return absl::OkStatus();
}

}  // namespace lienthong::sync
