#ifndef LIENTHONG_GATEWAY_CORE_CONTEXT_H_
#define LIENTHONG_GATEWAY_CORE_CONTEXT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace lienthong::core {

// What kind of party calls.
enum class CallerKind { kAgency, kPortal, kOperator, kLink };

// Who calls. Comes from the edge's Authenticator only, never from a field of a request.
struct Caller {
  CallerKind kind = CallerKind::kAgency;
  std::string name;                   // "agency/H29.X01", "portal", "operator/demo", "link/city"
  std::vector<std::string> agencies;  // codes it may act for
};

// What every use case is told about its call.
struct RequestContext {
  Caller caller;
  absl::Time deadline = absl::InfiniteFuture();
  std::string trace_id;  // W3C trace id, 32 hexadecimal digits, or empty
  std::string purpose;   // why personal data is read, where that must be said
  // Whether the caller can say why it changes something; not every contract has a place for it.
  bool can_say_why = true;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CONTEXT_H_
