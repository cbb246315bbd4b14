#ifndef LIENTHONG_GATEWAY_CONSOLE_CONSOLE_H_
#define LIENTHONG_GATEWAY_CONSOLE_CONSOLE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/about.h"
#include "gateway/core/dispatch.h"
#include "gateway/core/engine.h"
#include "gateway/core/quality.h"
#include "gateway/core/reports.h"
#include "gateway/core/sign_in.h"
#include "gateway/http/router.h"
#include "gateway/sync/conflicts.h"
#include "gateway/sync/links.h"

namespace lienthong::console {

// What the pages show and do; the same that operators' gRPC calls reach. All outlive the listener.
struct ConsoleParts {
  core::Engine& engine;
  sync::Links& links;
  sync::Conflicts& conflicts;
  const core::Reports& reports;
  const core::Quality& quality;
  core::Dispatch& dispatch;
  const core::About& about;
  core::SignIn& sign_in;
  // Room for one call of an operator, given back with its last copy.
  std::function<absl::StatusOr<std::shared_ptr<void>>(const std::string& caller)> admit;
};

// Serves the operators' console below /console/: pages for the certificates of operators, whom each
// act and each reading of personal data is recorded of as of their gRPC calls.
absl::Status AddConsole(const ConsoleParts& parts, http::Router& router);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_CONSOLE_H_
