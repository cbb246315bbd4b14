#ifndef LIENTHONG_GATEWAY_CORE_NUMBER_REQUESTS_H_
#define LIENTHONG_GATEWAY_CORE_NUMBER_REQUESTS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/core/waiter.h"
#include "gateway/store/store.h"

namespace lienthong::core {

// What the calls about numbers have in common.

// How often a change is decided again whose conditions did not hold.
inline constexpr int kNumberAttemptsMax = 20;

// Until when a call waits for the store.
absl::Time DeadlineOf(const Engine& engine, const RequestContext& context);

absl::Status OutcomeUnknown();

// Adds to a set that this request is done, on the condition that it was not. `made` is what a
// repetition is answered from: the id of a reservation or of a block.
void AddRequest(const Engine& engine, const RequestContext& context, std::string_view request_id,
                std::string digest, std::string_view code, std::string_view made,
                store::WriteSet& set);

// Whether a caller acts for an agency; operators act for none.
bool ActsFor(const RequestContext& context, std::string_view agency);
// NOT_SHARED unless the caller acts for the agency whose series it is, or is an operator.
absl::Status CheckMaySeeSeries(const RequestContext& context, std::string_view agency);

// A refusal FAILED_PRECONDITION with a reason, and what it is about as metadata.
absl::Status NotNow(std::string_view reason, std::string_view name, std::string_view value,
                    std::string_view message);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_NUMBER_REQUESTS_H_
