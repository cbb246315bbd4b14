#ifndef LIENTHONG_GATEWAY_SYNC_OPERATORS_H_
#define LIENTHONG_GATEWAY_SYNC_OPERATORS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/core/context.h"

namespace lienthong::sync {

// PermissionDenied for everybody but operators. `act` is what was asked for, e.g. "read links".
inline absl::Status OperatorsOnly(const core::RequestContext& context, std::string_view act) {
  if (context.caller.kind == core::CallerKind::kOperator) return absl::OkStatus();
  return CallNotAllowed(context.caller.name, act);
}

// Of a call's time, what is kept for its answer to arrive.
inline constexpr absl::Duration kAnswerTime = absl::Milliseconds(100);

// Personal data is read only for a purpose, and that is recorded.
inline void NotePurpose(const core::RequestContext& context, const std::string& purpose) {
  if (purpose.empty()) return;
  LogInfo("personal_data_read", {{"by", context.caller.name}, {"purpose", purpose}});
}

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_OPERATORS_H_
