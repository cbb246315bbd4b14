#include "gateway/server/server.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gateway/base/errors.h"
#include "gateway/base/executor.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/core/catalogue.h"
#include "gateway/core/dispatch.h"
#include "gateway/core/engine.h"
#include "gateway/core/pseudonym_key.h"
#include "gateway/core/quality.h"
#include "gateway/core/reports.h"
#include "gateway/core/sign_in.h"
#include "gateway/server/about_setup.h"
#include "gateway/server/chore_setup.h"
#include "gateway/server/https_setup.h"
#include "gateway/server/link_setup.h"
#include "gateway/server/listener.h"
#include "gateway/server/maintenance.h"
#include "gateway/server/metrics_setup.h"
#include "gateway/server/number_setup.h"
#include "gateway/server/papers_setup.h"
#include "gateway/server/running_config.h"
#include "gateway/server/tls.h"
#include "gateway/service/admin_service.h"
#include "gateway/service/catalogue_service.h"
#include "gateway/service/dossier_service.h"
#include "gateway/service/form_service.h"
#include "gateway/service/health_service.h"
#include "gateway/service/receipt_service.h"
#include "gateway/service/report_service.h"
#include "gateway/service/status_service.h"
#include "gateway/service/stream_hub.h"
#include "gateway/service/sync_service.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/register_all.h"

namespace lienthong {
namespace {

constexpr int kWorkThreadsMin = 8;
constexpr int kPrepareAgainThreads = 4;
constexpr size_t kPrepareAgainItemsMax = 16384;
constexpr absl::Duration kAdminStopTime = absl::Seconds(1);
constexpr absl::Duration kAliveTime = absl::Seconds(5);

std::set<std::string, std::less<>> CallingAgencies(const ConfigFile& config) {
  std::set<std::string, std::less<>> codes;
  for (const auto& agency : config.config().agencies()) codes.insert(agency.code());
  return codes;
}

// Of links to counterparts that hand in online dossiers: the portal.
std::set<std::string> PortalLinks(const config::v1::GatewayConfig& config) {
  std::set<std::string> origins;
  for (const auto& party : config.parties()) {
    const auto& roles = party.roles();
    if (std::find(roles.begin(), roles.end(), "origin") != roles.end()) {
      origins.insert(party.name());
    }
  }
  std::set<std::string> links;
  for (const auto& link : config.links()) {
    if (origins.contains(link.party())) links.insert(link.name());
  }
  return links;
}

service::Admission::Limits AdmissionLimits(const config::v1::LimitsConfig& limits) {
  service::Admission::Limits result;
  if (limits.calls_in_flight_max() > 0) result.calls_max = limits.calls_in_flight_max();
  if (limits.calls_in_flight_per_caller_max() > 0) {
    result.calls_per_caller_max = limits.calls_in_flight_per_caller_max();
  }
  return result;
}

// What a reload may change (config_entries.h), and the start sets.
void TakeOver(const config::v1::GatewayConfig& config, service::Admission& admission) {
  admission.SetLimits(AdmissionLimits(config.limits()));
  SetLogLevel(LogLevelOf(config.log().level()).value_or(LogLevel::kInfo));
}

int WorkThreads() {
  return std::max(kWorkThreadsMin, static_cast<int>(2 * std::thread::hardware_concurrency()));
}

absl::Status CheckAddress(const ConfigFile& config, std::string_view key,
                          const std::string& address) {
  const absl::Status free = CheckAddressFree(address);
  return free.ok() ? free : config.Problem(key, ToStd(free.message()));
}

std::vector<std::string> ServedNames() {
  return {dossier::v1::DossierService::service_full_name(),
          receipt::v1::ReceiptService::service_full_name(),
          status::v1::StatusService::service_full_name(),
          catalogue::v1::CatalogueService::service_full_name(),
          report::v1::ReportService::service_full_name(),
          form::v1::FormService::service_full_name(),
          sync::v1::SyncService::service_full_name(),
          admin::v1::AdminService::service_full_name()};
}

}  // namespace

// In the order of making; Stop ends them in the order that their threads need.
struct Server::Parts {
  Parts(const ConfigFile& file, std::unique_ptr<store::Store> opened, core::Parties configured)
      : config(file),
        store(std::move(opened)),
        parties(std::move(configured)),
        authenticator(CallingAgencies(file)),
        admission(AdmissionLimits(file.config().limits())),
        quality(engine, PortalLinks(file.config())),
        maintenance(engine, BackupsOf(file)) {}

  void AskDrain(absl::Duration timeout) {
    const std::lock_guard lock(mutex);
    if (!drain_asked.has_value()) drain_asked = timeout;
  }

  // For a browser on this machine; empty while there is no console.
  std::string ConsoleUrl() const {
    if (https.listener == nullptr) return "";
    return StrCat("https://localhost:", https.listener->port(), "/console/");
  }

  const Clock& clock = Clock::Real();
  const absl::Time start_time = clock.Now();
  std::mutex mutex;
  std::optional<absl::Duration> drain_asked;
  bool serving = false;

