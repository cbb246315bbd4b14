#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "adapters/sdk/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/domain/fields.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/conformance/adapter/random_dossier.h"
#include "tests/conformance/adapter/target.h"
#include "tests/support/answer_of.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::AnswerOf;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using Dossier = dossier::v1::Dossier;

constexpr int kRandomDossiers = 200;
constexpr int kPartsMax = 20;

absl::Time Later() { return Clock::Real().Now() + absl::Seconds(20); }

// What any system that works on dossiers takes as a new one. Invented.
Dossier NewDossier(const std::string& code) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(status: STATUS_ACCEPTED origin { channel: CHANNEL_COUNTER }
         procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03"
                     field_name: "Hộ tịch" }
         applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_CITIZEN }
         contact { phone: "0900000001" }
         reception { agency: "H29.X01" received_time { seconds: 1772413200 } }
         outcome { return_method: RETURN_METHOD_DIRECT } processing_unit: "UBND phường Mẫu"
         steps { id: "x01-1" officer: "Trần Thị Ví Dụ" time { seconds: 1772413200 }
                 content: "tiếp nhận" status: STATUS_ACCEPTED })",
      &dossier));
  dossier.set_code(code);
  dossier.set_receipt_number("BN-" + code);
  return dossier;
}

pb::OutboundItem NewItem(const std::string& code) {
  pb::OutboundItem item;
  item.set_delivery_id("delivery-" + code);
  item.set_revision(1);
  *item.mutable_dossier() = NewDossier(code);
  return item;
}

// `steps[nv-1].content` as the capabilities write it.
std::string SchemaPath(const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  if (parts.list.empty()) return path;
  return std::string(parts.list) + "[]." + std::string(parts.rest);
}

class AdapterSuite : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(target_, Target::Open(GetParam()));
    LIENTHONG_ASSERT_OK_AND_ASSIGN(adapter_, target_->Make());
    ASSERT_THAT(adapter_->Start(), IsOk());
  }
  void TearDown() override {
    if (adapter_ != nullptr) adapter_->Stop();
  }

  absl::StatusOr<pb::DeliverReply> Deliver(const pb::DeliverRequest& request, absl::Time deadline) {
    return AnswerOf<pb::DeliverReply>(
        [&](auto done) { adapter_->Deliver(request, deadline, done); });
  }
  // As the gateway does: keeps in `item` what the adapter wants kept, and goes on as long as it
  // answers CONTINUE.
  pb::ItemOutcome DeliverOne(pb::OutboundItem& item) {
    for (int part = 0; part < kPartsMax; ++part) {
      pb::DeliverRequest request;
      *request.add_items() = item;
      const auto reply = Deliver(request, Later());
      EXPECT_THAT(reply, IsOk());
      if (!reply.ok() || reply->outcomes_size() != 1) return pb::ItemOutcome();
      const pb::ItemOutcome& outcome = reply->outcomes(0);
      if (outcome.has_adapter_state()) item.set_adapter_state(outcome.adapter_state());
      if (outcome.outcome() != pb::OUTCOME_CONTINUE) return outcome;
    }
    ADD_FAILURE() << "more than " << kPartsMax << " parts of one delivery";
    return pb::ItemOutcome();
  }
  absl::StatusOr<pb::LookUpReply> LookUp(const std::string& key, const std::string& code) {
    pb::LookUpRequest request;
    request.add_keys()->set_key(key);
    request.mutable_keys(0)->set_code(code);
    return AnswerOf<pb::LookUpReply>([&](auto done) { adapter_->LookUp(request, Later(), done); });
  }

  std::unique_ptr<Target> target_;
  std::unique_ptr<Adapter> adapter_;
};

// --- what it declares ---

TEST_P(AdapterSuite, DeclaresFieldsOfTheSchemaAndLimits) {
  const pb::Capabilities& capabilities = adapter_->capabilities();
  EXPECT_GT(capabilities.fields_size(), 0);
  EXPECT_GE(capabilities.batch_items_max(), 1);
  EXPECT_GE(capabilities.parallel_calls_max(), 1);
  const auto& known = domain::SchemaPaths();
  for (const std::string& path : capabilities.fields()) {
    EXPECT_NE(std::find(known.begin(), known.end(), path), known.end()) << path;
  }
}

