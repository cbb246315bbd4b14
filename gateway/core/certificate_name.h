#ifndef LIENTHONG_GATEWAY_CORE_CERTIFICATE_NAME_H_
#define LIENTHONG_GATEWAY_CORE_CERTIFICATE_NAME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace lienthong::core {

// Who a client certificate names: its one URI, spiffe://lienthong/KIND[/NAME]. Whether that one may
// call is the edge's to say.
struct CertificateName {
  enum class Kind { kAgency, kPortal, kOperator, kCounterpart, kMonitor };
  Kind kind = Kind::kAgency;
  std::string uri;   // whole
  std::string path;  // "agency/H29.X01", "portal", "operator/demo", "monitor/prometheus"
  std::string name;  // "H29.X01"; empty for the portal
};

// The one place that reads such names, whatever the transport. `uris` are the URI names of a
// certificate that the transport has verified. Unauthenticated CALLER_UNKNOWN unless there is
// exactly one and it is of this shape.
absl::StatusOr<CertificateName> ReadCertificateName(const std::vector<std::string>& uris);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CERTIFICATE_NAME_H_
