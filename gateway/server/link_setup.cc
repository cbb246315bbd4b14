#include "gateway/server/link_setup.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_split.h"
#include "adapters/register_all.h"
#include "adapters/sdk/catalogue.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/ownership_check.h"
#include "gateway/domain/status_graph.h"
#include "gateway/server/config_problems.h"

namespace lienthong {
namespace {

constexpr int64_t kPollIntervalDefaultMs = 500;
constexpr int64_t kCallTimeoutDefaultMs = 10'000;

// What is wrong with the settings that it reads stands in them.
sync::LinkOptions OptionsOf(const config::v1::LinkConfig& link, const sdk::Settings& settings) {
  sync::LinkOptions options;
  options.name = link.name();
  options.adapter = link.adapter();
  options.party = link.party();
  options.all_dossiers = link.scope() == "all";
  options.hold_unanswered_appends = link.unanswered_appends() == "hold";
  options.reconcile_every = absl::Hours(link.reconcile_every_hours());
  options.repairs_automatically = link.repair() == "automatic";
  options.caller = link.caller();
  if (link.objective_seconds() > 0) options.objective = absl::Seconds(link.objective_seconds());
  if (link.parallel_max() > 0) options.parallel_calls_max = link.parallel_max();
  if (link.early_wait_seconds() > 0) options.early_wait = absl::Seconds(link.early_wait_seconds());
  options.calls_per_second_max = link.calls_per_second_max();
  if (link.backoff_min_ms() > 0) options.backoff_min = absl::Milliseconds(link.backoff_min_ms());
  if (link.backoff_max_ms() > 0) options.backoff_max = absl::Milliseconds(link.backoff_max_ms());
  options.poll_interval = settings.Milliseconds("poll_interval_ms", kPollIntervalDefaultMs)
                              .value_or(options.poll_interval);
  options.call_timeout =
      settings.Milliseconds("timeout_ms", kCallTimeoutDefaultMs).value_or(options.call_timeout);
  return options;
}

// What an adapter says names a line when the setting is there; when it is missing, the line of its
// link is the place to look.
absl::Status PlaceOf(const ConfigFile& config, int link, std::string_view message) {
  const std::string without_line = StrCat(config.path(), ": ");
  if (message.starts_with(without_line)) {
    message.remove_prefix(without_line.size());
    const size_t colon = message.find(": ");
    if (colon != std::string_view::npos) {
      return config.Problem(StrCat("links[", link, "].", message.substr(0, colon)),
                            message.substr(colon + 2));
    }
  }
  if (message.starts_with(StrCat(config.path(), ":")))
    return absl::InvalidArgumentError(ToAbsl(message));
  return config.Problem(StrCat("links[", link, "].adapter"), message);
}

std::set<std::string> AgenciesOf(const ConfigFile& config, const std::string& name) {
  for (const auto& party : config.config().parties()) {
    if (party.name() == name) return {party.agencies().begin(), party.agencies().end()};
  }
  return {};
}

PreparedLink PrepareLink(const ConfigFile& config, int index, const sdk::AdapterCatalogue& kinds,
                         const sdk::AdapterContext& context, ConfigProblems& problems) {
  const config::v1::LinkConfig& link = config.config().links(index);
  const sdk::Settings settings = config.SettingsOf(index);
  PreparedLink prepared{.options = OptionsOf(link, settings), .adapter = {}};
  if (prepared.options.backoff_max < prepared.options.backoff_min) {
    problems.Add(config.Problem(StrCat("links[", index, "].backoff_max_ms"),
                                "expected at least backoff_min_ms"));
  }
  absl::StatusOr<std::unique_ptr<sdk::Adapter>> adapter =
      kinds.Create(link.adapter(), settings,
                   {.clock = context.clock,
                    .files = context.files,
                    .party = link.party(),
                    .agencies = AgenciesOf(config, link.party())});
  const absl::Status status = adapter.ok() ? settings.CheckAllUsed() : adapter.status();
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n', absl::SkipEmpty())) {
    problems.Add(PlaceOf(config, index, ToStd(line)));
  }
  if (adapter.ok()) prepared.adapter = *std::move(adapter);
  return prepared;
}

// Two parties that own the same leave it to chance whose word counts.
absl::Status CheckEachFieldHasOneOwner(const ConfigFile& config, const core::Parties& parties) {
  ConfigProblems problems(config.path());
  for (const auto& finding : core::CheckOwners(parties, domain::StatusGraph::Shipped())) {
    if (!finding.is_fault) continue;
    problems.Add(config.Problem("parties", StrCat(finding.agency, ": ", finding.text)));
  }
  return problems.ToStatus();
}

}  // namespace

absl::StatusOr<std::vector<PreparedLink>> PrepareLinks(const ConfigFile& config,
                                                       const sdk::AdapterContext& context) {
  sdk::AdapterCatalogue kinds;
  RegisterAllAdapters(kinds);
  ConfigProblems problems(config.path());
  std::vector<PreparedLink> links;
  links.reserve(config.config().links_size());
  for (int i = 0; i < config.config().links_size(); ++i) {
    links.push_back(PrepareLink(config, i, kinds, context, problems));
  }
  LIENTHONG_RETURN_IF_ERROR(problems.ToStatus());
  return links;
}

absl::StatusOr<core::Parties> MakeParties(const ConfigFile& config) {
  core::Parties parties;
  for (const auto& configured : config.config().parties()) {
    core::Party party;
    party.name = configured.name();
    for (const std::string& role : configured.roles()) {
      if (role == "receiving") party.receives = true;
      if (role == "lead") party.leads = true;
      if (role == "origin") party.submits = true;
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
  for (const auto& link : config.config().links()) parties.NameLink(link.name(), link.party());
  LIENTHONG_RETURN_IF_ERROR(CheckEachFieldHasOneOwner(config, parties));
  return parties;
}

}  // namespace lienthong
