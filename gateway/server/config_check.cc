#include "gateway/server/config_check.h"

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/log.h"
#include "gateway/base/password.h"
#include "gateway/base/text.h"
#include "gateway/core/certificate_name.h"
#include "gateway/domain/codes.h"
#include "gateway/server/number_setup.h"

namespace lienthong {
namespace {

constexpr int kPortMax = 65535;
constexpr int kWaitMaxMs = 24 * 3600 * 1000;
constexpr int kDaySeconds = 86'400;
constexpr int kComparisonHours = 366 * 24;
constexpr int kYearSeconds = 365 * kDaySeconds;
constexpr int64_t kFileBytesMax = int64_t{1} << 30;
constexpr int kLinksMax = 64;
constexpr std::string_view kHttps = "https://";

bool IsAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  int port = -1;
  return absl::SimpleAtoi(ToAbsl(text.substr(colon + 1)), &port) && port >= 0 && port <= kPortMax;
}

bool IsLoopback(std::string_view address) {
  const std::string_view host = address.substr(0, address.rfind(':'));
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

// https://HOST[:PORT][/PATH]
bool IsHttpsUrl(std::string_view text) {
  if (!text.starts_with(kHttps)) return false;
  text.remove_prefix(kHttps.size());
  const std::string_view host = text.substr(0, text.find('/'));
  return !host.empty() && text.find_first_of(" ?#@") == std::string_view::npos;
}

std::string Indexed(std::string_view list, int index, std::string_view key) {
  return StrCat(list, "[", index, "].", key);
}

class Check {
 public:
  Check(const ConfigFile& file, ConfigProblems& problems)
      : file_(file), config_(file.config()), problems_(problems) {}

  void Run() {
    Require("store.url", config_.store().url(), "a URL like sqlite:/path/gateway.db");
    CheckStorePath();
    Listen();
    Require("tls.certificate", config_.tls().certificate(), "the name of a PEM file");
    Require("tls.key", config_.tls().key(), "the name of a PEM file");
    Require("tls.client_ca", config_.tls().client_ca(), "the name of a PEM file");
    Parties();
    Agencies();
    if (config_.links_size() > kLinksMax) {
      Add("links", StrCat("expected at most ", kLinksMax, " links"));
    }
    for (int i = 0; i < config_.links_size(); ++i) Link(i);
    Limits();
    Log();
    Files();
    Facade();
    problems_.Add(ReadNumberPatterns(file_).status());
  }

 private:
  void Add(std::string_view key, std::string_view problem) {
    problems_.Add(file_.Problem(key, problem));
  }
  bool Require(std::string_view key, std::string_view value, std::string_view expected) {
    if (value.empty()) Add(key, StrCat("missing; expected ", expected));
    return !value.empty();
  }
  // A name that must be there once in its list.
  void Unique(std::string_view key, const std::string& name, std::string_view expected,
              std::set<std::string>& names) {
    if (!Require(key, name, expected)) return;
    if (!names.insert(name).second) Add(key, StrCat("\"", name, "\" is there twice"));
  }
  void Range(std::string_view key, int64_t number, int64_t max) {
    if (number >= 0 && number <= max) return;
    Add(key, StrCat("expected a number from 1 to ", max, " (0 = the default), found ", number));
  }
  // Codes are compared as they are written: one in another form would never be met.
  void AgencyCode(std::string_view key, const std::string& code) {
    if (domain::IsAgencyCode(code)) return;
    const std::string folded = domain::FoldCode(code);
    Add(key, StrCat("expected an agency code like H29.X01, found \"", code, "\"",
                    domain::IsAgencyCode(folded) ? StrCat("; write ", folded) : ""));
  }
  void CertificateName(std::string_view key, const std::string& uri) {
    if (uri.empty() || core::ReadCertificateName({uri}).ok()) return;
    Add(key, StrCat("expected a name like spiffe://lienthong/agency/H29.X05 or "
                    "spiffe://lienthong/counterpart/portal, found \"",
                    uri, "\""));
  }
  void NeedsHttps(std::string_view key) {
    if (config_.listen().https().empty())
      Add(key, "expected listen.https, where the call comes in");
  }

  // Another working directory would begin another, empty store.
  void CheckStorePath() {
    const std::string_view url = config_.store().url();
    constexpr std::string_view kFile = "sqlite:";
    if (url.starts_with(kFile) && !url.starts_with(StrCat(kFile, "/"))) {
      Add("store.url", "is a relative path; write it from the root, like sqlite:/path/gateway.db");
    }
  }

  void Listen() {
    const auto& listen = config_.listen();
    std::set<std::string> taken;
    for (const auto& [key, address] :
         {std::pair("listen.grpc", listen.grpc()), std::pair("listen.admin", listen.admin()),
          std::pair("listen.https", listen.https()),
          std::pair("listen.metrics", listen.metrics())}) {
      if (address.empty()) continue;
      if (!IsAddress(address)) {
        Add(key, StrCat("expected HOST:PORT, found \"", address, "\""));
      } else if (!address.ends_with(":0") && !taken.insert(address).second) {
        Add(key, StrCat("expected an address of its own, found \"", address, "\" a second time"));
      }
    }
    if (IsAddress(listen.metrics()) && !IsLoopback(listen.metrics())) {
      Add("listen.metrics",
          StrCat("speaks plain HTTP, and so only on this machine: expected 127.0.0.1:PORT, "
                 "[::1]:PORT or localhost:PORT, found \"",
                 listen.metrics(), "\""));
    }
  }

  void Parties() {
    std::set<std::string> names;
    for (int i = 0; i < config_.parties_size(); ++i) {
      const auto& party = config_.parties(i);
      Unique(Indexed("parties", i, "name"), party.name(), "a name like city", names);
      const std::string roles_key = Indexed("parties", i, "roles");
      if (party.roles().empty()) Require(roles_key, "", "a list of receiving, lead, origin");
      for (const std::string& role : party.roles()) {
        if (role == "receiving" || role == "lead" || role == "origin") continue;
        Add(roles_key, StrCat("expected receiving, lead or origin, found \"", role, "\""));
      }
      if (party.agencies().empty()) {
        Require(Indexed("parties", i, "agencies"), "", "a list of agency codes");
      }
      for (int j = 0; j < party.agencies_size(); ++j) {
        AgencyCode(Indexed("parties", i, StrCat("agencies[", j, "]")), party.agencies(j));
      }
    }
  }

  void Agencies() {
    std::set<std::string> codes;
    for (int i = 0; i < config_.agencies_size(); ++i) {
      Unique(Indexed("agencies", i, "code"), config_.agencies(i).code(),
             "an agency code like H29.X01", codes);
      const std::string& code = config_.agencies(i).code();
      if (!code.empty()) AgencyCode(Indexed("agencies", i, "code"), code);
    }
  }

  void Link(int i) {
    const auto& link = config_.links(i);
    const auto key = [i](std::string_view name) { return Indexed("links", i, name); };
    Unique(key("name"), link.name(), "a name like city", link_names_);
    Require(key("adapter"), link.adapter(), "a kind of adapter");
    if (Require(key("party"), link.party(), "the name of a party") && !IsParty(link.party())) {
      Add(key("party"), StrCat("expected a name from parties, found \"", link.party(), "\""));
    }
    if (link.scope() != "all" && link.scope() != "agencies") {
      Add(key("scope"), StrCat("expected all or agencies, found \"", link.scope(), "\""));
    }
    Range(key("objective_seconds"), link.objective_seconds(), kDaySeconds);
    Range(key("parallel_max"), link.parallel_max(), 256);
    Range(key("calls_per_second_max"), link.calls_per_second_max(), 10'000);
    Range(key("early_wait_seconds"), link.early_wait_seconds(), kDaySeconds);
    Range(key("backoff_min_ms"), link.backoff_min_ms(), kWaitMaxMs);
    Range(key("backoff_max_ms"), link.backoff_max_ms(), kWaitMaxMs);
    if (link.unanswered_appends() != "resend" && link.unanswered_appends() != "hold") {
      Add(key("unanswered_appends"),
          StrCat("expected resend or hold, found \"", link.unanswered_appends(), "\""));
    }
    Range(key("reconcile_every_hours"), link.reconcile_every_hours(), kComparisonHours);
    if (link.repair() != "approve" && link.repair() != "automatic") {
      Add(key("repair"), StrCat("expected approve or automatic, found \"", link.repair(), "\""));
    }
    CertificateName(key("caller"), link.caller());
    if (!link.caller().empty()) NeedsHttps(key("caller"));
  }

  bool IsParty(std::string_view name) const {
    for (const auto& party : config_.parties()) {
      if (party.name() == name) return true;
    }
    return false;
  }

  void Limits() {
    const auto& limits = config_.limits();
    Range("limits.calls_in_flight_max", limits.calls_in_flight_max(), 65536);
    Range("limits.calls_in_flight_per_caller_max", limits.calls_in_flight_per_caller_max(), 65536);
    Range("limits.streams_per_connection_max", limits.streams_per_connection_max(), 65536);
    Range("limits.message_bytes_max", limits.message_bytes_max(), 64 << 20);
  }

  void Log() {
    const std::string& level = config_.log().level();
    if (LogLevelOf(level).has_value()) return;
    Add("log.level", StrCat("expected debug, info, warning or error, found \"", level, "\""));
  }

  void Files() {
    const auto& files = config_.files();
    if (!config_.listen().https().empty()) {
      Require("files.public_url", files.public_url(),
              "the URL under which counterparts reach listen.https");
    }
    if (const std::string& url = files.public_url();
        !url.empty() && (!IsHttpsUrl(url) || url.ends_with('/'))) {
      Add("files.public_url",
          StrCat("expected a URL like https://lienthong.example:7445, without a slash at its end, "
                 "found \"",
                 url, "\""));
    }
    Range("files.file_bytes_max", files.file_bytes_max(), kFileBytesMax);
    for (int i = 0; i < files.sources_size(); ++i) Source(i);
  }

  void Source(int i) {
    const auto& source = config_.files().sources(i);
    const auto key = [i](std::string_view name) { return Indexed("files.sources", i, name); };
    const std::string& prefix = source.url_prefix();
    // Without a slash behind the host, https://a.example would also begin https://a.example.org.
    if (Require(key("url_prefix"), prefix, "a URL like https://files.city.example/") &&
        (!IsHttpsUrl(prefix) || prefix.find('/', kHttps.size()) == std::string::npos)) {
      Add(key("url_prefix"),
          StrCat("expected a URL like https://files.city.example/, with a slash behind the host, "
                 "found \"",
                 prefix, "\""));
    }
    Range(key("retry_min_ms"), source.retry_min_ms(), kWaitMaxMs);
    Range(key("retry_max_ms"), source.retry_max_ms(), kWaitMaxMs);
    if (source.retry_max_ms() > 0 && source.retry_max_ms() < source.retry_min_ms()) {
      Add(key("retry_max_ms"), "expected at least retry_min_ms");
    }
    Range(key("dead_after_seconds"), source.dead_after_seconds(), kYearSeconds);
  }

  void Facade() {
    const auto& facade = config_.facade();
    if (!facade.accounts().empty()) NeedsHttps("facade.accounts");
    Range("facade.session_seconds", facade.session_seconds(), kDaySeconds);
    std::set<std::string> usernames;
    for (int i = 0; i < facade.accounts_size(); ++i) {
      const auto& account = facade.accounts(i);
      const auto key = [i](std::string_view name) { return Indexed("facade.accounts", i, name); };
      if (Require(key("agency"), account.agency(), "the code of one of agencies") &&
          !IsAgency(account.agency())) {
        Add(key("agency"),
            StrCat("expected a code from agencies, found \"", account.agency(), "\""));
      }
      Unique(key("username"), account.username(), "the name that the software logs in with",
             usernames);
      if (Require(key("password_hash"), account.password_hash(),
                  "what `lienthongctl hash-password` prints")) {
        const absl::Status form = PasswordHash::Parse(account.password_hash()).status();
        if (!form.ok()) Add(key("password_hash"), ToStd(form.message()));
      }
      CertificateName(key("certificate"), account.certificate());
    }
  }

  bool IsAgency(std::string_view code) const {
    for (const auto& agency : config_.agencies()) {
      if (agency.code() == code) return true;
    }
    return false;
  }

  const ConfigFile& file_;
  const config::v1::GatewayConfig& config_;
  ConfigProblems& problems_;
  std::set<std::string> link_names_;
};

}  // namespace

void CheckConfig(const ConfigFile& file, ConfigProblems& problems) { Check(file, problems).Run(); }

}  // namespace lienthong
