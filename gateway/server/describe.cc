#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "adapters/sdk/portal/procedures.h"
#include "gateway/base/text.h"
#include "gateway/core/ownership_check.h"
#include "gateway/domain/status_graph.h"
#include "gateway/server/config_problems.h"
#include "gateway/server/link_setup.h"
#include "gateway/server/listener.h"
#include "gateway/server/papers_setup.h"
#include "gateway/server/server.h"
#include "gateway/server/tls.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/register_all.h"
#include "gateway/sync/coverage.h"

namespace lienthong {
namespace {

// The rest of an address may hold a password.
std::string StoreKind(std::string_view url) {
  const size_t at = url.find('@');
  return at == std::string_view::npos ? std::string(url)
                                      : StrCat(url.substr(0, url.find(':')), ":…", url.substr(at));
}

// Of https://HOST[:PORT][/PATH]; an IPv6 address stands in brackets.
std::string HostOf(std::string_view url) {
  url.remove_prefix(std::min(url.size(), std::string_view("https://").size()));
  url = url.substr(0, url.find('/'));
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return std::string(url.substr(0, url.find(':')));
}

class Description {
 public:
  explicit Description(const ConfigFile& config)
      : file_(config), config_(config.config()), problems_(config.path()) {
    problems_.Add(config.problems());
  }

  absl::StatusOr<std::string> Take() {
    const std::optional<bool> store_in_use = Store();
    const bool in_use = store_in_use.value_or(false);
    Address("agencies at", "listen.grpc", config_.listen().grpc(), in_use);
    Address("operators at", "listen.admin", config_.listen().admin(), in_use);
    if (!config_.listen().https().empty()) {
      Address("https at", "listen.https", config_.listen().https(), in_use);
    }
    if (!config_.listen().metrics().empty()) {
      Address("metrics at", "listen.metrics", config_.listen().metrics(), in_use);
    }
    Tls();
    Files();
    if (store_in_use.has_value()) problems_.Add(PreparePapers(file_, Clock::Real()).status());
    Facade();
    Parties();
    Links();
    if (!problems_.empty()) return problems_.ToStatus();
    return std::move(out_);
  }

 private:
  void Row(std::string_view what, std::string_view value) {
    absl::StrAppendFormat(&out_, "%-12s %s\n", std::string(what), std::string(value));
  }

  // Whether a running gateway has it; nothing when it could not be opened.
  std::optional<bool> Store() {
    const std::string& url = config_.store().url();
    if (url.empty()) return std::nullopt;
    store::StoreCatalogue kinds;
    RegisterAllStores(kinds);
    const absl::StatusOr<store::StoreState> state = kinds.InspectUrl(url);
    if (!state.ok()) {
      problems_.Add(file_.Problem("store.url", ToStd(state.status().message())));
      return std::nullopt;
    }
    Row("store", StrCat(StoreKind(url), ", ", state->text));
    return state->in_use;
  }

  void Address(std::string_view what, std::string_view key, const std::string& address,
               bool store_in_use) {
    const absl::Status free = CheckAddressFree(address);
    const bool held = absl::IsAlreadyExists(free);
    if (!free.ok() && !(held && store_in_use)) {
      return problems_.Add(file_.Problem(key, ToStd(free.message())));
    }
    Row(what, StrCat(address, held ? ", held, as by the running gateway" : ", free"));
  }

  void Tls() {
    const absl::StatusOr<TlsFiles> tls = FindTlsFiles(file_);
    if (!tls.ok()) return problems_.Add(tls.status());
    Row("certificate", StrCat(tls->certificate, ", clients of ", tls->authorities));
    const std::string host = HostOf(config_.files().public_url());
    if (host.empty() || CertificateNames(tls->certificate, host)) return;
    Row("note", StrCat("the certificate does not name ", host,
                       " of files.public_url: right only behind a proxy whose certificate does"));
  }

  std::string_view Folder() const {
    if (IsMemoryStore(config_)) return "a temporary folder";
    const std::string& directory = config_.files().directory();
    return directory.empty() ? "files beside the store" : std::string_view(directory);
  }

