#include "gateway/server/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

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
        Bad{"client_ca: ca.crt", "client_ca: ", "/etc/gw.yaml:3: tls.client_ca", "expected a text"},
        Bad{"client_ca: ca.crt", "client_ca: [x]", "/etc/gw.yaml:3: tls.client_ca", "a text"},
        Bad{"key: a.key, ", "", "/etc/gw.yaml:3: tls.key", "missing"},
        Bad{"127.0.0.1:2", "127.0.0.1", "/etc/gw.yaml:2: listen.admin", "HOST:PORT"},
        Bad{"127.0.0.1:2", "127.0.0.1:70000", "/etc/gw.yaml:2: listen.admin", "HOST:PORT"},
        Bad{"127.0.0.1:2", "127.0.0.1:1", "/etc/gw.yaml:2: listen.admin", "of its own"},
        Bad{"admin: ", "metrics: \"0.0.0.0:9\", admin: ", "/etc/gw.yaml:2: listen.metrics",
            "only on this machine"},
        Bad{"admin: ", "metrics: \"127.0.0.1:1\", admin: ", "/etc/gw.yaml:2: listen.metrics",
            "of its own"},
        Bad{"roles: [lead]", "roles: [lead, boss]", "/etc/gw.yaml:7: parties[1].roles",
            "receiving, lead or origin, found \"boss\""},
        Bad{"roles: [lead]", "roles: lead", "/etc/gw.yaml:7: parties[1].roles", "a list"},
        Bad{"name: district", "name: city", "/etc/gw.yaml:6: parties[1].name", "twice"},
        Bad{"  - {code: H29.X05}", "  - {}", "/etc/gw.yaml:11: agencies[0].code", "missing"},
        Bad{"{code: H29.X05}", "{code: h29.x05}", "/etc/gw.yaml:11: agencies[0].code",
            "found \"h29.x05\"; write H29.X05"},
        Bad{"{code: H29.X05}", "{code: H29/X05}", "/etc/gw.yaml:11: agencies[0].code",
            "an agency code like H29.X01, found \"H29/X05\""},
        Bad{"[H29.X01, H29.X02]", "[H29.X01, h29.x02]", "/etc/gw.yaml:5: parties[0].agencies[1]",
            "write H29.X02"},
        Bad{"      - H29.X01", "      - \"H29.X01 \"", "/etc/gw.yaml:9: parties[1].agencies[0]",
            "write H29.X01"},
        Bad{"    party: city", "    party: moon", "/etc/gw.yaml:15: links[0].party", "\"moon\""},
        Bad{"scope: all", "unanswered_appends: drop",
            "/etc/gw.yaml:16: links[0].unanswered_appends", "resend or hold"},
        Bad{"scope: all", "caller: portal", "/etc/gw.yaml:16: links[0].caller",
            "spiffe://lienthong/counterpart/portal"},
        Bad{"scope: all", "caller: spiffe://lienthong/counterpart/city",
            "/etc/gw.yaml:16: links[0].caller", "expected listen.https"},
        Bad{"scope: all", "backoff_max_ms: 86400001", "/etc/gw.yaml:16: links[0].backoff_max_ms",
            "from 1 to 86400000"},
        Bad{"scope: all", "scope: some", "/etc/gw.yaml:16: links[0].scope", "all or agencies"},
        Bad{"objective_seconds: 30", "objective_seconds: soon",
            "/etc/gw.yaml:17: links[0].objective_seconds", "whole number, found \"soon\""},
        Bad{"objective_seconds: 30", "objective_seconds: -1",
            "/etc/gw.yaml:17: links[0].objective_seconds", "from 1 to"},
        Bad{"      timeout_ms: 3000", "      timeout_ms: {a: b}",
            "/etc/gw.yaml:20: links[0].settings.timeout_ms", "a text"},
        Bad{"      timeout_ms: 3000", "      base_url: again",
            "/etc/gw.yaml:20: links[0].settings.base_url", "twice"},
        Bad{"limits: {", "limits: {{", "/etc/gw.yaml:2", ""},
        Bad{"limits: {calls_in_flight_max: 12}", "limits: 12", "/etc/gw.yaml:21: limits",
            "expected keys"}));

// The part that comes with listen.https: papers, callers, façade. Its first line is line 22.
constexpr char kHttps[] = R"(files:
  directory: /var/lib/papers
  public_url: https://lienthong.example:7445
  file_bytes_max: 5000000000000
  sources:
    - {url_prefix: "https://files.example/", retry_min_ms: 10, retry_max_ms: 20}