// By the fields that it holds: an address is the paper's source, other content has a digest.
TEST_P(AdapterSuite, DeclaresHowItTakesThePapersThatItHolds) {
  const pb::Capabilities& capabilities = adapter_->capabilities();
  const auto& fields = capabilities.fields();
  const auto holds = [&fields](const char* field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  const bool digest = holds("papers[].file.sha256");
  const bool address = holds("papers[].file.source");
  switch (capabilities.paper_content()) {
    case pb::PAPER_CONTENT_URL:
      EXPECT_TRUE(address && !digest);
      break;
    case pb::PAPER_CONTENT_INLINE:
      EXPECT_TRUE(address && digest) << "too large content goes by address";
      break;
    case pb::PAPER_CONTENT_UPLOAD:
      EXPECT_TRUE(digest && !address);
      break;
    default:
      EXPECT_FALSE(digest || address);
  }
  const bool goes_inline = capabilities.paper_content() == pb::PAPER_CONTENT_INLINE;
  EXPECT_EQ(capabilities.inline_bytes_max() > 0, goes_inline);
}

TEST_P(AdapterSuite, RefusesSettingsItDoesNotKnowAndMissesThoseItNeeds) {
  EXPECT_THAT(target_->Make({{"no_such_setting", "1"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no_such_setting")));
  bool missed = false;
  for (const auto& [key, value] : target_->settings()) {
    const auto without = target_->Make({{key, ""}});
    if (without.ok()) continue;
    missed = true;
    EXPECT_THAT(without, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(key)));
  }
  EXPECT_TRUE(missed);
}

// --- representation ---

TEST_P(AdapterSuite, RepresentingTwiceIsRepresentingOnce) {
  for (int seed = 0; seed < kRandomDossiers; ++seed) {
    const Dossier dossier = RandomDossier(static_cast<uint64_t>(seed));
    const pb::Representation once = adapter_->Represent(dossier);
    const pb::Representation twice = adapter_->Represent(once.dossier());
    ASSERT_TRUE(MessageDifferencer::Equals(once.dossier(), twice.dossier()))
        << "seed " << seed << "\nonce " << once.dossier().ShortDebugString() << "\ntwice "
        << twice.dossier().ShortDebugString();
    EXPECT_FALSE(twice.has_error()) << "seed " << seed << " " << twice.error().ShortDebugString();
  }
}

TEST_P(AdapterSuite, RepresentsNothingButTheDeclaredFields) {
  const auto& declared = adapter_->capabilities().fields();
  const std::set<std::string> fields(declared.begin(), declared.end());
  for (int seed = 0; seed < kRandomDossiers; ++seed) {
    const Dossier dossier = RandomDossier(static_cast<uint64_t>(seed));
    for (const auto& [path, value] : domain::Flatten(adapter_->Represent(dossier).dossier())) {
      ASSERT_TRUE(fields.contains(SchemaPath(path))) << path;
    }
  }
}

TEST_P(AdapterSuite, WhatIsLostIsNamedWithoutItsValue) {
  Dossier dossier;
  dossier.mutable_related()->Add()->set_id("r-1");
  dossier.mutable_contact()->set_phone(std::string(5000, '7'));
  const pb::Representation representation = adapter_->Represent(dossier);
  EXPECT_GT(representation.losses_size(), 0);
  for (const pb::Loss& loss : representation.losses()) {
    EXPECT_NE(loss.path(), "");
    EXPECT_NE(loss.description(), "");
    EXPECT_FALSE(absl::StrContains(loss.description(), "7777"));
  }
}

// --- calls ---

TEST_P(AdapterSuite, AnswersAProbe) {
  EXPECT_THAT(AnswerOf<pb::ProbeReply>([&](auto done) { adapter_->Probe(Later(), done); }), IsOk());
}

TEST_P(AdapterSuite, ADeadlineInThePastIsNeverSuccess) {
  const absl::Time past = Clock::Real().Now() - absl::Seconds(1);
  pb::DeliverRequest request;
  *request.add_items() = NewItem("H29.X01-260302-0100");
  const auto delivered = Deliver(request, past);
  if (delivered.ok()) {
    for (const pb::ItemOutcome& outcome : delivered->outcomes()) {
      EXPECT_NE(outcome.outcome(), pb::OUTCOME_APPLIED);
      EXPECT_NE(outcome.outcome(), pb::OUTCOME_DUPLICATE);
    }
  }
  EXPECT_FALSE(AnswerOf<pb::PullReply>([&](auto done) { adapter_->Pull({}, past, done); }).ok());
  EXPECT_FALSE(AnswerOf<pb::ProbeReply>([&](auto done) { adapter_->Probe(past, done); }).ok());
}

// An item's RETRY_AFTER alone would have the gateway try each waiting dossier by itself.
TEST_P(AdapterSuite, AFarSideThatIsAwayIsToldOfNotOfTheItemAlone) {
  target_->TakeFarSideAway();
  pb::DeliverRequest request;
  *request.add_items() = NewItem("H29.X01-260302-0150");
  const auto reply = Deliver(request, Later());
  if (!reply.ok()) return;  // of the call as a whole
  EXPECT_FALSE(reply->unavailable().throttled());
  for (const pb::ItemOutcome& outcome : reply->outcomes()) {
    EXPECT_TRUE(outcome.outcome() == pb::OUTCOME_UNKNOWN ||
                outcome.outcome() == pb::OUTCOME_NOT_AUTHORISED ||
                (outcome.outcome() == pb::OUTCOME_RETRY_AFTER && reply->has_unavailable()))
        << reply->ShortDebugString();
  }
}

TEST_P(AdapterSuite, AFarSideThatAsksForPatienceIsToldOf) {
  const std::optional<absl::Duration> patience = target_->AskForPatience();
  if (!patience) return;
  pb::DeliverRequest request;
  *request.add_items() = NewItem("H29.X01-260302-0160");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::DeliverReply reply, Deliver(request, Later()));
  EXPECT_TRUE(reply.unavailable().throttled()) << reply.ShortDebugString();
  EXPECT_EQ(absl::Seconds(reply.unavailable().retry_after().seconds()), *patience);
  ASSERT_EQ(reply.outcomes_size(), 1);
  EXPECT_EQ(reply.outcomes(0).outcome(), pb::OUTCOME_RETRY_AFTER);
}

TEST_P(AdapterSuite, DeliverAnswersEachItem) {
  pb::DeliverRequest request;
  std::set<std::string> waiting;
  const int items = std::min(3, adapter_->capabilities().batch_items_max());
  for (int i = 0; i < items; ++i) {
    *request.add_items() = NewItem("H29.X01-260302-020" + std::to_string(i));
    waiting.insert(request.items(i).delivery_id());
  }
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::DeliverReply reply, Deliver(request, Later()));
  for (const pb::ItemOutcome& outcome : reply.outcomes()) {
    EXPECT_EQ(waiting.erase(outcome.delivery_id()), 1u) << outcome.delivery_id();
    EXPECT_TRUE(outcome.outcome() == pb::OUTCOME_APPLIED ||
                outcome.outcome() == pb::OUTCOME_CONTINUE)
        << outcome.ShortDebugString();
  }
  EXPECT_THAT(waiting, ::testing::IsEmpty());
}

TEST_P(AdapterSuite, DeliveringAgainDoesNoHarm) {
  pb::OutboundItem item = NewItem("H29.X01-260302-0300");
  const pb::ItemOutcome first = DeliverOne(item);
  ASSERT_EQ(first.outcome(), pb::OUTCOME_APPLIED) << first.ShortDebugString();
  const pb::ItemOutcome second = DeliverOne(item);
  EXPECT_TRUE(second.outcome() == pb::OUTCOME_APPLIED ||
              second.outcome() == pb::OUTCOME_DUPLICATE || second.outcome() == pb::OUTCOME_CONFLICT)
      << second.ShortDebugString();
  if (adapter_->capabilities().idempotent_delivery()) {
    EXPECT_NE(second.outcome(), pb::OUTCOME_CONFLICT);
  }
  if (!second.key().empty() && !first.key().empty()) {
    EXPECT_EQ(first.key(), second.key());
  }
}

TEST_P(AdapterSuite, ReadsBackWhatItDelivered) {
  if (!adapter_->capabilities().read_back()) {
    EXPECT_THAT(LookUp("", "x"), StatusIs(absl::StatusCode::kUnimplemented));
    return;
  }
  const std::string code = "H29.X01-260302-0400";
  pb::OutboundItem item = NewItem(code);
  ASSERT_EQ(DeliverOne(item).outcome(), pb::OUTCOME_APPLIED);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply reply, LookUp("", code));
  ASSERT_EQ(reply.records_size(), 1);
  ASSERT_TRUE(reply.records(0).found());
  Dossier expected = adapter_->Represent(item.dossier()).dossier();
  for (const std::string& list : adapter_->capabilities().append_only()) {
    expected.GetReflection()->ClearField(&expected, Dossier::descriptor()->FindFieldByName(list));
  }
  EXPECT_TRUE(MessageDifferencer::Equals(reply.records(0).item().dossier(), expected))
      << reply.records(0).item().DebugString();
}

TEST_P(AdapterSuite, AnUnknownKeyIsNotFound) {
  if (!adapter_->capabilities().read_back()) return;
  for (const auto& [key, code] : {std::pair("no-such-key", ""), std::pair("", "no-such-code")}) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply reply, LookUp(key, code));
    ASSERT_EQ(reply.records_size(), 1);
    EXPECT_FALSE(reply.records(0).found());
  }
}

