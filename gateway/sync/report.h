#ifndef LIENTHONG_GATEWAY_SYNC_REPORT_H_
#define LIENTHONG_GATEWAY_SYNC_REPORT_H_

#include <optional>

#include "gateway/domain/merge.h"
#include "gateway/sync/lane.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// What a record that a counterpart reported says beyond what we had sent it.
struct Report {
  std::optional<domain::Change> edit;  // what the counterpart changed, to be merged
  int echoes = 0;                      // fields that only repeated what we had sent
  // What we had sent stands there, over an edit of which we believed that it does.
  bool was_after_all = false;
};

// Takes in what the counterpart says of its record: notes it in the lane's shadow, confirms echoes,
// and tells what is an edit. `in_call`: it says it now, in a call; else its feed may be behind our
// deliveries. `replayed`: it said it some time ago; null otherwise. Pure.
Report TakeIn(const adapter::v1::InboundItem& item, bool in_call, const Replayed* replayed,
              const LinkState& link, LaneState& lane);

// Notes in the lane what the counterpart was seen to hold, whatever was sent: of the fields in
// `push`; of those in `pull` what was sent is forgotten, so that what it says of them next is news.
// Without a record all that was known of it is. True when something is to go out.
bool NoteHeld(const Reconciled& compared, LaneState& lane);

// What of a delivery a record shows: the fields that stand there as they were sent.
storage::v1::Intent HeldPart(const adapter::v1::InboundItem& item,
                             const storage::v1::Intent& intent);
// Whether a record shows that a delivery came through.
bool Holds(const adapter::v1::InboundItem& item, const storage::v1::Intent& intent);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_REPORT_H_
