#include "gateway/server/link_setup.h"

#include <string>
#include <utility>

#include "adapters/register_all.h"
#include "adapters/sdk/catalogue.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr int64_t kPollIntervalDefaultMs = 500;
constexpr int64_t kCallTimeoutDefaultMs = 10'000;

absl::StatusOr<sync::LinkOptions> OptionsOf(const config::v1::LinkConfig& link,
                                            const sdk::Settings& settings) {
  sync::LinkOptions options;
  options.name = link.name();
  options.adapter = link.adapter();
  options.party = link.party();
  options.all_dossiers = link.scope() == "all";
  if (link.objective_seconds() > 0) options.objective = absl::Seconds(link.objective_seconds());
  if (link.parallel_max() > 0) options.parallel_calls_max = link.parallel_max();
  if (link.backoff_min_ms() > 0) options.backoff_min = absl::Milliseconds(link.backoff_min_ms());
  if (link.backoff_max_ms() > 0) options.backoff_max = absl::Milliseconds(link.backoff_max_ms());
  LIENTHONG_ASSIGN_OR_RETURN(options.poll_interval,
                             settings.Milliseconds("poll_interval_ms", kPollIntervalDefaultMs));
  LIENTHONG_ASSIGN_OR_RETURN(options.call_timeout,
                             settings.Milliseconds("timeout_ms", kCallTimeoutDefaultMs));
  return options;
}

// What an adapter says names a line when the setting is there; when it is missing, the line of its
// link is the place to look.
absl::Status PlaceOf(const ConfigFile& config, int link, const absl::Status& status) {
  std::string_view message = ToStd(status.message());
  const std::string without_line = StrCat(config.path(), ": ");
  if (message.starts_with(without_line)) {
    message.remove_prefix(without_line.size());
    const size_t colon = message.find(": ");
    if (colon != std::string_view::npos) {
      return config.Problem(StrCat("links[", link, "].", message.substr(0, colon)),
                            message.substr(colon + 2));
    }
  }
  if (message.starts_with(StrCat(config.path(), ":"))) return status;
  return config.Problem(StrCat("links[", link, "].adapter"), message);
}

}  // namespace

absl::StatusOr<std::vector<PreparedLink>> PrepareLinks(const ConfigFile& config) {
  sdk::AdapterCatalogue catalogue;
  RegisterAllAdapters(catalogue);
  std::vector<PreparedLink> links;
  for (int i = 0; i < config.config().links_size(); ++i) {
    const config::v1::LinkConfig& link = config.config().links(i);
    const sdk::Settings settings = config.SettingsOf(i);
    PreparedLink prepared;
    LIENTHONG_ASSIGN_OR_RETURN(prepared.options, OptionsOf(link, settings));
    if (prepared.options.backoff_max < prepared.options.backoff_min) {
      return config.Problem(StrCat("links[", i, "].backoff_max_ms"),
                            "expected at least backoff_min_ms");
    }
    absl::StatusOr<std::unique_ptr<sdk::Adapter>> adapter =
        catalogue.Create(link.adapter(), settings);
    if (!adapter.ok()) return PlaceOf(config, i, adapter.status());
    LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
    prepared.adapter = *std::move(adapter);
    links.push_back(std::move(prepared));
  }
  return links;
}

absl::StatusOr<core::Parties> MakeParties(const ConfigFile& config) {
  core::Parties parties;
  for (const auto& configured : config.config().parties()) {
    core::Party party;
    party.name = configured.name();
    for (const std::string& role : configured.roles()) {
      (role == "receiving" ? party.receives : party.leads) = true;
    }
    party.agencies = {configured.agencies().begin(), configured.agencies().end()};
    LIENTHONG_RETURN_IF_ERROR(parties.Add(std::move(party)));
  }
  for (const auto& agency : config.config().agencies()) {
    core::Party party;
    party.name = StrCat("agency/", agency.code());
    party.receives = party.leads = true;
    party.agencies = {agency.code()};
    LIENTHONG_RETURN_IF_ERROR(parties.Add(std::move(party)));
  }
  return parties;
}

}  // namespace lienthong
