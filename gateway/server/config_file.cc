#include "gateway/server/config_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr std::uintmax_t kFileBytesMax = 1 << 20;
constexpr int kPortMax = 65535;
constexpr int kBackoffMaxMs = 24 * 3600 * 1000;
constexpr int kLinksMax = 64;

void Default(std::string* value, std::string_view text) {
  if (value->empty()) *value = std::string(text);
}

bool IsAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  int port = -1;
  return absl::SimpleAtoi(ToAbsl(text.substr(colon + 1)), &port) && port >= 0 && port <= kPortMax;
}

std::string Indexed(std::string_view list, int index, std::string_view key) {
  return StrCat(list, "[", index, "].", key);
}

}  // namespace

absl::StatusOr<ConfigFile> ConfigFile::Load(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return absl::NotFoundError(StrCat(path, ": ", error.message()));
  if (size > kFileBytesMax) {
    return absl::InvalidArgumentError(StrCat(path, ": larger than ", kFileBytesMax, " bytes"));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return absl::NotFoundError(StrCat(path, ": cannot be read"));
  return Parse(path, text);
}

absl::StatusOr<ConfigFile> ConfigFile::Parse(const std::string& path, std::string_view yaml) {
  ConfigFile file;
  file.path_ = path;
  LIENTHONG_RETURN_IF_ERROR(ReadYamlMessage(path, yaml, file.config_, file.lines_));
  LIENTHONG_RETURN_IF_ERROR(file.Check());
  return file;
}

absl::Status ConfigFile::Problem(std::string_view key, std::string_view problem) const {
  std::string_view place = key;
  auto line = lines_.find(place);
  while (line == lines_.end() && !place.empty()) {
    const size_t cut = place.find_last_of(".[");
    place = cut == std::string_view::npos ? std::string_view() : place.substr(0, cut);
    line = lines_.find(place);
  }
  const int number = line == lines_.end() ? 1 : line->second;
  return absl::InvalidArgumentError(StrCat(path_, ":", number, ": ", key, ": ", problem));
}

absl::StatusOr<std::string> ConfigFile::FileNamedBy(std::string_view key,
                                                    const std::string& name) const {
  std::error_code error;
  const std::filesystem::path beside = std::filesystem::path(path_).parent_path() / name;
  if (std::filesystem::exists(beside, error)) return beside.string();
  if (std::filesystem::exists(name, error)) return name;
  return Problem(key, StrCat("no file ", name));
}

sdk::Settings ConfigFile::SettingsOf(int link) const {
  std::map<std::string, sdk::Settings::Entry> entries;
  for (const auto& [key, value] : config_.links(link).settings()) {
    const auto line = lines_.find(Indexed("links", link, StrCat("settings.", key)));
    entries[key] = {value, line == lines_.end() ? 0 : line->second};
  }
  return {path_, std::move(entries)};
}

absl::Status ConfigFile::Require(std::string_view key, bool is_there,
                                 std::string_view expected) const {
  return is_there ? absl::OkStatus() : Problem(key, StrCat("missing; expected ", expected));
}

absl::Status ConfigFile::Check() {
  Default(config_.mutable_listen()->mutable_grpc(), "127.0.0.1:7443");
  Default(config_.mutable_listen()->mutable_admin(), "127.0.0.1:7444");
  LIENTHONG_RETURN_IF_ERROR(
      Require("store.url", !config_.store().url().empty(), "a URL like sqlite:/path/gateway.db"));
  for (const auto& [key, address] : {std::pair("listen.grpc", config_.listen().grpc()),
                                     std::pair("listen.admin", config_.listen().admin())}) {
    if (!IsAddress(address)) {
      return Problem(key, StrCat("expected HOST:PORT, found \"", address, "\""));
    }
  }
  for (const auto& [key, file] : {std::pair("tls.certificate", config_.tls().certificate()),
                                  std::pair("tls.key", config_.tls().key()),
                                  std::pair("tls.client_ca", config_.tls().client_ca())}) {
    LIENTHONG_RETURN_IF_ERROR(Require(key, !file.empty(), "the name of a PEM file"));
  }
  LIENTHONG_RETURN_IF_ERROR(CheckParties());
  for (auto& link : *config_.mutable_links()) {
    Default(link.mutable_scope(), "agencies");
  }
  LIENTHONG_RETURN_IF_ERROR(CheckLinks());
  return CheckLimits();
}

absl::Status ConfigFile::CheckParties() const {
  std::set<std::string> names;
  for (int i = 0; i < config_.parties_size(); ++i) {
    const auto& party = config_.parties(i);
    const std::string name_key = Indexed("parties", i, "name");
    LIENTHONG_RETURN_IF_ERROR(Require(name_key, !party.name().empty(), "a name like city"));
    if (!names.insert(party.name()).second) {
      return Problem(name_key, StrCat("\"", party.name(), "\" is there twice"));
    }
    const std::string roles_key = Indexed("parties", i, "roles");
    LIENTHONG_RETURN_IF_ERROR(
        Require(roles_key, party.roles_size() > 0, "a list of receiving, lead"));
    for (const std::string& role : party.roles()) {
      if (role == "receiving" || role == "lead") continue;
      return Problem(roles_key, StrCat("expected receiving or lead, found \"", role, "\""));
    }
    LIENTHONG_RETURN_IF_ERROR(Require(Indexed("parties", i, "agencies"), party.agencies_size() > 0,
                                      "a list of agency codes"));
  }
  std::set<std::string> codes;
  for (int i = 0; i < config_.agencies_size(); ++i) {
    const std::string& code = config_.agencies(i).code();
    const std::string key = Indexed("agencies", i, "code");
    LIENTHONG_RETURN_IF_ERROR(Require(key, !code.empty(), "an agency code like H29.X01"));
    if (!codes.insert(code).second) return Problem(key, StrCat("\"", code, "\" is there twice"));
  }
  return absl::OkStatus();
}

absl::Status ConfigFile::CheckLinks() const {
  if (config_.links_size() > kLinksMax) {
    return Problem("links", StrCat("expected at most ", kLinksMax, " links"));
  }
  std::set<std::string> names, parties;
  for (const auto& party : config_.parties()) parties.insert(party.name());
  for (int i = 0; i < config_.links_size(); ++i) {
    const auto& link = config_.links(i);
    const std::string name_key = Indexed("links", i, "name");
    LIENTHONG_RETURN_IF_ERROR(Require(name_key, !link.name().empty(), "a name like city"));
    if (!names.insert(link.name()).second) {
      return Problem(name_key, StrCat("\"", link.name(), "\" is there twice"));
    }
    LIENTHONG_RETURN_IF_ERROR(
        Require(Indexed("links", i, "adapter"), !link.adapter().empty(), "a kind of adapter"));
    const std::string party_key = Indexed("links", i, "party");
    LIENTHONG_RETURN_IF_ERROR(Require(party_key, !link.party().empty(), "the name of a party"));
    if (!parties.contains(link.party())) {
      return Problem(party_key,
                     StrCat("expected a name from parties, found \"", link.party(), "\""));
    }
    if (link.scope() != "all" && link.scope() != "agencies") {
      return Problem(Indexed("links", i, "scope"),
                     StrCat("expected all or agencies, found \"", link.scope(), "\""));
    }
    for (const auto& [key, number, max] :
         {std::tuple("objective_seconds", link.objective_seconds(), 86400),
          std::tuple("parallel_max", link.parallel_max(), 256),
          std::tuple("backoff_min_ms", link.backoff_min_ms(), kBackoffMaxMs),
          std::tuple("backoff_max_ms", link.backoff_max_ms(), kBackoffMaxMs)}) {
      if (number >= 0 && number <= max) continue;
      return Problem(Indexed("links", i, key),
                     StrCat("expected a number from 1 to ", max, ", found ", number));
    }
  }
  return absl::OkStatus();
}

absl::Status ConfigFile::CheckLimits() const {
  const auto& limits = config_.limits();
  for (const auto& [key, number, max] :
       {std::tuple("calls_in_flight_max", limits.calls_in_flight_max(), 65536),
        std::tuple("calls_in_flight_per_caller_max", limits.calls_in_flight_per_caller_max(),
                   65536),
        std::tuple("streams_per_connection_max", limits.streams_per_connection_max(), 65536),
        std::tuple("message_bytes_max", limits.message_bytes_max(), 64 << 20)}) {
    if (number >= 0 && number <= max) continue;
    return Problem(StrCat("limits.", key), StrCat("expected a number from 1 to ", max,
                                                  " (0 = the default), found ", number));
  }
  return absl::OkStatus();
}

}  // namespace lienthong
