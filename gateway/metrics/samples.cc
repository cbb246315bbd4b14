#include "gateway/metrics/samples.h"

#include <utility>

namespace lienthong::metrics {

Samples::Sample& Samples::At(Metric metric, const LabelValues& values) {
  std::vector<std::string> key(values.begin(), values.end());
  if (!key.empty()) key.front() = limits_[static_cast<size_t>(metric)].Admit(values.front());
  return series_[static_cast<size_t>(metric)][std::move(key)];
}

void Samples::Add(Metric metric, const LabelValues& values, double value) {
  At(metric, values).value += value;
}

void Samples::Add(Metric metric, const LabelValues& values, const Distribution& distribution) {
  Sample& sample = At(metric, values);
  sample.value += distribution.sum;
  sample.bounds.assign(distribution.bounds.begin(), distribution.bounds.end());
  sample.counts.resize(distribution.counts.size());
  for (size_t i = 0; i < sample.counts.size(); ++i) sample.counts[i] += distribution.counts[i];
}

}  // namespace lienthong::metrics
