#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_SHOWN_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_SHOWN_H_

#include "adapters/sdk/files.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/http/facade/call.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::facade {

// A dossier as TraCuuHoSo shows it to a caller: under the agency's own code where it has one, with
// the gateway's addresses of papers that it keeps. `error` when the contract has no words for it.
sdk::Encoded Show(const sdk::Files& files, const Call& call, dossier::v1::Dossier dossier);

// Makes what a record says comparable with what is stored. Its lists without ids (domain/places.h)
// and its rounds get the ids of the stored elements that they mean. Where it says what TraCuuHoSo
// shows, it says what is stored, also where the contract shows less: an instant without its
// fraction, a text that is cut, the gateway's address in place of a paper's own. So a record that
// was looked up and is sent back changes nothing. `read` has its places marked. `stored` is
// empty for a new dossier; `former`: what is
// stored, with the keys that the software said last.
void MatchStored(const sdk::Files& files, const Call& call, const dossier::v1::Dossier& stored,
                 const dossier::v1::Dossier& former, portal::DecodedDossier& read);

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_SHOWN_H_
