#include <future>
#include <vector>

#include "tests/integration/city/city_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using ::lienthong::testing::IsOk;
using nlohmann::json;

class CityDeliverTest : public CityFixture {
 protected:
  // A dossier that the city has, with its key there.
  pb::OutboundItem Created() {
    pb::OutboundItem item = NewItem(kCode);
    const pb::ItemOutcome outcome = Deliver(item);
    EXPECT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.DebugString();
    item.set_key(outcome.key());
    item.set_delivery_id("delivery-2");
    return item;
  }
};

TEST_F(CityDeliverTest, CreatesThenPatchesWhatIsNamed) {
  const pb::ItemOutcome created = Deliver(NewItem(kCode));
  ASSERT_EQ(created.outcome(), pb::OUTCOME_APPLIED) << created.DebugString();
  EXPECT_EQ(created.key().substr(0, 3), "TP-");
  EXPECT_EQ(created.version(), 1);

  pb::OutboundItem patch;
  patch.set_delivery_id("d2");
  patch.set_key(created.key());
  patch.mutable_dossier()->set_code(kCode);
  patch.mutable_dossier()->set_status(dossier::v1::STATUS_PROCESSING);
  auto* step = patch.mutable_dossier()->add_steps();
  step->set_id("x05-1");
  step->set_content("thụ lý");
  patch.add_cleared("contact.email");
  patch.add_cleared("steps[x01-1].officer");
  const pb::ItemOutcome patched = Deliver(patch);
  ASSERT_EQ(patched.outcome(), pb::OUTCOME_APPLIED) << patched.DebugString();
  EXPECT_EQ(patched.key(), created.key());
  EXPECT_EQ(patched.version(), 2);

  const json record = Rig("/rig/records").at("records").at(0);
  EXPECT_EQ(record.at("TrangThaiHoSo"), "4");
  EXPECT_EQ(record.at("Email"), "");
  EXPECT_EQ(record.at("SoDienThoai"), "0900000001");
  ASSERT_EQ(record.at("QuaTrinhXuLy").size(), 2u);
  EXPECT_EQ(record.at("QuaTrinhXuLy").at(0).at("NguoiXuLy"), "");
  EXPECT_EQ(record.at("QuaTrinhXuLy").at(0).at("NoiDungXuLy"), "tiếp nhận");
}

TEST_F(CityDeliverTest, TellsWhichTraceADeliveryBelongsTo) {
  pb::OutboundItem item = NewItem(kCode);
  item.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
  const json traced = Rig("/rig/calls").at("calls").back();
  EXPECT_EQ(traced.at("path"), "/HoSo/CapNhat");
  EXPECT_EQ(traced.value("traceparent", ""), item.traceparent());
  EXPECT_THAT(Pull(""), IsOk());
  EXPECT_FALSE(Rig("/rig/calls").at("calls").back().contains("traceparent"))
      << "what is no delivery belongs to none";
}

TEST_F(CityDeliverTest, ASecondCreationMeetsTheFirst) {
  const pb::OutboundItem item = Created();
  pb::OutboundItem again = NewItem(kCode);
  const pb::ItemOutcome outcome = Deliver(again);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_CONFLICT);
  EXPECT_EQ(outcome.key(), item.key());
  EXPECT_EQ(Rig("/rig/records").at("records").size(), 1u);
}

