#include "gateway/server/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace lienthong {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kWhole[] = R"(store: {url: "memory:"}
listen: {grpc: "127.0.0.1:1", admin: "127.0.0.1:2"}
tls: {certificate: a.crt, key: a.key, client_ca: ca.crt}
parties:
  - {name: city, roles: [receiving], agencies: [H29.X01, H29.X02]}
  - name: district
    roles: [lead]
    agencies:
      - H29.X01
agencies:
  - {code: H29.X05}
links:
  - name: city
    adapter: city
    party: city
    scope: all
    objective_seconds: 30
    settings:
      base_url: "https://127.0.0.1:9"
      timeout_ms: 3000
limits: {calls_in_flight_max: 12}
)";

std::string With(const std::string& what, const std::string& instead) {
  std::string text = kWhole;
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), instead);
}

absl::Status Refusal(const std::string& yaml) {
  return ConfigFile::Parse("/etc/gw.yaml", yaml).status();
}

TEST(ConfigFile, ReadsAWholeConfiguration) {
  const auto file = ConfigFile::Parse("/etc/gw.yaml", kWhole);
  ASSERT_THAT(file, IsOk());
  const auto& config = file->config();
  EXPECT_EQ(config.store().url(), "memory:");
  ASSERT_EQ(config.parties_size(), 2);
  EXPECT_EQ(config.parties(0).agencies(1), "H29.X02");
  EXPECT_EQ(config.agencies(0).code(), "H29.X05");
  EXPECT_EQ(config.links(0).objective_seconds(), 30);
  EXPECT_EQ(config.links(0).settings().at("timeout_ms"), "3000");
  EXPECT_EQ(config.limits().calls_in_flight_max(), 12);
}

TEST(ConfigFile, FillsDefaultsIn) {
  const auto file = ConfigFile::Parse("gw.yaml", R"(
store: {url: "memory:"}
tls: {certificate: a, key: b, client_ca: c}
links:
)");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->config().listen().grpc(), "127.0.0.1:7443");
  EXPECT_EQ(file->config().listen().admin(), "127.0.0.1:7444");
}

TEST(ConfigFile, KeepsTheLinesOfSettings) {
  const auto file = ConfigFile::Parse("/etc/gw.yaml", kWhole);
  ASSERT_THAT(file, IsOk());
  const sdk::Settings settings = file->SettingsOf(0);
  EXPECT_THAT(settings.Integer("timeout_ms", 1, 1, 10),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       StartsWith("/etc/gw.yaml:20: settings.timeout_ms")));
}

struct Bad {
  const char* what;
  const char* instead;
  const char* place;     // how the message begins
  const char* expected;  // what it says besides
};

class BadConfiguration : public ::testing::TestWithParam<Bad> {};

TEST_P(BadConfiguration, IsRefusedWithFileLineAndWhatWasExpected) {
  const absl::Status status = Refusal(With(GetParam().what, GetParam().instead));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().expected),
                                     Not(HasSubstr("\n")))));
}

INSTANTIATE_TEST_SUITE_P(
    AllSorts, BadConfiguration,
    ::testing::Values(
        Bad{"store: {url: \"memory:\"}", "", "/etc/gw.yaml:", "store.url: missing"},
        Bad{"url:", "ulr:", "/etc/gw.yaml:1: ulr", "expected one of url"},
        Bad{"client_ca: ca.crt", "client_ca: ", "/etc/gw.yaml:3: tls.client_ca", "expected a text"},
        Bad{"client_ca: ca.crt", "client_ca: [x]", "/etc/gw.yaml:3: tls.client_ca", "a text"},
        Bad{"key: a.key, ", "", "/etc/gw.yaml:3: tls.key", "missing"},
        Bad{"127.0.0.1:2", "127.0.0.1", "/etc/gw.yaml:2: listen.admin", "HOST:PORT"},
        Bad{"127.0.0.1:2", "127.0.0.1:70000", "/etc/gw.yaml:2: listen.admin", "HOST:PORT"},
        Bad{"roles: [lead]", "roles: [boss]", "/etc/gw.yaml:7: parties[1].roles", "lead"},
        Bad{"roles: [lead]", "roles: lead", "/etc/gw.yaml:7: parties[1].roles", "a list"},
        Bad{"name: district", "name: city", "/etc/gw.yaml:6: parties[1].name", "twice"},
        Bad{"  - {code: H29.X05}", "  - {}", "/etc/gw.yaml:11: agencies[0].code", "missing"},
        Bad{"    party: city", "    party: moon", "/etc/gw.yaml:15: links[0].party", "\"moon\""},
        Bad{"scope: all", "scope: some", "/etc/gw.yaml:16: links[0].scope", "all or agencies"},
        Bad{"objective_seconds: 30", "objective_seconds: soon",
            "/etc/gw.yaml:17: links[0].objective_seconds", "whole number, found \"soon\""},
        Bad{"objective_seconds: 30", "objective_seconds: -1",
            "/etc/gw.yaml:17: links[0].objective_seconds", "from 1 to"},
        Bad{"      timeout_ms: 3000", "      timeout_ms: {a: b}",
            "/etc/gw.yaml:20: links[0].settings.timeout_ms", "a text"},
        Bad{"      timeout_ms: 3000", "      base_url: again", "/etc/gw.yaml:20: base_url",
            "twice"},
        Bad{"limits: {", "limits: {{", "/etc/gw.yaml:2", ""},
        Bad{"limits: {calls_in_flight_max: 12}", "limits: 12", "/etc/gw.yaml:21: limits",
            "expected keys"}));

TEST(ConfigFile, AMissingFileIsSaidWithItsName) {
  EXPECT_THAT(ConfigFile::Load("/nowhere/gw.yaml"),
              StatusIs(absl::StatusCode::kNotFound, StartsWith("/nowhere/gw.yaml: ")));
}

TEST(ConfigFile, SomethingElseThanKeysIsRefused) {
  EXPECT_THAT(Refusal("just text"), StatusIs(absl::StatusCode::kInvalidArgument,
                                             StartsWith("/etc/gw.yaml:1: the configuration")));
}

}  // namespace
}  // namespace lienthong
