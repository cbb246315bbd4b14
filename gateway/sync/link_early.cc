// How a link's engine tries the items again that came before their dossier.
#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/trace.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

constexpr int64_t kEarlyRowsMax = 200;
constexpr absl::Duration kSeriesLook = absl::Seconds(5);

}  // namespace

// Only a commit can have brought a dossier, so all are tried once whenever the journal has grown,
// and each once more when its time is over. A page in each tick.
absl::Status LinkEngine::RetryEarly(bool* more) {
  if (early_.count() == 0) return absl::OkStatus();
  const absl::Time now = engine_.clock.Now();
  EarlyPass& pass = early_pass_;
  if (!pass.is_on) {
    if (pass.cursor == record_.journal_cursor() && now < pass.next_give_up) return absl::OkStatus();
    pass = {.is_on = true, .cursor = record_.journal_cursor()};
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<EarlyItems::Waiting> waiting,
                             early_.After(pass.position, kEarlyRowsMax));
  for (const EarlyItems::Waiting& one : waiting) {
    LIENTHONG_RETURN_IF_ERROR(RetryEarlyItem(one, now));
    pass.position = one.position;
  }
  pass.is_on = waiting.size() == kEarlyRowsMax;
  *more = *more || pass.is_on;
  return absl::OkStatus();
}

// What another of its key waits before stays behind it, also when its own time is over.
absl::Status LinkEngine::RetryEarlyItem(const EarlyItems::Waiting& waiting, absl::Time now) {
  const adapter::v1::InboundItem& item = waiting.record.item();
  const absl::Time give_up = domain::FromProto(waiting.record.give_up_time());
  EarlyPass& pass = early_pass_;
  if (pass.still_waiting.contains(item.key())) return absl::OkStatus();
  const TraceScope trace(TraceOfReport());
  LIENTHONG_ASSIGN_OR_RETURN(
      PreparedItem prepared,
      inbound_.Prepare(item, now < give_up ? Arrival::kPulled : Arrival::kWaited, StateNow()));
  if (prepared.early) {
    pass.still_waiting.insert(item.key());
    pass.next_give_up = std::min(pass.next_give_up, give_up);
    return absl::OkStatus();
  }
  early_.Remove(waiting, prepared.edit.has_value() ? prepared.edit->set : prepared.set);
  kept_.Forget(prepared.dossier_id);
  aims_.erase(prepared.dossier_id);
  CommitGroup group;
  Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
  const absl::Status status = group.Wait(engine_.commit_timeout).front();
  if (absl::IsAborted(status)) {  // somebody changed the dossier meanwhile: tried in the next pass
    pass.still_waiting.insert(item.key());
    pass.next_give_up = absl::InfinitePast();
    return absl::OkStatus();
  }
  if (core::IsSeriesClosed(status)) {  // until an operator opens it, however long that takes
    pass.still_waiting.insert(item.key());
    pass.next_give_up = std::min(pass.next_give_up, now + kSeriesLook);
    return absl::OkStatus();
  }
  LIENTHONG_RETURN_IF_ERROR(status);
  early_.NoteCommitted(-1);
  if (prepared.refused.has_value()) NoteError(ErrorClass::kData);
  return absl::OkStatus();
}

// Whether an item of the feed waits: its dossier is not known, and there is room; or another of its
// key waits before it, which it would overtake. Then its dossier is here, and those before it are
// taken in by the next pass: that needs no room for long.
absl::StatusOr<bool> LinkEngine::Waits(const adapter::v1::InboundItem& item, Arrival arrival,
                                       const PreparedItem& prepared) const {
  if (arrival != Arrival::kPulled) return false;
  if (prepared.early) return !early_.is_full();
  return early_.Holds(item.key());
}

}  // namespace lienthong::sync
