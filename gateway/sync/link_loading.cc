// How a link tells its lanes of the dossiers that were there before it, or of all of them again.
#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

using storage::v1::LinkRecord;

constexpr int64_t kLoadRowsMax = 200;
// No page is told while so many lanes that it might make wait are waiting already.
constexpr int64_t kLoadWaitingMax = 400;
constexpr int64_t kLoadCountMax = 10'000'000;

}  // namespace

bool LinkEngine::MayDeliver() const {
  return !record_.paused() && record_.resync() == LinkRecord::RESYNC_NONE;
}

absl::StatusOr<LinkRecord> LinkEngine::BeginLoad(LinkRecord record, bool all) const {
  LIENTHONG_ASSIGN_OR_RETURN(
      const int64_t dossiers,
      engine_.store.Count({.table = store::Table::kDossier, .limit_rows = kLoadCountMax}));
  record.set_loading(dossiers > 0);
  record.set_load_all(all);
  record.set_load_after(0);
  record.set_load_total(dossiers);
  record.set_load_done(0);
  return record;
}

// True when the lane is another now, and in `set`.
absl::StatusOr<bool> LinkEngine::TellLane(const core::StoredDossier& stored, store::WriteSet& set) {
  if (!inbound_.Concerns(stored.dossier)) return false;
  LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, lanes_.Load(stored.id));
  const Effects effects = Step(lane.state, StateNow(), LaneName(stored.id),
                               Loaded{.revision = stored.dossier.revision(),
                                      .position = stored.id,
                                      .again = record_.load_all(),
                                      .restored = record_.resync() != LinkRecord::RESYNC_NONE});
  if (effects.unchanged) return false;
  lanes_.Put(lane, effects.lane, set);
  kept_.Forget(stored.id);
  aims_.erase(stored.id);
  return true;
}

// One page: its lanes and how far the load has come are one commit, so that it goes on there
// whenever the process ends. While the store is resynchronised nothing is delivered, and lanes wait
// however many they are.
absl::Status LinkEngine::LoadPage(bool* more) {
  if (!record_.loading()) return absl::OkStatus();
  if (MayDeliver()) {
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t waiting,
                               lanes_.CountWaiting(clock_.Now(), kLoadWaitingMax));
    if (waiting >= kLoadWaitingMax) return absl::OkStatus();  // an answer wakes us
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = store::Table::kDossier,
                                                 .after = record_.load_after(),
                                                 .limit_rows = kLoadRowsMax}));
  LinkRecord next = record_;
  store::WriteSet lanes;
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored, core::ReadDossier(engine_, row));
    LIENTHONG_RETURN_IF_ERROR(TellLane(stored, lanes).status());
    next.set_load_after(stored.id);
    next.set_load_done(next.load_done() + 1);
  }
  *more = true;
  if (rows.empty()) {
    next.set_loading(false);
    next.set_load_all(false);
    next.set_resync(LinkRecord::RESYNC_NONE);
    LogInfo("link_loaded", {{"link", options_.name}});
  }
  return CommitPage(std::move(next), std::move(lanes));
}

absl::Status LinkEngine::CommitPage(LinkRecord next, store::WriteSet lanes) {
  if (!bugs_.load_mark_early) return CommitLink(std::move(next), std::move(lanes));
  LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next)));
  return CommitLink(record_, std::move(lanes));
}

absl::Status LinkEngine::SetPaused(bool paused, const OperatorAct& act) {
  LIENTHONG_RETURN_IF_ERROR(BeSure());
  LinkRecord next = record_;
  next.set_paused(paused);
  return CommitAct(act, paused ? "pause" : "resume", std::move(next));
}

absl::Status LinkEngine::Reload(const OperatorAct& act) {
  LIENTHONG_RETURN_IF_ERROR(BeSure());
  LinkRecord next = record_;
  // In a restored store all lanes look again by themselves, once every feed has been read.
  if (record_.resync() == LinkRecord::RESYNC_NONE) {
    LIENTHONG_ASSIGN_OR_RETURN(next, BeginLoad(record_, /*all=*/true));
  }
  return CommitAct(act, "reload", std::move(next));
}

absl::Status LinkEngine::Rewind(const OperatorAct& act) {
  LIENTHONG_RETURN_IF_ERROR(BeSure());
  if (!adapter_.capabilities().feed_versions()) {
    return absl::FailedPreconditionError(
        "its feed has no versions, so old rows could not be told from new ones; compare both sides "
        "instead: lienthongctl reconcile start");
  }
  if (!record_.paused()) {
    return absl::FailedPreconditionError("pause the link first: lienthongctl links pause");
  }
  if (pulling_) return Busy("the last pull is still under way", absl::Milliseconds(500));
  LinkRecord next = record_;
  next.clear_feed_token();
  return CommitAct(act, "rewind", std::move(next));
}

// The same request again is answered alike and does nothing.
absl::Status LinkEngine::CommitAct(const OperatorAct& act, std::string_view kind, LinkRecord next) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto done,
                             core::FindAct(engine_, act.actor, act.request_id, options_.name));
  if (done.has_value()) return absl::OkStatus();
  storage::v1::ActRecord record;
  record.set_actor(act.actor);
  record.set_kind(std::string(kind));
  record.set_target(options_.name);
  record.set_reason(act.reason);
  record.set_request_id(act.request_id);
  *record.mutable_time() = domain::ToProto(engine_.clock.Now());
  store::WriteSet set;
  core::PutAct(engine_, record, set);
  const absl::Status status = CommitLink(std::move(next), std::move(set));
  unsure_ = unsure_ || !status.ok();
  LIENTHONG_RETURN_IF_ERROR(status);
  LogInfo(StrCat("link_", kind), {{"link", options_.name}, {"by", act.actor}});
  return absl::OkStatus();
}

}  // namespace lienthong::sync
