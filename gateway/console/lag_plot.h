#ifndef LIENTHONG_GATEWAY_CONSOLE_LAG_PLOT_H_
#define LIENTHONG_GATEWAY_CONSOLE_LAG_PLOT_H_

#include <cstdint>

#include "absl/time/time.h"
#include "gateway/console/html.h"
#include "gateway/console/view.h"
#include "lienthong/sync/v1/link_health.pb.h"

namespace lienthong::console {

// How late a link was in the last 24 hours, as a picture that needs no script, with the worst of it
// in words. The line is at what counts as late.
void LagPlot(const View& view, const sync::v1::LagHistory& history, int64_t objective_seconds,
             absl::Time now, Html& html);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_LAG_PLOT_H_
