#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_CALL_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_CALL_H_

#include <string>

#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"
#include "gateway/core/context.h"
#include "gateway/http/facade/reply.h"

namespace lienthong::facade {

// A call of a service by somebody who has logged in.
struct Call {
  std::string agency;
  core::RequestContext context;
  portal::ServiceCall body;
  Done done;  // once
};

// How the element ids of an agency's software meet the gateway's: TepDinhKemId 77 of two agencies
// are two papers, even in one dossier. What others added is shown as `@77`, which no id may be, so
// that it is the same paper when it comes back.
inline portal::ElementIds IdsOf(const std::string& agency) {
  return {.own_prefix = StrCat(agency, ":"),
          .others_mark = "@",
          .position_prefix = StrCat(agency, ":n")};
}

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_CALL_H_
