// Whose numbers the hub is asked for, and which of its answers is one.
#include <future>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "adapters/national/hub_adapter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A hub that gives this number to whoever asks, whatever for.
class HubNumbersTest : public ::testing::Test {
 protected:
  pb::ItemOutcome Deliver(const std::string& receiver, const std::set<std::string>& agencies) {
    sdk::RawServer server([this](const std::string& request) -> std::optional<std::string> {
      if (request.starts_with("POST /token")) {
        return sdk::Ok(R"({"access_token":"t","expires_in":3600,"token_type":"Bearer"})");
      }
      calls_ += request.substr(0, request.find(' ', 6)) + request.substr(request.find("\r\n\r\n"));
      return sdk::Ok(R"({"code":200,"message":"","data":")" + number_ + "\"}");
    });
    sdk::HttpClient::Options http_options;
    http_options.base_url = server.url();
    auto http = sdk::HttpClient::Create(http_options, Clock::Real());
    EXPECT_THAT(http, IsOk());
    HubAdapter::Options options;
    options.client.client_id = "c";
    options.client.client_secret = "s";
    options.client.timeout = options.client.upload_timeout = absl::Seconds(5);
    options.parallel_calls_max = 1;
    options.probe_interval = options.papers_wait = absl::Minutes(1);
    sdk::AdapterContext context = {.clock = Clock::Real(), .files = files_};
    context.agencies = agencies;
    HubAdapter adapter(std::move(options), *std::move(http), context);
    EXPECT_THAT(adapter.Start(), IsOk());
    pb::DeliverRequest request;
    *request.add_items() = NewItem(receiver);
    std::promise<absl::StatusOr<pb::DeliverReply>> answer;
    adapter.Deliver(request, Clock::Real().Now() + absl::Seconds(10),
                    [&answer](auto reply) { answer.set_value(std::move(reply)); });
    const auto reply = answer.get_future().get();
    adapter.Stop();
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? reply->outcomes(0) : pb::ItemOutcome();
  }

  static pb::OutboundItem NewItem(const std::string& receiver) {
    pb::OutboundItem item;
    item.set_delivery_id("d-1");
    auto& dossier = *item.mutable_dossier();
    dossier.set_status(dossier::v1::STATUS_ACCEPTED);
    dossier.mutable_procedure()->set_code("1.001193");
    dossier.mutable_applicant()->set_name("Nguyễn Văn Mẫu");
    dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_CITIZEN);
    dossier.mutable_reception()->set_agency(receiver);
    dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'413'200);
    return item;
  }

  const sdk::NoFiles files_;
  std::string number_ = "H29.X01-20260302-0000001";
  std::string calls_;
};

TEST_F(HubNumbersTest, ANumberIsKeptAndToldBeforeAnythingIsMade) {
  const pb::ItemOutcome outcome = Deliver("H29.X01", {"H29.X01", "H29.X02"});
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_CONTINUE) << outcome.ShortDebugString();
  EXPECT_THAT(outcome.adapter_state(), HasSubstr(number_));
  ASSERT_EQ(outcome.codes_size(), 1);
  EXPECT_EQ(outcome.codes(0).code(), number_);
  EXPECT_EQ(outcome.key(), "");
  EXPECT_THAT(calls_, HasSubstr(R"({"code":"H29.X01"})"));
}

TEST_F(HubNumbersTest, ANumberOfAnotherAgencyIsNotUsed) {
  number_ = "H29.X05-20260302-0000001";
  const pb::ItemOutcome outcome = Deliver("H29.X01", {"H29.X01", "H29.X02"});
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED) << outcome.ShortDebugString();
  EXPECT_EQ(outcome.field(), "MaHoSo");
  EXPECT_EQ(outcome.codes_size(), 0);
  EXPECT_EQ(outcome.adapter_state().find("X05"), std::string::npos);
}

TEST_F(HubNumbersTest, WhatIsNoNumberIsAskedForAgain) {
  number_ = "soon";
  EXPECT_EQ(Deliver("H29.X01", {"H29.X01"}).outcome(), pb::OUTCOME_RETRY_AFTER);
}

TEST_F(HubNumbersTest, WhereNobodyToldTheAgenciesTheReceiverIsAsked) {
  EXPECT_EQ(Deliver("H29.X01", {}).outcome(), pb::OUTCOME_CONTINUE);
}

TEST_F(HubNumbersTest, NothingIsAskedForADossierThatItMayNotNumber) {
  EXPECT_EQ(Deliver("H29.X05", {"H29.X01", "H29.X02"}).field(), "MaDonViTiepNhan");
  EXPECT_THAT(calls_, IsEmpty());
}

}  // namespace
}  // namespace lienthong::adapters::national
