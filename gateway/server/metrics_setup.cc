#include "gateway/server/metrics_setup.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/base/tls_files.h"
#include "gateway/core/certificate_name.h"
#include "gateway/metrics/collect.h"

namespace lienthong {
namespace {

using metrics::Metric;
using metrics::Samples;

// Dossiers are counted at most so often, and for at most a twentieth of the time.
constexpr absl::Duration kCountAgain = absl::Minutes(1);
constexpr int kCountTimeShare = 20;
constexpr absl::Duration kReadTime = absl::Seconds(10);

core::RequestContext Reader(const Clock& clock) {
  core::RequestContext context;
  context.caller = {core::CallerKind::kOperator, "operator/metrics", {}};
  context.deadline = clock.Now() + kReadTime;
  return context;
}

std::string_view RoleIn(const std::vector<std::string>& certificate_uris) {
  using Kind = core::CertificateName::Kind;
  if (certificate_uris.empty()) return "anonymous";
  const auto name = core::ReadCertificateName(certificate_uris);
  if (!name.ok()) return "unknown";
  switch (name->kind) {
    case Kind::kAgency:
      return "agency";
    case Kind::kPortal:
      return "portal";
    case Kind::kOperator:
      return "operator";
    case Kind::kCounterpart:
      return "counterpart";
    case Kind::kMonitor:
      break;
  }
  return "monitor";
}

// Counting dossiers reads many rows: it is done now and then, and what was counted is told until
// it is done again. Whoever comes while it is done is told the last.
class DossierCounts {
 public:
  DossierCounts(const core::Reports& reports, const Clock& clock)
      : reports_(reports), clock_(clock) {}

  void AddTo(Samples& samples) {
    if (const std::unique_lock counting(counting_, std::try_to_lock); counting.owns_lock()) {
      if (clock_.Now() >= next_ || clock_.Now() < counted_) CountAgain();
    }
    const std::lock_guard lock(mutex_);
    if (!known_) return;
    metrics::AddDeadlines(deadlines_, samples);
    metrics::AddDefects(defects_, samples);
  }

 private:
  void CountAgain() {
    const absl::Time begun = clock_.Now();
    auto deadlines = reports_.Deadlines(Reader(clock_), {});
    auto defects = reports_.Defects(Reader(clock_), {});
    counted_ = clock_.Now();
    next_ = counted_ + std::max(kCountAgain, kCountTimeShare * (counted_ - begun));
    if (!deadlines.ok() || !defects.ok()) {
      const absl::Status& failure = deadlines.ok() ? defects.status() : deadlines.status();
      LogWarning("metrics_not_counted", {{"error", std::string(failure.message())}});
      return;
    }
    const std::lock_guard lock(mutex_);
    deadlines_ = *std::move(deadlines);
    defects_ = *std::move(defects);
    known_ = true;
  }

  const core::Reports& reports_;
  const Clock& clock_;
  std::mutex counting_;
  absl::Time next_ = absl::InfinitePast();
  absl::Time counted_ = absl::InfinitePast();
  std::mutex mutex_;
  bool known_ = false;
  report::v1::DeadlineReport deadlines_;
  report::v1::DefectReport defects_;
};

void AddLinks(const sync::Links& links, const Clock& clock, Samples& samples) {
  const auto listed = links.List(Reader(clock));
  if (!listed.ok()) return;
  for (const sync::v1::Link& link : listed->links()) metrics::AddLink(link, samples);
}

void AddExpiry(const TlsWatch& certificates, Samples& samples) {
  const std::shared_ptr<const TlsContent> content = certificates.Current();
  for (const auto& [file, pem] : {std::pair("certificate", &content->certificate),
                                  std::pair("client_ca", &content->authorities)}) {
    const absl::Time end = FirstExpiry(*pem);
    if (end == absl::InfiniteFuture()) continue;
    samples.Add(Metric::kCertificateExpiry, {file}, static_cast<double>(absl::ToUnixSeconds(end)));
  }
}

}  // namespace

service::CallObserver CountCalls(metrics::Metrics& metrics) {
  return [&metrics](const service::EndedCall& call) {
    const std::string method = StrCat(call.method.service, "/", call.method.name);
    metrics.Count(Metric::kGrpcCalls, {method, call.caller, absl::StatusCodeToString(call.code)});
    metrics.Observe(Metric::kGrpcCallSeconds, {method, call.caller},
                    absl::ToDoubleSeconds(call.took));
  };
}

http::RequestObserver CountRequests(metrics::Metrics& metrics) {
  return [&metrics](const http::EndedRequest& request) {
    const std::string route = request.route == nullptr
                                  ? "none"
                                  : StrCat(request.route->method, " ", request.route->prefix);
    const std::string_view caller = RoleIn(request.certificate_uris);
    metrics.Count(Metric::kHttpRequests, {route, caller, StrCat(request.status)});
    metrics.Observe(Metric::kHttpRequestSeconds, {route, caller},
                    absl::ToDoubleSeconds(request.took));
  };
}

void CollectFrom(const MetricsSources& sources, metrics::Metrics& metrics) {
  metrics.AddCollector([sources](Samples& samples) {
    const store::StoreInfo info = sources.store.Info();
    samples.Add(Metric::kBuildInfo, {sources.version, info.kind}, 1);
    metrics::AddProcess(sources.start_time, samples);
    metrics::AddStore(info, sources.store.Stats(), samples);
    samples.Add(Metric::kCallsInFlight, {}, sources.admission.in_flight());
    AddLinks(sources.links, sources.clock, samples);
    AddExpiry(sources.certificates, samples);
  });
  const auto counts = std::make_shared<DossierCounts>(sources.reports, sources.clock);
  metrics.AddCollector([counts](Samples& samples) { counts->AddTo(samples); });
}

http::MetricsPage PageOf(const metrics::Metrics& metrics) {
  return {metrics::kContentType, [&metrics] { return metrics.Render(); }};
}

absl::StatusOr<std::unique_ptr<http::LoopbackListener>> StartMetrics(
    const ConfigFile& config, const metrics::Metrics& metrics) {
  const std::string& address = config.config().listen().metrics();
  if (address.empty()) return nullptr;
  http::Router router;
  LIENTHONG_RETURN_IF_ERROR(
      router.Add(http::MetricsRoute(PageOf(metrics), http::MetricsReader::kAnybody)));
  auto listener = http::LoopbackListener::Start(address, std::move(router));
  if (!listener.ok()) return config.Problem("listen.metrics", ToStd(listener.status().message()));
  return listener;
}

}  // namespace lienthong
