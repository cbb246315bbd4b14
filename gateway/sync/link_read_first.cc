// What a link's engine makes of a record that was looked up because the store is an older one: its
// counterpart tells only by calling, and will not say again what it said since the backup.
#include <optional>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/trace.h"
#include "gateway/core/records.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/local_ids.h"

namespace lienthong::sync {
namespace {

// Others may change a dossier while its record is taken in; more often than this in a row they do
// not.
constexpr int kRoundsMax = 50;

}  // namespace

absl::Status LinkEngine::TakeReadFirst(const Outgoing& asked,
                                       const adapter::v1::LookUpReply::Record& record) {
  for (int round = 0; round < kRoundsMax; ++round) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(asked.dossier_id));
    // What was told meanwhile may be newer than what was read: the record is looked up once more.
    if (!lane.state.look_up_first() || lane.state.reports() != asked.reports) break;
    LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                               core::LoadDossier(engine_, asked.dossier_id));
    dossier::v1::Dossier head = stored.dossier;
    DropLocalIds(head);
    const TraceScope trace(TraceOfReport());
    LIENTHONG_ASSIGN_OR_RETURN(
        PreparedItem prepared,
        inbound_.PrepareRead(lane, stored, record.found() ? &record.item() : nullptr,
                             adapter_.Represent(head), StateNow()));
    if (prepared.refused.has_value()) NoteError(ErrorClass::kData);
    kept_.Forget(asked.dossier_id);
    aims_.erase(asked.dossier_id);
    CommitGroup group;
    Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
    const absl::Status status = group.Wait(engine_.commit_timeout).front();
    if (!absl::IsAborted(status)) return status;
  }
  return absl::OkStatus();
}

}  // namespace lienthong::sync
