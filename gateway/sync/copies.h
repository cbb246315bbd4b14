#ifndef LIENTHONG_GATEWAY_SYNC_COPIES_H_
#define LIENTHONG_GATEWAY_SYNC_COPIES_H_

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/copies.pb.h"

// One counterpart's copy of a dossier, beside the gateway's own. Pure.
namespace lienthong::sync {

// A dossier at one counterpart. Everything outlives it.
struct CopyOf {
  const storage::v1::LaneState& lane;
  const dossier::v1::Dossier& expected;  // as the counterpart would hold it
  const adapter::v1::Capabilities& can;
};

// By what was delivered and reported: digests alone are kept of that, so nothing is said of what is
// held where it differs.
v1::Copy ShadowCopy(const CopyOf& copy);

// By its record as it was just read; `held` names elements as the gateway does
// (domain::MatchElements). Of fields that cannot be held against ours the shadow tells.
v1::Copy LiveCopy(const CopyOf& copy, const dossier::v1::Dossier& held);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_COPIES_H_
