#ifndef LIENTHONG_GATEWAY_SERVICE_ACCESS_H_
#define LIENTHONG_GATEWAY_SERVICE_ACCESS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/core/context.h"

namespace lienthong::service {

// Which kind of caller may call a method. What it then may see of a dossier is core's View.
struct AccessRule {
  std::string_view method;  // "lienthong.dossier.v1.DossierService/PushDossier"
  bool agency;
  bool portal;
  bool operators;
};

// The one table. A method without a line is denied to everyone; a test demands a line for each.
std::span<const AccessRule> AccessTable();

// PermissionDenied CALL_NOT_ALLOWED unless the table allows it. Links never call by gRPC.
absl::Status CheckAccess(const core::Caller& caller, std::string_view method);

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_ACCESS_H_
