#include "gateway/metrics/metrics.h"

#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace lienthong::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

prometheus::MetricType TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case Kind::kHistogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

ClientMetric::Histogram ToHistogram(const Samples::Sample& sample) {
  ClientMetric::Histogram histogram;
  histogram.sample_sum = sample.value;
  for (size_t i = 0; i < sample.counts.size(); ++i) {
    histogram.sample_count += static_cast<uint64_t>(sample.counts[i]);
    const double bound =
        i < sample.bounds.size() ? sample.bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  return histogram;
}

ClientMetric ToMetric(const MetricSpec& spec, const std::vector<std::string>& values,
                      const Samples::Sample& sample) {
  ClientMetric metric;
  for (size_t i = 0; i < values.size(); ++i) {
    metric.label.push_back({std::string(spec.labels[i]), values[i]});
  }
  metric.counter.value = sample.value;
  metric.gauge.value = sample.value;
  if (spec.kind == Kind::kHistogram) metric.histogram = ToHistogram(sample);
  return metric;
}

template <typename Builder>
auto& Build(Builder builder, Metric metric, prometheus::Registry& registry) {
  const MetricSpec& spec = Describe(metric);
  return builder.Name(std::string(spec.name)).Help(std::string(spec.help)).Register(registry);
}

}  // namespace

class Metrics::Impl {
 public:
  void Count(Metric metric, const LabelValues& values) {
    const std::lock_guard lock(mutex_);
    auto& family = counters_[metric];
    if (family == nullptr) family = &Build(prometheus::BuildCounter(), metric, registry_);
    family->Add(LabelsOf(metric, values)).Increment();
  }

  void Observe(Metric metric, const LabelValues& values, double seconds) {
    const std::lock_guard lock(mutex_);
    auto& family = histograms_[metric];
    if (family == nullptr) family = &Build(prometheus::BuildHistogram(), metric, registry_);
    family->Add(LabelsOf(metric, values), bounds_).Observe(seconds);
  }

  void AddCollector(Collector collector) { collectors_.push_back(std::move(collector)); }

  std::string Render() const {
    Samples samples;
    for (const Collector& collector : collectors_) collector(samples);
    std::vector<MetricFamily> families = registry_.Collect();
    for (const MetricSpec& spec : Catalogue()) {
      if (samples.Of(spec.metric).empty()) continue;
      MetricFamily family{std::string(spec.name), std::string(spec.help), TypeOf(spec.kind), {}};
      for (const auto& [values, sample] : samples.Of(spec.metric)) {
        family.metric.push_back(ToMetric(spec, values, sample));
      }
      families.push_back(std::move(family));
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  prometheus::Labels LabelsOf(Metric metric, const LabelValues& values) {
    const MetricSpec& spec = Describe(metric);
    prometheus::Labels labels;
    for (size_t i = 0; i < values.size(); ++i) {
      labels[std::string(spec.labels[i])] = values[i];
    }
    if (!values.empty()) {
      labels[std::string(spec.labels[0])] = limits_[static_cast<size_t>(metric)].Admit(values[0]);
    }
    return labels;
  }

  const prometheus::Histogram::BucketBoundaries bounds_{std::begin(kSecondsBounds),
                                                        std::end(kSecondsBounds)};
  prometheus::Registry registry_;
  std::vector<Collector> collectors_;
  std::mutex mutex_;
  std::array<ValueLimit, kMetricCount> limits_;
  std::map<Metric, prometheus::Family<prometheus::Counter>*> counters_;
  std::map<Metric, prometheus::Family<prometheus::Histogram>*> histograms_;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::Count(Metric metric, const LabelValues& values) { impl_->Count(metric, values); }
void Metrics::Observe(Metric metric, const LabelValues& values, double seconds) {
  impl_->Observe(metric, values, seconds);
}
void Metrics::AddCollector(Collector collector) { impl_->AddCollector(std::move(collector)); }
std::string Metrics::Render() const { return impl_->Render(); }

}  // namespace lienthong::metrics
