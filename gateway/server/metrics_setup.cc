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

// Counting dossiers reads many rows: it is done now and then, on the executor, when somebody reads
// the metrics. What was counted last is told meanwhile.
class DossierCounts : public std::enable_shared_from_this<DossierCounts> {
 public:
  DossierCounts(const core::Reports& reports, Executor& executor, const Clock& clock)
      : reports_(reports), executor_(executor), clock_(clock) {}

  void AddTo(Samples& samples) {
    const std::lock_guard lock(mutex_);
    const absl::Time now = clock_.Now();
    if (!counting_ && (now >= next_ || now < counted_)) {
      counting_ = executor_.TryRun([self = shared_from_this()] { self->Count(); });
    }
    if (!known_) return;
    metrics::AddDeadlines(deadlines_, samples);
    metrics::AddDefects(defects_, samples);
  }

 private:
  void Count() {
    const absl::Time begun = clock_.Now();
    auto deadlines = reports_.Deadlines(Reader(clock_), {});
    auto defects = reports_.Defects(Reader(clock_), {});
    const std::lock_guard lock(mutex_);
    counting_ = false;
    counted_ = clock_.Now();
    next_ = counted_ + std::max(kCountAgain, kCountTimeShare * (counted_ - begun));
    if (!deadlines.ok() || !defects.ok()) {
      const absl::Status& failure = deadlines.ok() ? defects.status() : deadlines.status();
      LogWarning("metrics_not_counted", {{"error", std::string(failure.message())}});
      return;
    }
    deadlines_ = *std::move(deadlines);
    defects_ = *std::move(defects);
    known_ = true;
  }

  const core::Reports& reports_;
  Executor& executor_;
  const Clock& clock_;
  std::mutex mutex_;
  bool counting_ = false;
  absl::Time next_ = absl::InfinitePast();
  absl::Time counted_ = absl::InfinitePast();
  bool known_ = false;
  report::v1::DeadlineReport deadlines_;
  report::v1::DefectReport defects_;
};

void AddLinks(const sync::Links& links, const Clock& clock, Samples& samples) {
  const auto listed = links.List(Reader(clock));
  if (!listed.ok()) return;
  for (const sync::v1::Link& link : listed->links()) metrics::AddLink(link, samples);
  const auto counted = links.CountLanes(Reader(clock));
  if (!counted.ok()) return;
  for (const auto& [link, phase, lanes] : *counted) {
    metrics::AddLanes(link, phase, lanes, samples);
  }
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
  const auto counts =
      std::make_shared<DossierCounts>(sources.reports, sources.executor, sources.clock);
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
