#include "adapters/national/national.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
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
constexpr int64_t kProbeInterval_ms = 10'000;
constexpr int64_t kPapersWait_ms = 600'000;
constexpr int64_t kPollInterval_ms = 1000;
constexpr int64_t kParallelCalls = 8;
constexpr int64_t kParallelCallsMax = 64;

// What is wrong with the settings that these read stands in them, all of it at once.

sdk::HttpClient::Options ReadHttp(const sdk::Settings& settings) {
  sdk::HttpClient::Options http;
  http.base_url = settings.Text("base_url").value_or("");
  for (auto& [key, path] : {std::pair("ca_file", &http.ca_file),
                            std::pair("client_certificate_file", &http.client_certificate_file),
                            std::pair("client_key_file", &http.client_key_file)}) {
    if (settings.Text(key, "").value_or("").empty()) continue;
    *path = settings.FilePath(key).value_or("");
  }
  return http;
}

absl::Duration ReadTime(const sdk::Settings& settings, std::string_view key, int64_t default_ms) {
  return settings.Milliseconds(key, default_ms).value_or(absl::ZeroDuration());
}

int ReadParallelCalls(const sdk::Settings& settings) {
  return static_cast<int>(
      settings.Integer("parallel_calls", kParallelCalls, 1, kParallelCallsMax).value_or(0));
}

PortalAdapter::Options ReadPortal(const sdk::Settings& settings) {
  PortalAdapter::Options options;
  auto& client = options.client;
  client.username = settings.Text("username").value_or("");
  client.password = settings.Secret("password_file").value_or("");
  client.agency = settings.Text("madonvi").value_or("");
  client.dstcode = settings.Text("dstcode").value_or("");
  client.path_auth = settings.Text("path_auth", "/auth").value_or("");
  client.path_integration = settings.Text("path_integration", "/integration").value_or("");
  client.path_share = settings.Text("path_share", "/share").value_or("");
  client.timeout = ReadTime(settings, "timeout_ms", kTimeout_ms);
  client.session_life =
      absl::Seconds(settings.Integer("session_seconds", kSession_s, 1, kSecondsMax).value_or(0));
  options.parallel_calls_max = ReadParallelCalls(settings);
  options.probe_interval = ReadTime(settings, "probe_interval_ms", kProbeInterval_ms);
  return options;
}

sdk::portal::Procedures ReadProcedures(const sdk::Settings& settings) {
  constexpr const char* kKey = "procedures_file";
  if (settings.Text(kKey, "").value_or("").empty()) return {};
  const absl::StatusOr<std::string> path = settings.FilePath(kKey);
  if (!path.ok()) return {};
  absl::StatusOr<sdk::portal::Procedures> read = sdk::portal::Procedures::Load(*path);
  if (!read.ok()) settings.AddProblem(kKey, ToStd(read.status().message()));
  return read.ok() ? *std::move(read) : sdk::portal::Procedures();
}

HubAdapter::Options ReadHub(const sdk::Settings& settings) {
  HubAdapter::Options options;
  auto& client = options.client;
  client.client_id = settings.Text("client_id").value_or("");
  client.client_secret = settings.Secret("client_secret_file").value_or("");
  client.dstcode = settings.Text("dstcode", "").value_or("");
  client.timeout = ReadTime(settings, "timeout_ms", kTimeout_ms);
  client.upload_timeout = ReadTime(settings, "upload_timeout_ms", kUploadTimeout_ms);
  options.parallel_calls_max = ReadParallelCalls(settings);
  options.probe_interval = ReadTime(settings, "probe_interval_ms", kProbeInterval_ms);
  options.papers_wait = ReadTime(settings, "papers_wait_ms", kPapersWait_ms);
  options.procedures = ReadProcedures(settings);
  return options;
}

// Which settings there are hangs on the generation, which may just have been forgotten.
absl::Status WithGeneration(const absl::Status& status, int64_t generation) {
  const std::string note = StrCat(" (generation ", generation, ")");
  return absl::InvalidArgumentError(
      StrCat(absl::StrReplaceAll(status.message(), {{"\n", note + "\n"}}), note));
}

// The adapter is not made before all of its settings are right.
template <typename Adapter>
absl::StatusOr<std::unique_ptr<sdk::Adapter>> MakeOf(int64_t generation,
                                                     typename Adapter::Options options,
                                                     const sdk::Settings& settings,
                                                     const sdk::AdapterContext& context) {
  sdk::HttpClient::Options http_options = ReadHttp(settings);
  const absl::Status read = settings.CheckAllUsed();
  if (!read.ok()) return WithGeneration(read, generation);
  auto http = sdk::HttpClient::Create(std::move(http_options), context.clock);
  if (!http.ok()) {
    return absl::InvalidArgumentError(
        StrCat(settings.file(), ": settings.", ToStd(http.status().message())));
  }
  return std::make_unique<Adapter>(std::move(options), *std::move(http), context);
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Adapter>> MakeAdapter(const sdk::Settings& settings,
                                                          const sdk::AdapterContext& context) {
  // Read by the gateway, which asks as often as it says.
  settings.Milliseconds("poll_interval_ms", kPollInterval_ms).IgnoreError();
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t generation, settings.Integer("generation", 1, 1, 2));
  if (generation == 1) {
    return MakeOf<PortalAdapter>(generation, ReadPortal(settings), settings, context);
  }
  return MakeOf<HubAdapter>(generation, ReadHub(settings), settings, context);
}

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({.name = "national",
                 .maturity = sdk::Maturity::kStable,
                 .trusts_far_side = false,
                 .make = MakeAdapter});
}

}  // namespace lienthong::adapters::national
