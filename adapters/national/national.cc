#include "adapters/national/national.h"

#include <cstdint>
#include <string>
#include <utility>

#include "adapters/national/hub_adapter.h"
#include "adapters/national/portal_adapter.h"
#include "adapters/sdk/http_client.h"
#include "adapters/sdk/portal/procedures.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

constexpr int64_t kTimeout_ms = 10'000;
constexpr int64_t kUploadTimeout_ms = 60'000;
constexpr int64_t kSession_s = 480;  // the folk figure is ten minutes
constexpr int64_t kSecondsMax = 24 * 3600;
constexpr int64_t kProbeInterval_ms = 30'000;
constexpr int64_t kPapersWait_ms = 600'000;
constexpr int64_t kPollInterval_ms = 1000;
constexpr int64_t kParallelCalls = 8;
constexpr int64_t kParallelCallsMax = 64;

absl::StatusOr<std::unique_ptr<sdk::HttpClient>> MakeHttp(const sdk::Settings& settings,
                                                          const Clock& clock) {
  sdk::HttpClient::Options http;
  LIENTHONG_ASSIGN_OR_RETURN(http.base_url, settings.Text("base_url"));
  for (auto& [key, path] : {std::pair("ca_file", &http.ca_file),
                            std::pair("client_certificate_file", &http.client_certificate_file),
                            std::pair("client_key_file", &http.client_key_file)}) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::string named, settings.Text(key, ""));
    if (named.empty()) continue;
    LIENTHONG_ASSIGN_OR_RETURN(*path, settings.FilePath(key));
  }
  auto made = sdk::HttpClient::Create(std::move(http), clock);
  if (made.ok()) return made;
  return absl::InvalidArgumentError(
      StrCat(settings.file(), ": settings.", made.status().message()));
}

absl::StatusOr<int> ReadParallelCalls(const sdk::Settings& settings) {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t calls, settings.Integer("parallel_calls", kParallelCalls,
                                                                   1, kParallelCallsMax));
  return static_cast<int>(calls);
}

absl::StatusOr<PortalAdapter::Options> ReadPortal(const sdk::Settings& settings) {
  PortalAdapter::Options options;
  auto& client = options.client;
  LIENTHONG_ASSIGN_OR_RETURN(client.username, settings.Text("username"));
  LIENTHONG_ASSIGN_OR_RETURN(client.password, settings.FileContent("password_file"));
  LIENTHONG_ASSIGN_OR_RETURN(client.agency, settings.Text("madonvi"));
  LIENTHONG_ASSIGN_OR_RETURN(client.dstcode, settings.Text("dstcode"));
  LIENTHONG_ASSIGN_OR_RETURN(client.path_auth, settings.Text("path_auth", "/auth"));
  LIENTHONG_ASSIGN_OR_RETURN(client.path_integration,
                             settings.Text("path_integration", "/integration"));
  LIENTHONG_ASSIGN_OR_RETURN(client.path_share, settings.Text("path_share", "/share"));
  LIENTHONG_ASSIGN_OR_RETURN(client.timeout, settings.Milliseconds("timeout_ms", kTimeout_ms));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t session_s,
                             settings.Integer("session_seconds", kSession_s, 1, kSecondsMax));
  client.session_life = absl::Seconds(session_s);
  LIENTHONG_ASSIGN_OR_RETURN(options.parallel_calls_max, ReadParallelCalls(settings));
  LIENTHONG_ASSIGN_OR_RETURN(options.probe_interval,
                             settings.Milliseconds("probe_interval_ms", kProbeInterval_ms));
  return options;
}

absl::StatusOr<sdk::portal::Procedures> ReadProcedures(const sdk::Settings& settings) {
  constexpr const char* kKey = "procedures_file";
  LIENTHONG_ASSIGN_OR_RETURN(const std::string named, settings.Text(kKey, ""));
  if (named.empty()) return sdk::portal::Procedures();
  LIENTHONG_ASSIGN_OR_RETURN(const std::string path, settings.FilePath(kKey));
  absl::StatusOr<sdk::portal::Procedures> read = sdk::portal::Procedures::Load(path);
  if (!read.ok()) settings.AddProblem(kKey, ToStd(read.status().message()));
  return read.ok() ? *std::move(read) : sdk::portal::Procedures();
}

absl::StatusOr<HubAdapter::Options> ReadHub(const sdk::Settings& settings) {
  HubAdapter::Options options;
  auto& client = options.client;
  LIENTHONG_ASSIGN_OR_RETURN(client.client_id, settings.Text("client_id"));
  LIENTHONG_ASSIGN_OR_RETURN(client.client_secret, settings.FileContent("client_secret_file"));
  LIENTHONG_ASSIGN_OR_RETURN(client.dstcode, settings.Text("dstcode", ""));
  LIENTHONG_ASSIGN_OR_RETURN(client.timeout, settings.Milliseconds("timeout_ms", kTimeout_ms));
  LIENTHONG_ASSIGN_OR_RETURN(client.upload_timeout,
                             settings.Milliseconds("upload_timeout_ms", kUploadTimeout_ms));
  LIENTHONG_ASSIGN_OR_RETURN(options.parallel_calls_max, ReadParallelCalls(settings));
  LIENTHONG_ASSIGN_OR_RETURN(options.probe_interval,
                             settings.Milliseconds("probe_interval_ms", kProbeInterval_ms));
  LIENTHONG_ASSIGN_OR_RETURN(options.papers_wait,
                             settings.Milliseconds("papers_wait_ms", kPapersWait_ms));
  LIENTHONG_ASSIGN_OR_RETURN(options.procedures, ReadProcedures(settings));
  return options;
}

// Which settings there are hangs on the generation, which may just have been forgotten.
absl::Status WithGeneration(const absl::Status& status, int64_t generation) {
  return absl::InvalidArgumentError(
      StrCat(ToStd(status.message()), " (generation ", generation, ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Adapter>> MakeAdapter(const sdk::Settings& settings,
                                                          const sdk::AdapterContext& context) {
  // Read by the gateway, which asks as often as it says.
  LIENTHONG_RETURN_IF_ERROR(settings.Milliseconds("poll_interval_ms", kPollInterval_ms).status());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t generation, settings.Integer("generation", 1, 1, 2));
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<sdk::HttpClient> http,
                             MakeHttp(settings, context.clock));
  std::unique_ptr<sdk::Adapter> adapter;
  if (generation == 1) {
    absl::StatusOr<PortalAdapter::Options> options = ReadPortal(settings);
    if (!options.ok()) return WithGeneration(options.status(), generation);
    adapter = std::make_unique<PortalAdapter>(*std::move(options), std::move(http), context);
  } else {
    absl::StatusOr<HubAdapter::Options> options = ReadHub(settings);
    if (!options.ok()) return WithGeneration(options.status(), generation);
    adapter = std::make_unique<HubAdapter>(*std::move(options), std::move(http), context);
  }
  LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
  return adapter;
}

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({.name = "national",
                 .maturity = sdk::Maturity::kStable,
                 .trusts_far_side = false,
                 .make = MakeAdapter});
}

}  // namespace lienthong::adapters::national
