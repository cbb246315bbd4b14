#ifndef LIENTHONG_GATEWAY_METRICS_METRICS_H_
#define LIENTHONG_GATEWAY_METRICS_METRICS_H_

#include <functional>
#include <memory>
#include <string>

#include "gateway/metrics/samples.h"

namespace lienthong::metrics {

// What /metrics is sent as.
inline constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

// All metrics of a gateway: what happens is counted here as it happens, what is known elsewhere is
// asked for when somebody reads. Thread-safe.
class Metrics {
 public:
  // Adds what it knows now.
  using Collector = std::function<void(Samples&)>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // One more of a counter.
  void Count(Metric metric, const LabelValues& values);
  // Something took so long, of a histogram of seconds.
  void Observe(Metric metric, const LabelValues& values, double seconds);

  // Before the first reading. What it reads outlives the metrics, or their last reading.
  void AddCollector(Collector collector);

  // All of it in Prometheus' text format. Asks every collector, one after the other.
  std::string Render() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace lienthong::metrics

#endif  // LIENTHONG_GATEWAY_METRICS_METRICS_H_
