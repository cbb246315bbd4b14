#ifndef LIENTHONG_GATEWAY_SERVER_HTTPS_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_HTTPS_SETUP_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/base/executor.h"
#include "gateway/base/tls_watch.h"
#include "gateway/core/about.h"
#include "gateway/core/dispatch.h"
#include "gateway/core/engine.h"
#include "gateway/core/quality.h"
#include "gateway/core/reports.h"
#include "gateway/core/sign_in.h"
#include "gateway/files/papers.h"
#include "gateway/http/facade/facade.h"
#include "gateway/http/listener.h"
#include "gateway/http/metrics_route.h"
#include "gateway/server/config_file.h"
#include "gateway/service/admission.h"
#include "gateway/sync/conflicts.h"
#include "gateway/sync/links.h"

namespace lienthong {

// What listens on listen.https. The façade outlives the executor's work, the listener ends before
// the links.
struct Https {
  std::unique_ptr<facade::Facade> facade;
  std::unique_ptr<http::Listener> listener;
};

// What the routes of the listener are made of; all outlives it.
struct HttpsContext {
  Executor& executor;
  service::Admission& admission;
  core::Engine& engine;
  files::Papers& papers;
  sync::Links& links;
  sync::Conflicts& conflicts;
  const core::Reports& reports;
  const core::Quality& quality;
  core::Dispatch& dispatch;
  const core::About& about;
  core::SignIn& sign_in;
  core::ActsFor acts_for;
  // Of GET /metrics, and who counts what is served.
  http::MetricsPage metrics;
  http::RequestObserver observer;
};

// Serves when it returns, with what `certificates` has; nothing when listen.https is empty. An
// error names the place in the configuration.
absl::StatusOr<Https> StartHttps(const ConfigFile& config, const TlsWatch& certificates,
                                 const HttpsContext& context);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_HTTPS_SETUP_H_
