#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_PROGRESS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_PROGRESS_H_

#include <memory>

#include "gateway/core/engine.h"
#include "gateway/http/facade/call.h"

namespace lienthong::facade {

// Lines in one call, all of one dossier; the portal's clients send ten.
inline constexpr size_t kProgressLinesMax = 100;

// CapNhatTienDoHoSoMC: the lines become steps of the dossier, added in their order by one push of
// the agency. The packet has no event id: derived_ids.h says which lines are the same step; the
// reply counts those that were there already. All or nothing; code 4 for a dossier that the agency
// cannot see. The dossier's own status stays, it is DongBoHoSoMC's.
//
// Called on an executor: reads the store. `engine` outlives the call.
void AddProgress(core::Engine& engine, std::shared_ptr<const Call> call);

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_PROGRESS_H_
