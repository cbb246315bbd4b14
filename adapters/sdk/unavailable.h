#ifndef LIENTHONG_ADAPTERS_SDK_UNAVAILABLE_H_
#define LIENTHONG_ADAPTERS_SDK_UNAVAILABLE_H_

#include "absl/status/status.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sdk {

// Says beside the outcomes of a delivery that the counterpart itself was not there for it: that it
// asks to be let alone when `status` is ResourceExhausted (ErrorDetails::retry_after), else that it
// was not reached. Nothing when `status` is OK.
void SetUnavailable(adapter::v1::DeliverReply& reply, const absl::Status& status);
// What was said so: OK, or the status that a call that failed as a whole would have.
absl::Status UnavailableStatus(const adapter::v1::DeliverReply& reply);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_UNAVAILABLE_H_