  void Files() {
    const auto& files = config_.files();
    if (!files.public_url().empty()) {
      Row("papers", StrCat("in ", Folder(), ", served under ", files.public_url()));
    }
    for (int i = 0; i < files.sources_size(); ++i) {
      const auto& source = files.sources(i);
      if (!source.ca_file().empty()) {
        problems_.Add(
            CheckAuthorities(file_, StrCat("files.sources[", i, "].ca_file"), source.ca_file()));
      }
      Row("paper source", source.url_prefix());
    }
  }

  void Facade() {
    const auto& facade = config_.facade();
    if (!facade.procedures_file().empty()) Procedures(facade.procedures_file());
    for (const auto& account : facade.accounts()) {
      Row("façade", StrCat(account.username(), " for ", account.agency(),
                           account.certificate().empty() ? "" : ", with a certificate"));
    }
  }

  void Procedures(const std::string& name) {
    constexpr char kKey[] = "facade.procedures_file";
    const absl::StatusOr<std::string> path = file_.FileNamedBy(kKey, name);
    if (!path.ok()) return problems_.Add(path.status());
    const absl::Status read = sdk::portal::Procedures::Load(*path).status();
    if (!read.ok()) problems_.Add(file_.Problem(kKey, ToStd(read.message())));
  }

  void Parties() {
    const absl::StatusOr<core::Parties> parties = MakeParties(file_);
    problems_.Add(parties.status());
    for (const auto& party : config_.parties()) {
      Row("party", StrCat(party.name(), ": ", absl::StrJoin(party.roles(), ", "), " for ",
                          absl::StrJoin(party.agencies(), ", ")));
    }
    for (const auto& agency : config_.agencies()) {
      Row("agency", StrCat(agency.code(), ": calls by gRPC"));
    }
    if (!parties.ok()) return;
    for (const auto& finding : core::CheckOwners(*parties, domain::StatusGraph::Shipped())) {
      Row("note", StrCat(finding.agency, ": ", finding.text));
    }
  }

  void Links() {
    static const sdk::NoFiles no_files;
    const absl::StatusOr<std::vector<PreparedLink>> links =
        PrepareLinks(file_, {.clock = Clock::Real(), .files = no_files});
    if (!links.ok()) return problems_.Add(links.status());
    for (const PreparedLink& link : *links) {
      const sync::LinkOptions& options = link.options;
      Row("link", StrCat(options.name, ": ", options.adapter, " as ", options.party, ", ",
                         options.all_dossiers ? "all dossiers" : "dossiers of its agencies", ", ",
                         options.parallel_calls_max, " calls at the same time, OK up to ",
                         absl::FormatDuration(options.objective),
                         options.caller.empty() ? "" : StrCat(", called by ", options.caller)));
      Coverage(options.name, link.adapter->DescribeMapping());
    }
  }

  // What the counterpart has no place for, said before it goes live.
  void Coverage(const std::string& link, const adapter::v1::MappingDescription& mapping) {
    const absl::StatusOr<sync::v1::MappingCoverage> coverage = sync::CoverageOf(link, mapping);
    if (!coverage.ok()) return;  // its adapter tells nothing
    const auto& fields = coverage->fields();
    const auto mapped = std::count_if(fields.begin(), fields.end(),
                                      [](const auto& field) { return field.mapped(); });
    Row("mapping",
        StrCat(link, ": ", mapped, " of ", fields.size(),
               " fields have a place there; lienthongctl mapping coverage ", link, " lists them"));
    for (const auto& field : fields) {
      if (field.values_without_code().empty()) continue;
      Row("note", StrCat(link, ": ", field.path(), " has no code there for ",
                         absl::StrJoin(field.values_without_code(), ", ")));
    }
  }

  const ConfigFile& file_;
  const config::v1::GatewayConfig& config_;
  ConfigProblems problems_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> DescribeServer(const ConfigFile& config) {
  return Description(config).Take();
}

}  // namespace lienthong
