#include "gateway/server/running_config.h"

#include <fstream>
#include <map>
#include <string>

#include "gateway/base/text.h"
#include "gateway/server/config_entries.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kStart[] = R"(store: {url: "memory:"}
tls: {certificate: a.crt, key: a.key, client_ca: ca.crt}
agencies:
  - {code: H29.X05}
limits: {calls_in_flight_max: 12}
)";

class RunningConfigTest : public ::testing::Test {
 protected:
  RunningConfigTest() {
    Write(kStart);
    auto loaded = ConfigFile::Load(path_);
    EXPECT_THAT(loaded, IsOk());
    running_ = std::make_unique<RunningConfig>(*std::move(loaded));
  }
  void Write(const std::string& text) { std::ofstream(path_) << text; }
  absl::Status Reload() {
    return running_->Reload([this](const config::v1::GatewayConfig& config) {
      ++applied_;
      level_ = config.log().level();
    });
  }
  admin::v1::Configuration::Entry EntryOf(const std::string& key) {
    const admin::v1::Configuration compared = running_->Compare();
    for (const auto& entry : compared.entries()) {
      if (entry.key() == key) return entry;
    }
    return {};
  }

  const lienthong::testing::TemporaryFolder folder_;
  const std::string path_ = StrCat(folder_.path(), "/gateway.yaml");
  std::unique_ptr<RunningConfig> running_;
  int applied_ = 0;
  std::string level_;
};

TEST_F(RunningConfigTest, WhatMayChangeIsTakenOver) {
  Write(StrCat(kStart, "log: {level: debug}\n"));
  EXPECT_TRUE(EntryOf("log.level").differs());
  EXPECT_TRUE(EntryOf("log.level").reloadable());
  EXPECT_THAT(Reload(), IsOk());
  EXPECT_EQ(level_, "debug");
  EXPECT_FALSE(EntryOf("log.level").differs());
}

TEST_F(RunningConfigTest, ItIsRefusedAsAWholeForAKeyThatTakesAStart) {
  Write(StrCat(kStart, "log: {level: debug}\nlisten: {grpc: \"127.0.0.1:9\"}\n"));
  const absl::Status refused = Reload();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("listen.grpc"), Not(HasSubstr("log.level"))));
  EXPECT_EQ(applied_, 0);
  EXPECT_TRUE(EntryOf("log.level").differs()) << "what runs is as it was";
}

TEST_F(RunningConfigTest, ItIsRefusedAsAWholeForAMistake) {
  Write(StrCat(kStart, "log: {level: loud}\n"));
  const absl::Status refused = Reload();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("log.level"));
  EXPECT_EQ(applied_, 0);
  EXPECT_THAT(running_->Compare().problems(), HasSubstr("log.level"));
  Write("{");
  EXPECT_THAT(Reload(), StatusIs(absl::StatusCode::kFailedPrecondition));
  Write(kStart);
  EXPECT_THAT(Reload(), IsOk());
}

TEST(ConfigEntriesTest, SecretsAreComparedAndNotShown) {
  config::v1::GatewayConfig running;
  running.mutable_store()->set_url("postgresql://gateway:geheim@db/gateway");
  auto& account = *running.mutable_facade()->add_accounts();
  account.set_username("x05");
  account.set_password_hash("scrypt:geheim");
  (*running.add_links()->mutable_settings())["password_file"] = "district.password";
  config::v1::GatewayConfig file = running;
  file.mutable_facade()->mutable_accounts(0)->set_password_hash("scrypt:anders");
  std::map<std::string, admin::v1::Configuration::Entry> entries;
  for (const auto& entry : CompareEntries(running, file)) {
    EXPECT_THAT(entry.DebugString(), Not(HasSubstr("geheim")));
    entries[entry.key()] = entry;
  }
  EXPECT_TRUE(entries["facade.accounts[0].password_hash"].differs());
  EXPECT_FALSE(entries["store.url"].differs());
  EXPECT_EQ(entries["links[0].settings.password_file"].running(), "district.password");
}

}  // namespace
}  // namespace lienthong
