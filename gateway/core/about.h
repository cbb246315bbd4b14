#ifndef LIENTHONG_GATEWAY_CORE_ABOUT_H_
#define LIENTHONG_GATEWAY_CORE_ABOUT_H_

#include <functional>

#include "lienthong/admin/v1/admin_service.pb.h"

namespace lienthong::core {

// What the process can say of itself to operators, however they ask. Thread-safe; no personal data
// and no secret in any of it.
struct About {
  std::function<admin::v1::ServerInfo()> info;
  std::function<admin::v1::Configuration()> configuration;
  std::function<admin::v1::ListCertificatesResponse()> certificates;
  std::function<admin::v1::SupportBundle()> support_bundle;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_ABOUT_H_