facade:
  accounts:
    - agency: H29.X05
      username: one
      password_hash: scrypt$16$1$1$c2FsdHNhbHRzYWx0c2FsdA==$aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=
      certificate: spiffe://lienthong/agency/H29.X05
)";

std::string WithHttps(const std::string& what, const std::string& instead) {
  std::string text = With("admin: ", "https: \"127.0.0.1:3\", admin: ") + kHttps;
  const size_t size = text.find("5000000000000");
  text.replace(size, 13, "5000000");
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), instead);
}

TEST(ConfigFile, ReadsPapersCallersAndFacade) {
  const auto file = ConfigFile::Parse(
      "/etc/gw.yaml", WithHttps("scope: all", "caller: spiffe://lienthong/counterpart/city"));
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->config().files().file_bytes_max(), 5'000'000);
  EXPECT_EQ(file->config().files().sources(0).retry_max_ms(), 20);
  EXPECT_EQ(file->config().links(0).unanswered_appends(), "resend");
  EXPECT_EQ(file->config().facade().accounts(0).username(), "one");
}

class BadHttps : public ::testing::TestWithParam<Bad> {};

TEST_P(BadHttps, IsRefusedWithFileLineAndWhatWasExpected) {
  const absl::Status status = Refusal(WithHttps(GetParam().what, GetParam().instead));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().expected),
                                     Not(HasSubstr("\n")))));
}

INSTANTIATE_TEST_SUITE_P(
    AllSorts, BadHttps,
    ::testing::Values(
        Bad{"127.0.0.1:3", "everywhere", "/etc/gw.yaml:2: listen.https", "HOST:PORT"},
        Bad{"  public_url: https://lienthong.example:7445\n", "",
            "/etc/gw.yaml:23: files.public_url", "missing"},
        Bad{"7445\n", "7445/\n", "/etc/gw.yaml:24: files.public_url", "without a slash at its end"},
        Bad{"https://lienthong", "http://lienthong", "/etc/gw.yaml:24: files.public_url",
            "https://lienthong.example:7445"},
        Bad{"5000000", "5000000000", "/etc/gw.yaml:25: files.file_bytes_max", "from 1 to"},
        Bad{"5000000", "big", "/etc/gw.yaml:25: files.file_bytes_max", "whole number"},
        Bad{"url_prefix: \"https://files.example/\", ", "",
            "/etc/gw.yaml:27: files.sources[0].url_prefix", "missing"},
        Bad{"files.example/", "files.example", "/etc/gw.yaml:27: files.sources[0].url_prefix",
            "with a slash behind the host"},
        Bad{"https://files", "ftp://files", "/etc/gw.yaml:27: files.sources[0].url_prefix",
            "https://files.city.example/"},
        Bad{"retry_max_ms: 20", "retry_max_ms: 5", "/etc/gw.yaml:27: files.sources[0].retry_max_ms",
            "at least retry_min_ms"},
        Bad{"    - agency: H29.X05", "    - agency: H29.X77",
            "/etc/gw.yaml:30: facade.accounts[0].agency", "a code from agencies"},
        Bad{"      username: one\n", "", "/etc/gw.yaml:30: facade.accounts[0].username", "missing"},
        Bad{"scrypt$16$1$1$c2FsdHNhbHRzYWx0c2FsdA==$aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=",
            "mat-khau-mau", "/etc/gw.yaml:32: facade.accounts[0].password_hash", "hash-password"},
        Bad{"spiffe://lienthong/agency/H29.X05", "H29.X05",
            "/etc/gw.yaml:33: facade.accounts[0].certificate", "spiffe://lienthong/agency/H29.X05"},
        Bad{"facade:\n", "facade:\n  session_seconds: -1\n",
            "/etc/gw.yaml:29: facade.session_seconds", "from 1 to"}));

TEST(ConfigFile, ThePasswordHashIsNotShown) {
  EXPECT_THAT(std::string(Refusal(WithHttps("scrypt$16", "bcrypt$16")).message()),
              Not(HasSubstr("aGhoaGho")));
}

TEST(ConfigFile, FacadeAndCallersNeedAnHttpsPort) {
  std::string text = WithHttps("https: \"127.0.0.1:3\", ", "");
  EXPECT_THAT(Refusal(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                      AllOf(StartsWith("/etc/gw.yaml:30: facade.accounts"),
                                            HasSubstr("expected listen.https"))));
}

