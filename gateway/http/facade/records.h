#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_RECORDS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_RECORDS_H_

#include <memory>

#include "adapters/sdk/files.h"
#include "gateway/core/engine.h"
#include "gateway/http/facade/call.h"

namespace lienthong::facade {

// DongBoHoSoMC: one record becomes one push of the agency through core, with the rights, the merge
// and the evidence that any push has.
//
// isUpdating is judged as the portal judges it: "True" for a dossier that the agency cannot see is
// code 4, "False" for one that it can is code 3, unless the dossier already says all that the
// record says: then a reply was lost, and it is told again. A new dossier keeps the agency's MaHoSo
// as its code. What a record does not name stays as it is, "" clears; an element that a list no
// longer names stays, since absence is never deletion. What a record only repeats from before
// others changed it (core/repeats.h) stays as they left it, and the reply names it: one-stop
// software sends its whole record for one change of its own. A field that another system owns
// becomes a proposal; the reply names it and is a success, for the rest was taken.
//
// Called on an executor: reads the store. `files` and `engine` outlive the call.
void PushRecord(core::Engine& engine, const sdk::Files& files, std::shared_ptr<const Call> call);

// TraCuuHoSo: the dossier as the agency sees it, under the agency's own code where it has one; no
// result when there is none that it may see. What is told is remembered first (core/repeats.h):
// without that, the agency's next record could put it back unseen.
void FindRecord(core::Engine& engine, const sdk::Files& files, const Call& call);

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_RECORDS_H_
