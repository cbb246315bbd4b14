#ifndef LIENTHONG_GATEWAY_HTTP_METRICS_ROUTE_H_
#define LIENTHONG_GATEWAY_HTTP_METRICS_ROUTE_H_

#include <functional>
#include <string>

#include "gateway/http/router.h"

namespace lienthong::http {

// What is read there, and what it is sent as.
struct MetricsPage {
  std::string content_type;
  std::function<std::string()> render;  // may wait for a disk; thread-safe
};

enum class MetricsReader {
  kCertified,  // an operator's or a monitor's client certificate
  kAnybody,    // on a listener that only this machine reaches
};

// GET /metrics.
Route MetricsRoute(MetricsPage page, MetricsReader reader);

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_METRICS_ROUTE_H_
