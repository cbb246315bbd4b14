#include "tests/integration/district/district_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "gateway/base/text.h"
#include "tests/support/answer_of.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

std::string Source(const std::string& path) {
  const char* root = std::getenv("LIENTHONG_SOURCE_DIR");
  const std::filesystem::path top =
      root != nullptr ? std::filesystem::path(root)
                      : std::filesystem::path(__FILE__).parent_path() / "../../..";
  return top / path;
}

}  // namespace

PostgresServer* DistrictTest::server_ = nullptr;

void DistrictTest::SetUpTestSuite() {
  if (server_ != nullptr) return;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(auto server, PostgresServer::Start());
  server_ = server.release();
  Sql(server_->Dsn()).Do("CREATE ROLE lienthong_gateway LOGIN");
}

void DistrictTest::TearDownTestSuite() {
  delete server_;
  server_ = nullptr;
}

void DistrictTest::SetUp() {
  static int count = 0;
  ASSERT_NE(server_, nullptr);
  database_ = StrCat("phan_mem_", ++count);
  Sql(server_->Dsn()).Do("CREATE DATABASE " + database_);
  ASSERT_THAT(server_->RunFile(Source("adapters/district/schema.sql"),
                               {{"gateway", "lienthong_gateway"}}, database_),
              IsOk());
}

std::unique_ptr<DistrictAdapter> DistrictTest::MakeAdapter(
    std::map<std::string, std::string> settings) {
  std::map<std::string, sdk::Settings::Entry> entries = {
      {"dsn", {GatewayDsn(), 1}},
      {"mapping_file", {Source("adapters/district/mapping.yaml"), 2}},
      {"timeout_ms", {"10000", 3}}};
  for (auto& [key, value] : settings) entries[key] = {value, 4};
  auto adapter =
      DistrictAdapter::Make(sdk::Settings("test.yaml", entries),
                            {.clock = Clock::Real(), .files = no_files_, .party = "district"});
  EXPECT_THAT(adapter, IsOk());
  EXPECT_THAT((*adapter)->Start(), IsOk());
  return *std::move(adapter);
}

absl::StatusOr<pb::PullReply> DistrictTest::Pull(DistrictAdapter& adapter, const std::string& token,
                                                 int items_max, absl::Duration timeout) {
  pb::PullRequest request;
  request.set_token(token);
  request.set_items_max(items_max);
  return AnswerOf<pb::PullReply>([&](sdk::Done<pb::PullReply> done) {
    adapter.Pull(request, absl::Now() + timeout, std::move(done));
  });
}

absl::StatusOr<pb::DeliverReply> DistrictTest::Deliver(DistrictAdapter& adapter,
                                                       const std::vector<pb::OutboundItem>& items,
                                                       absl::Duration timeout) {
  pb::DeliverRequest request;
  request.mutable_items()->Add(items.begin(), items.end());
  return AnswerOf<pb::DeliverReply>([&](sdk::Done<pb::DeliverReply> done) {
    adapter.Deliver(request, absl::Now() + timeout, std::move(done));
  });
}

absl::Status DistrictTest::Probe(DistrictAdapter& adapter, absl::Duration timeout) {
  return AnswerOf<pb::ProbeReply>([&](sdk::Done<pb::ProbeReply> done) {
           adapter.Probe(absl::Now() + timeout, std::move(done));
         })
      .status();
}

}  // namespace lienthong::testing