  RunningConfig config;
  const std::unique_ptr<store::Store> store;
  const core::Parties parties;
  const service::CertificateAuthenticator authenticator;
  service::Admission admission;
  std::unique_ptr<Executor> prepare_again = std::make_unique<Executor>(
      Executor::Options{.threads = kPrepareAgainThreads, .queue_items_max = kPrepareAgainItemsMax});
  std::unique_ptr<Executor> work =
      std::make_unique<Executor>(Executor::Options{.threads = WorkThreads()});
  core::Engine engine{*store,
                      store::Sealer::Identity(),
                      clock,
                      Random::System(),
                      parties,
                      domain::StatusGraph::Shipped(),
                      prepare_again.get()};
  std::unique_ptr<files::Papers> papers;  // outlives the adapters
  std::unique_ptr<sync::Links> links = std::make_unique<sync::Links>(engine);
  metrics::Metrics metrics;
  core::Catalogue catalogue{engine};
  core::CatalogueTimetables timetables{catalogue};
  const service::Edge edge{authenticator,          admission,          *work, clock,
                           MakeActsFor(catalogue), CountCalls(metrics)};
  std::unique_ptr<service::StreamHub> hub = std::make_unique<service::StreamHub>(*store, clock);
  service::DossierService dossiers{edge, *hub, engine};
  service::ReceiptService receipts{edge, engine};
  service::StatusService statuses{edge, *hub, engine};
  core::Dispatch dispatch{engine, catalogue};
  service::CatalogueService catalogues{edge, catalogue, dispatch};
  core::Reports reports{engine, MakeWarningEnd(catalogue)};
  core::Quality quality;
  service::ReportService report_service{edge, reports, quality};
  service::FormService forms{edge, engine, catalogue};
  sync::Conflicts conflicts{engine};
  service::SyncService syncs{edge, *links, conflicts};
  const core::About about =
      MakeAbout({ProgramVersion(), start_time, clock, config, admission, *store, *links, metrics});
  core::SignIn sign_in{clock, Random::System()};
  Maintenance maintenance;
  service::AdminService admin{
      {edge, engine, about, sign_in, [this] { return ConsoleUrl(); },
       [this](const auto& call, const auto& request) { return maintenance.Start(call, request); },
       [this] { return maintenance.newest(); },
       [this](absl::Duration timeout) { AskDrain(timeout); }}};
  service::HealthService health{edge, ServedNames()};
  std::vector<std::unique_ptr<Chore>> chores;
  std::unique_ptr<TlsWatch> certificates;  // outlives the ports
  std::unique_ptr<http::LoopbackListener> metrics_listener;
  Https https;
  Listener main_listener;
  Listener admin_listener;
};

std::string ProgramVersion() { return LIENTHONG_VERSION; }

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ConfigFile& config,
                                                      absl::Duration certificates_read_again) {
  const auto& listen = config.config().listen();
  store::StoreCatalogue stores;
  RegisterAllStores(stores);
  const std::string& url = config.config().store().url();
  const absl::Status openable = stores.InspectUrl(url).status();
  if (!openable.ok()) return config.Problem("store.url", ToStd(openable.message()));
  LIENTHONG_ASSIGN_OR_RETURN(const TlsFiles tls, FindTlsFiles(config));
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<files::Papers> papers,
                             PreparePapers(config, Clock::Real()));
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<PreparedLink> links,
                             PrepareLinks(config, {.clock = Clock::Real(), .files = *papers}));
  LIENTHONG_ASSIGN_OR_RETURN(core::Parties parties, MakeParties(config));
  LIENTHONG_ASSIGN_OR_RETURN(domain::NumberPatterns patterns, ReadNumberPatterns(config));
  // Before the store is opened: a second gateway must not touch the first one's file.
  LIENTHONG_RETURN_IF_ERROR(CheckAddress(config, "listen.grpc", listen.grpc()));
  LIENTHONG_RETURN_IF_ERROR(CheckAddress(config, "listen.admin", listen.admin()));
  if (!listen.https().empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckAddress(config, "listen.https", listen.https()));
  }
  if (!listen.metrics().empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckAddress(config, "listen.metrics", listen.metrics()));
  }
  absl::StatusOr<std::unique_ptr<store::Store>> store = stores.OpenUrl(url);
  if (!store.ok()) return config.Problem("store.url", ToStd(store.status().message()));

  std::unique_ptr<Server> server(
      new Server(std::make_unique<Parts>(config, *std::move(store), std::move(parties))));
  Parts& parts = *server->parts_;
  parts.engine.numbering =
      std::make_unique<core::Numbering>(MakeNumberingRules(std::move(patterns), parts.catalogue));
  parts.engine.timetables = &parts.timetables;
  LIENTHONG_ASSIGN_OR_RETURN(std::string pseudonym_key, core::PseudonymKey(parts.engine));
  SetPseudonymKey(std::move(pseudonym_key));
  parts.papers = std::move(papers);
  parts.engine.papers = parts.papers.get();
  const absl::Status kept = parts.papers->Start(parts.engine);
  if (!kept.ok()) return config.Problem("files.directory", ToStd(kept.message()));
  for (PreparedLink& link : links) {
    LIENTHONG_RETURN_IF_ERROR(parts.links->Add(link.options, std::move(link.adapter)));
  }
  LIENTHONG_ASSIGN_OR_RETURN(parts.certificates,
                             TlsWatch::Start(tls, parts.clock, certificates_read_again));
  LIENTHONG_ASSIGN_OR_RETURN(
      parts.main_listener,
      StartListener({.key = "listen.grpc",
                     .address = listen.grpc(),
                     .credentials = MakeServerCredentials(*parts.certificates),
                     .services = {&parts.dossiers, &parts.receipts, &parts.statuses,
                                  &parts.catalogues, &parts.report_service, &parts.forms}},
                    config.config().limits()));
  LIENTHONG_ASSIGN_OR_RETURN(
      parts.admin_listener,
      StartListener({.key = "listen.admin",
                     .address = listen.admin(),
                     .credentials = MakeServerCredentials(*parts.certificates),
                     .services = {&parts.admin, &parts.syncs, &parts.health},
                     .reflection = true},
                    config.config().limits()));
  LIENTHONG_RETURN_IF_ERROR(parts.links->Start());
  TakeOver(config.config(), parts.admission);
  CollectFrom({parts.start_time, ProgramVersion(), *parts.store, parts.admission, *parts.links,
               parts.reports, *parts.certificates, *parts.work, parts.clock},
              parts.metrics);
  LIENTHONG_ASSIGN_OR_RETURN(
      parts.https,
      StartHttps(
          config, *parts.certificates,
          {*parts.work, parts.admission, parts.engine, *parts.papers, *parts.links, parts.conflicts,
           parts.reports, parts.quality, parts.dispatch, parts.about, parts.sign_in,
           MakeActsFor(parts.catalogue), PageOf(parts.metrics), CountRequests(parts.metrics)}));
  LIENTHONG_ASSIGN_OR_RETURN(parts.metrics_listener, StartMetrics(config, parts.metrics));
  parts.chores = StartChores(parts.engine, parts.dispatch, parts.quality);
  parts.health.SetServing(true);
  parts.serving = true;
  LogInfo("serving", {{"grpc_port", StrCat(parts.main_listener.port)},
                      {"admin_port", StrCat(parts.admin_listener.port)},
                      {"https_port", StrCat(server->https_port())},
                      {"metrics_port", StrCat(server->metrics_port())},
                      {"store", parts.store->Info().kind},
                      {"version", ProgramVersion()}});
  return server;
}

