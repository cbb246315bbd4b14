#ifndef LIENTHONG_GATEWAY_SERVER_METRICS_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_METRICS_SETUP_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/tls_watch.h"
#include "gateway/core/reports.h"
#include "gateway/http/loopback_listener.h"
#include "gateway/http/metrics_route.h"
#include "gateway/metrics/metrics.h"
#include "gateway/server/config_file.h"
#include "gateway/service/admission.h"
#include "gateway/service/edge.h"
#include "gateway/store/store.h"
#include "gateway/sync/links.h"

namespace lienthong {

// Who counts calls and requests as they end. The metrics outlive them.
service::CallObserver CountCalls(metrics::Metrics& metrics);
http::RequestObserver CountRequests(metrics::Metrics& metrics);

// What is asked whenever somebody reads the metrics; all outlives the last reading.
struct MetricsSources {
  absl::Time start_time;
  std::string version;
  const store::Store& store;
  const service::Admission& admission;
  const sync::Links& links;
  const core::Reports& reports;
  const TlsWatch& certificates;
  Executor& executor;  // ends before the others
  const Clock& clock;
};
void CollectFrom(const MetricsSources& sources, metrics::Metrics& metrics);

http::MetricsPage PageOf(const metrics::Metrics& metrics);

// Serves on listen.metrics when it returns; nothing when that is empty. An error names the place in
// the configuration.
absl::StatusOr<std::unique_ptr<http::LoopbackListener>> StartMetrics(
    const ConfigFile& config, const metrics::Metrics& metrics);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_METRICS_SETUP_H_
