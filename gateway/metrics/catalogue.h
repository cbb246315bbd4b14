#ifndef LIENTHONG_GATEWAY_METRICS_CATALOGUE_H_
#define LIENTHONG_GATEWAY_METRICS_CATALOGUE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lienthong::metrics {

// Every metric there is, in the order of the table. What each one is stands in catalogue.cc and,
// for people, in gateway/docs/metrics.md.
enum class Metric : uint8_t {
  kBuildInfo,
  kStartTime,
  kResidentMemory,
  kGrpcCalls,
  kGrpcCallSeconds,
  kHttpRequests,
  kHttpRequestSeconds,
  kCallsInFlight,
  kLinkState,
  kLinkOldestPending,
  kLinkObjective,
  kLinkPending,
  kLinkLanes,
  kLinkDeadLetters,
  kLinkConflicts,
  kLinkEarly,
  kLinkTasks,
  kLinkLastSuccess,
  kLinkNextRetry,
  kLinkDelivered,
  kLinkReceived,
  kLinkEchoes,
  kLinkErrors,
  kLinkDelaySeconds,
  kLinkCallSeconds,
  kStoreJournalSequence,
  kStoreEpoch,
  kStoreSets,
  kStoreBatchSets,
  kStoreBatchSeconds,
  kStoreDurableSeconds,
  kStoreWaitingSets,
  kStoreWaitingBytes,
  kStoreSize,
  kStoreFree,
  kCertificateExpiry,
  kDossiersDue,
  kUnitDossiersLate,
  kDossierDefects,
  kReportTime,
};
inline constexpr size_t kMetricCount = static_cast<size_t>(Metric::kReportTime) + 1;

enum class Kind : uint8_t { kCounter, kGauge, kHistogram };

struct MetricSpec {
  Metric metric;
  std::string_view name;
  Kind kind;
  // In the order in which values are given. The first is the one whose values may be many: there
  // are at most kValuesMax of it, the rest is "other". The others come from short lists of ours.
  std::vector<std::string_view> labels;
  std::string_view unit;
  std::string_view help;
};

inline constexpr size_t kValuesMax = 200;
inline constexpr std::string_view kOther = "other";

const MetricSpec& Describe(Metric metric);
std::span<const MetricSpec> Catalogue();

// The upper ends of the ranges of the histograms that are counted here, in seconds.
inline constexpr double kSecondsBounds[] = {0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                            0.2,   0.5,   1,    2,    5,    30};

// The catalogue as the table of gateway/docs/metrics.md.
std::string CatalogueTable();

}  // namespace lienthong::metrics

#endif  // LIENTHONG_GATEWAY_METRICS_CATALOGUE_H_
