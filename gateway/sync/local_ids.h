#ifndef LIENTHONG_GATEWAY_SYNC_LOCAL_IDS_H_
#define LIENTHONG_GATEWAY_SYNC_LOCAL_IDS_H_

#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

// A system's own internal id of a dossier (CodeReference::KIND_LOCAL_ID) is between that system and
// the gateway, which addresses it by the id. No other system is told: it could do nothing with it,
// and each system that comes to know a dossier would cost every other one a delivery.
namespace lienthong::sync {

void DropLocalIds(dossier::v1::Dossier& dossier);

// Whether a change is about internal ids alone.
bool IsAboutLocalIds(const storage::v1::JournalEntry& entry);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LOCAL_IDS_H_
