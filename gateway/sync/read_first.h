#ifndef LIENTHONG_GATEWAY_SYNC_READ_FIRST_H_
#define LIENTHONG_GATEWAY_SYNC_READ_FIRST_H_

#include "gateway/sync/lane.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// What a whole record says that the dossier does not: the rest of it, to be taken in as a report.
// The lane's shadow learns what both sides hold alike (in a restored store it knows nothing of what
// was delivered since the backup), and what is not there although we had sent it: that is no
// edit, absence is never deletion. Lists that the counterpart only appends to, or whose elements
// it shows without our ids, are left out. `shown`: how it would hold the dossier as it is now.
// Pure.
adapter::v1::InboundItem NewsOf(const adapter::v1::InboundItem& record,
                                const adapter::v1::Representation& shown, const LinkState& link,
                                storage::v1::LaneState& lane);

// The delivery that the backup was at is long past: sent again, it would put an old record in the
// place of the one that was read. It is dropped. One that is there in part is brought to its end,
// and nothing is believed of the record then. What is only appended does no such harm.
void LeaveBehind(const adapter::v1::InboundItem& record, const LinkState& link,
                 storage::v1::LaneState& lane);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_READ_FIRST_H_