void Server::Stop(absl::Duration timeout) {
  if (parts_ == nullptr) return;
  Parts& parts = *parts_;
  if (parts.serving) {
    LogInfo("draining", {{"in_flight", StrCat(parts.admission.in_flight())}});
  }
  parts.health.SetServing(false);
  parts.admission.StartDraining();
  parts.hub->Drain();
  const absl::Time deadline = parts.clock.Now() + timeout;
  parts.metrics_listener.reset();
  if (parts.https.listener != nullptr) parts.https.listener->Stop(timeout);
  if (parts.main_listener.server != nullptr) {
    parts.main_listener.server->Shutdown(absl::ToChronoTime(deadline));
  }
  parts.links->Stop();
  if (parts.papers != nullptr) parts.papers->Stop();
  parts.health.EndWatches();
  if (parts.admin_listener.server != nullptr) {
    parts.admin_listener.server->Shutdown(
        absl::ToChronoTime(parts.clock.Now() + std::min(timeout, kAdminStopTime)));
  }
  parts.chores.clear();
  parts.hub.reset();
  parts.main_listener.server.reset();
  parts.admin_listener.server.reset();
  parts.work.reset();
  parts.links.reset();
  parts.prepare_again.reset();
  const bool had_served = parts.serving;
  parts_.reset();
  if (had_served) LogInfo("stopped");
}

absl::Status Server::Reload() {
  const absl::Status taken = parts_->config.Reload(
      [this](const config::v1::GatewayConfig& config) { TakeOver(config, parts_->admission); });
  if (taken.ok()) {
    parts_->certificates->ReadAgain();  // they are also read by themselves
    LogInfo("configuration_reloaded");
  } else {
    LogError("configuration_refused", {{"problem", std::string(taken.message())}});
  }
  return taken;
}

bool Server::IsAlive() {
  return parts_->work->IsAlive(
      [&store = *parts_->store] {
        return store.Read({.table = store::Table::kLink, .limit_rows = 1}).ok();
      },
      kAliveTime);
}

std::optional<absl::Duration> Server::drain_asked() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->drain_asked;
}

int Server::grpc_port() const { return parts_->main_listener.port; }
int Server::admin_port() const { return parts_->admin_listener.port; }
int Server::https_port() const {
  return parts_->https.listener == nullptr ? 0 : parts_->https.listener->port();
}
int Server::metrics_port() const {
  return parts_->metrics_listener == nullptr ? 0 : parts_->metrics_listener->port();
}

}  // namespace lienthong