TEST_P(AdapterSuite, AFeedWithoutChangesKeepsItsPlace) {
  pb::PullRequest request;
  request.set_items_max(50);
  pb::PullReply page;
  do {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(
        page, AnswerOf<pb::PullReply>([&](auto done) { adapter_->Pull(request, Later(), done); }));
    EXPECT_LE(page.items_size(), 50);
    for (const pb::InboundItem& item : page.items()) {
      EXPECT_TRUE(item.has_error() || !item.key().empty());
    }
    request.set_token(page.token());
  } while (page.more());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      page, AnswerOf<pb::PullReply>([&](auto done) { adapter_->Pull(request, Later(), done); }));
  EXPECT_EQ(page.items_size(), 0);
  EXPECT_FALSE(page.more());
}

TEST_P(AdapterSuite, WhatItCannotDoSaysSo) {
  pb::InventoryRequest request;
  request.set_day("20260302");
  const auto inventory =
      AnswerOf<pb::InventoryReply>([&](auto done) { adapter_->Inventory(request, Later(), done); });
  if (adapter_->capabilities().inventory()) {
    EXPECT_THAT(inventory, IsOk());
  } else {
    EXPECT_THAT(inventory, StatusIs(absl::StatusCode::kUnimplemented));
  }
  pb::ReceiveRequest call;
  call.set_service("no-such-service");
  EXPECT_FALSE(
      AnswerOf<pb::ReceiveReply>([&](auto done) { adapter_->Receive(call, Later(), done); }).ok());
}

TEST_P(AdapterSuite, StopAnswersEveryCallAndAStoppedAdapterDoesNothing) {
  constexpr int kCalls = 40;
  auto answers = std::make_shared<std::atomic<int>>(0);
  for (int i = 0; i < kCalls; ++i) {
    adapter_->Probe(Later(), [answers](const auto&) { ++*answers; });
    pb::DeliverRequest request;
    *request.add_items() = NewItem("H29.X01-260302-" + std::to_string(5000 + i));
    adapter_->Deliver(request, Later(), [answers](const auto&) { ++*answers; });
  }
  adapter_->Stop();
  EXPECT_EQ(*answers, 2 * kCalls);
  EXPECT_FALSE(AnswerOf<pb::ProbeReply>([&](auto done) { adapter_->Probe(Later(), done); }).ok());
  ASSERT_THAT(adapter_->Start(), IsOk());
  EXPECT_THAT(AnswerOf<pb::ProbeReply>([&](auto done) { adapter_->Probe(Later(), done); }), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Kinds, AdapterSuite, ::testing::ValuesIn(AllTargets()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace lienthong::sdk