TEST(ConfigFile, AllMistakesAreNamedAtOnceInTheOrderOfTheirLines) {
  std::string text = With("    party: city", "    party: moon");
  for (const auto& [what, instead] : {std::pair("url:", "ulr:"), std::pair("key: a.key, ", ""),
                                      std::pair("roles: [lead]", "roles: lead"),
                                      std::pair("objective_seconds: 30", "objective_seconds: soon"),
                                      std::pair("      timeout_ms: 3000", "      base_url: again"),
                                      std::pair("calls_in_flight_max: 12", "calls: 12")}) {
    text.replace(text.find(what), std::string(what).size(), instead);
  }
  EXPECT_EQ(Refusal(text).message(),
            "/etc/gw.yaml:1: store.ulr: no such key; expected one of url, backup_directory\n"
            "/etc/gw.yaml:1: store.url: missing; expected a URL like sqlite:/path/gateway.db\n"
            "/etc/gw.yaml:3: tls.key: missing; expected the name of a PEM file\n"
            "/etc/gw.yaml:7: parties[1].roles: expected a list\n"
            "/etc/gw.yaml:15: links[0].party: expected a name from parties, found \"moon\"\n"
            "/etc/gw.yaml:17: links[0].objective_seconds: expected a whole number, found \"soon\"\n"
            "/etc/gw.yaml:20: links[0].settings.base_url: given twice\n"
            "/etc/gw.yaml:21: limits.calls: no such key; expected one of calls_in_flight_max, "
            "calls_in_flight_per_caller_max, streams_per_connection_max, message_bytes_max");
}

TEST(ConfigFile, InspectingReadsWhatCanBeRead) {
  const lienthong::testing::TemporaryFolder folder;
  const std::string path = folder.Write("gateway.yaml", With("scope: all", "scoop: all"));
  const auto file = ConfigFile::Inspect(path);
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(file->problems(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("scoop")));
  EXPECT_EQ(file->config().links(0).objective_seconds(), 30);
  EXPECT_THAT(ConfigFile::Load(path), StatusIs(absl::StatusCode::kInvalidArgument));
}

std::string SourceFile(const std::string& path) {
  const char* root = std::getenv("LIENTHONG_SOURCE_DIR");
  const std::filesystem::path top =
      root != nullptr ? std::filesystem::path(root)
                      : std::filesystem::path(__FILE__).parent_path() / "../../..";
  return top / path;
}

// Fields of the schema that a message, or what stands below it, does not set.
void NoteUnset(const google::protobuf::Message& message, std::set<std::string>& unset,
               std::set<std::string>& set) {
  const auto& reflection = *message.GetReflection();
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto& field = *descriptor.field(i);
    const int count = field.is_repeated() ? reflection.FieldSize(message, &field)
                                          : (reflection.HasField(message, &field) ? 1 : 0);
    (count > 0 ? set : unset).insert(field.full_name());
    if (field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE || field.is_map()) {
      continue;
    }
    for (int j = 0; j < count; ++j) {
      NoteUnset(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, j)
                                    : reflection.GetMessage(message, &field),
                unset, set);
    }
  }
}

TEST(ConfigFile, TheExampleIsRightAndShowsEveryKey) {
  const auto file = ConfigFile::Load(SourceFile("deploy/gateway.example.yaml"));
  ASSERT_THAT(file, IsOk());
  std::set<std::string> unset, set;
  NoteUnset(file->config(), unset, set);
  for (const std::string& key : set) unset.erase(key);
  EXPECT_THAT(unset, ::testing::IsEmpty());
}

TEST(ConfigFile, NamesRegularFilesOnly) {
  const lienthong::testing::TemporaryFolder folder;
  const auto config = ConfigFile::Parse(folder.PathOf("gateway.yaml"), kWhole);
  ASSERT_THAT(config, IsOk());
  ASSERT_EQ(mkfifo(folder.PathOf("pipe").c_str(), 0600), 0);
  for (const std::string& name : {std::string("pipe"), folder.path(), std::string("/dev/null")}) {
    EXPECT_THAT(config->FileNamedBy("tls.key", name),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(":3: tls.key: "), HasSubstr("name a regular file"))));
  }
  const std::string file = folder.Write("file", "");
  EXPECT_EQ(*config->FileNamedBy("tls.key", "file"), file);
}

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
