#ifndef LIENTHONG_GATEWAY_METRICS_SAMPLES_H_
#define LIENTHONG_GATEWAY_METRICS_SAMPLES_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/metrics/catalogue.h"
#include "gateway/metrics/value_limit.h"

namespace lienthong::metrics {

// Values of labels, in the catalogue's order.
using LabelValues = std::vector<std::string_view>;

// A histogram that is kept elsewhere. `counts` has one more than `bounds`.
struct Distribution {
  std::span<const double> bounds;
  std::span<const int64_t> counts;
  double sum = 0;
};

// What is read at one moment, when somebody asks: figures that are kept elsewhere. What comes twice
// under the same labels is added up, as what is folded into "other" is. Not thread-safe.
class Samples {
 public:
  // Of a gauge or counter.
  void Add(Metric metric, const LabelValues& values, double value);
  // Of a histogram; the same bounds each time.
  void Add(Metric metric, const LabelValues& values, const Distribution& distribution);

  struct Sample {
    double value = 0;  // of a histogram: the sum
    std::vector<double> bounds = {};
    std::vector<int64_t> counts = {};
  };
  using Series = std::map<std::vector<std::string>, Sample>;
  const Series& Of(Metric metric) const { return series_[static_cast<size_t>(metric)]; }

 private:
  Sample& At(Metric metric, const LabelValues& values);

  std::array<Series, kMetricCount> series_;
  std::array<ValueLimit, kMetricCount> limits_;
};

}  // namespace lienthong::metrics

#endif  // LIENTHONG_GATEWAY_METRICS_SAMPLES_H_