TEST_F(CityDeliverTest, ThrottlingSaysWhen) {
  const pb::OutboundItem item = Created();
  Fault("429");
  const pb::ItemOutcome outcome = Deliver(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(outcome.retry_after().seconds(), 2);
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
}

TEST_F(CityDeliverTest, ServerErrorsAreUnknown) {
  const pb::OutboundItem item = Created();
  Fault("5xx", 8);  // 500 with an envelope and 502 to 504 without
  for (int i = 0; i < 8; ++i) EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
  Fault("inner_error");
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
}

TEST_F(CityDeliverTest, AResetIsUnknown) {
  const pb::OutboundItem item = Created();
  Fault("reset");
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
}

TEST_F(CityDeliverTest, ADroppedReplyIsUnknownThenFoundAndSentOnce) {
  Fault("drop_reply");
  const pb::ItemOutcome lost = Deliver(NewItem(kCode));
  EXPECT_EQ(lost.outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(lost.key(), "");
  EXPECT_EQ(UpdateCalls(), 1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply::Record record, LookUp("", kCode));
  ASSERT_TRUE(record.found());
  EXPECT_EQ(record.item().dossier().code(), kCode);
  EXPECT_EQ(record.item().version(), 1);
  // Over a kept connection as well.
  pb::OutboundItem patch = NewItem(kCode);
  patch.set_key(record.item().key());
  Fault("drop_reply");
  EXPECT_EQ(Deliver(patch).outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(UpdateCalls(), 2);
}

TEST_F(CityDeliverTest, AHangingCallEndsAtItsDeadline) {
  const pb::OutboundItem item = Created();
  Fault("hang");
  const absl::Time start = Clock::Real().Now();
  EXPECT_EQ(Deliver(item, absl::Milliseconds(300)).outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_LT(Clock::Real().Now() - start, absl::Milliseconds(1500));
}

TEST_F(CityDeliverTest, StoppingAnswersAHangingCall) {
  const pb::OutboundItem item = Created();
  Fault("hang");
  std::promise<pb::Outcome> answer;
  pb::DeliverRequest request;
  *request.add_items() = item;
  adapter_->Deliver(
      request, Clock::Real().Now() + absl::Seconds(30),
      [&answer](const absl::StatusOr<pb::DeliverReply>& reply) {
        answer.set_value(reply.ok() ? reply->outcomes(0).outcome() : pb::OUTCOME_UNKNOWN);
      });
  const absl::Time patience = Clock::Real().Now() + absl::Seconds(10);
  while (Rig("/rig/stats").at("faults_injected").value("hang", 0) == 0) {
    ASSERT_LT(Clock::Real().Now(), patience) << "the call never reached the simulator";
  }
  const absl::Time stopped = Clock::Real().Now();
  adapter_->Stop();
  EXPECT_LT(Clock::Real().Now() - stopped, absl::Seconds(3));
  auto answered = answer.get_future();
  ASSERT_EQ(answered.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_NE(answered.get(), pb::OUTCOME_APPLIED);
  // It can start again.
  ASSERT_THAT(adapter_->Start(), IsOk());
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
}

TEST_F(CityDeliverTest, BadDataNamesItsField) {
  pb::OutboundItem item = NewItem(kCode);
  item.mutable_dossier()->mutable_applicant()->clear_name();
  const pb::ItemOutcome missing = Deliver(item);
  EXPECT_EQ(missing.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(missing.field(), "ChuHoSo");
  EXPECT_EQ(missing.reason(), "the platform does not accept the data (400); it names ChuHoSo");

  pb::OutboundItem household = NewItem(kCode);
  household.mutable_dossier()->mutable_applicant()->set_kind(
      dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  const int before = UpdateCalls();
  const pb::ItemOutcome guess = Deliver(household);
  EXPECT_EQ(guess.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(guess.field(), "LoaiDoiTuong");
  EXPECT_EQ(UpdateCalls(), before);
}

TEST_F(CityDeliverTest, AnUnknownKeyIsRejected) {
  pb::OutboundItem item = NewItem(kCode);
  item.set_key("TP-2026-9999999");
  const pb::ItemOutcome outcome = Deliver(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "IdHoSo");
}

TEST_F(CityDeliverTest, WrongKeysAndMissingRightsAreNotAuthorised) {
  const pb::OutboundItem item = Created();
  const auto stranger = MakeAdapter({{"access_key", "other"}});
  EXPECT_EQ(DeliverBy(*stranger, item).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  stranger->Stop();
  Rig("/rig/rights", {{"path", "/HoSo/CapNhat"}, {"granted", false}});
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  Rig("/rig/rights", {{"path", "/HoSo/CapNhat"}, {"granted", true}});
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
}

TEST_F(CityDeliverTest, NothingIsSentToWhoIsNotTheCity) {
  const auto misled = MakeAdapter({{"ca_file", "/etc/ssl/certs/ca-certificates.crt"}});
  const pb::ItemOutcome outcome = DeliverBy(*misled, NewItem(kCode));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(UpdateCalls(), 0);
  misled->Stop();
}

TEST_F(CityDeliverTest, ManyAtTheSameTime) {
  constexpr int kItems = 64;
  std::vector<std::future<pb::Outcome>> answers;
  for (int i = 0; i < kItems; ++i) {
    auto answer = std::make_shared<std::promise<pb::Outcome>>();
    answers.push_back(answer->get_future());
    pb::DeliverRequest request;
    *request.add_items() = NewItem("H29.X01-260302-" + std::to_string(1000 + i));
    adapter_->Deliver(
        request, Clock::Real().Now() + absl::Seconds(30),
        [answer](const absl::StatusOr<pb::DeliverReply>& reply) {
          answer->set_value(reply.ok() ? reply->outcomes(0).outcome() : pb::OUTCOME_UNKNOWN);
        });
  }
  for (auto& answer : answers) EXPECT_EQ(answer.get(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Rig("/rig/stats").at("records"), kItems);
}

}  // namespace
}  // namespace lienthong::adapters::city
