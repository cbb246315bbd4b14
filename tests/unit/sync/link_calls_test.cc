// Calls by the counterpart.
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/matching.h"
#include "gateway/sync/call_queue.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class LinkCallsTest : public EngineTest {
 protected:
  LinkCallsTest() { Begin(); }

  static pb::InboundItem Item(const std::string& key, dossier::v1::Dossier dossier) {
    pb::InboundItem item;
    item.set_key(key);
    *item.mutable_dossier() = std::move(dossier);
    return item;
  }
  static pb::ReceiveRequest CallOf(const std::vector<pb::InboundItem>& items,
                                   const std::vector<std::string>& look_ups = {}) {
    pb::ReceiveReply meaning;
    for (const pb::InboundItem& item : items) *meaning.add_items() = item;
    for (const std::string& code : look_ups) meaning.add_look_ups(code);
    pb::ReceiveRequest request;
    request.set_body(meaning.SerializeAsString());
    return request;
  }
  using Results = std::vector<pb::ReceiveRequest::Result>;
  // The call's answer; nothing while there is none.
  std::optional<absl::StatusOr<Results>> Start(const pb::ReceiveRequest& request) {
    auto answer = std::make_shared<std::optional<absl::StatusOr<Results>>>();
    link_->Receive(request, clock_.Now() + absl::Seconds(5),
                   [answer](absl::StatusOr<pb::ReceiveReply> reply) {
                     if (!reply.ok()) {
                       *answer = reply.status();
                       return;
                     }
                     pb::ReceiveRequest results;
                     results.ParseFromString(reply->body());
                     *answer = Results(results.results().begin(), results.results().end());
                   });
    last_ = answer;
    return *answer;
  }
  absl::StatusOr<Results> Call(const pb::ReceiveRequest& request) {
    Start(request);
    Run();
    if (!last_->has_value()) return absl::InternalError("not answered");
    return **last_;
  }
  // Handed in at the portal; returns the shared code.
  std::string HandIn(const std::string& key) {
    const auto results = Call(CallOf({Item(key, NewDossier("H29.X01", "1"))}));
    return results.ok() && results->size() == 1 ? (*results)[0].dossier().code() : "";
  }

  std::shared_ptr<std::optional<absl::StatusOr<Results>>> last_;
};

TEST_F(LinkCallsTest, ANewDossierIsDurableBeforeTheAnswer) {
  Start(CallOf({Item("DVC.1", NewDossier("H29.X01", "1"))}));
  EXPECT_FALSE(last_->has_value()) << "nothing is committed yet";
  Run();
  ASSERT_TRUE(last_->has_value());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Results results, **last_);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].outcome(), pb::OUTCOME_APPLIED);
  const std::string code = results[0].dossier().code();
  EXPECT_THAT(code, HasSubstr("H29.X01-"));
  EXPECT_EQ(IdOf("DVC.1"), IdOf(code));
  EXPECT_EQ(Stored(code).origin().system(), "portal");
  EXPECT_EQ(Stored(code).reception().system(), "city") << "who receives for H29.X01";
}

TEST_F(LinkCallsTest, ACodeOfTheLegalShapeBecomesTheSharedCode) {
  dossier::v1::Dossier dossier = NewDossier("H29.X01", "1");
  dossier.set_code("H29.X01-260303-9001");
  const auto results = Call(CallOf({Item("H29.X01-260303-9001", dossier)}));
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ((*results)[0].dossier().code(), "H29.X01-260303-9001");
  EXPECT_EQ((*results)[0].dossier().codes_size(), 0);
}

TEST_F(LinkCallsTest, TheSameCallAgainIsNoChangeAndAnsweredAlike) {
  const std::string code = HandIn("DVC.1");
  pb::InboundItem item = Item("DVC.1", DossierWith({{"subject", "from the citizen"}}));
  ASSERT_TRUE(Call(CallOf({item})).ok());
  EXPECT_EQ(Stored(code).subject(), "from the citizen");
  // Somebody else changes it, and the citizen's call comes once more: its answer was lost.
  pb::InboundItem later = Item("DVC.1", DossierWith({{"subject", "later"}}));
  ASSERT_TRUE(Call(CallOf({later})).ok());
  const int64_t sequence = store_.Info().last_sequence;
  const auto again = Call(CallOf({item}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)[0].outcome(), pb::OUTCOME_DUPLICATE);
  EXPECT_EQ((*again)[0].dossier().code(), code);
  EXPECT_EQ(Stored(code).subject(), "later");
  EXPECT_EQ(store_.Info().last_sequence, sequence);
  EXPECT_EQ(HandIn("DVC.1"), code) << "also the call that began it";
}

// Elements without ids at the counterpart, named by their places.
TEST_F(LinkCallsTest, AListInAnotherOrderChangesNothing) {
  const auto with = [](dossier::v1::Dossier dossier, const std::vector<std::string>& numbers) {
    for (const std::string& number : numbers) {
      auto& identities = *dossier.mutable_applicant()->mutable_identities();
      auto& identity = *identities.Add();
      identity.set_id("dvc-n" + std::to_string(identities.size()) + "*");
      identity.set_number(number);
    }
    return dossier;
  };
  const auto begun =
      Call(CallOf({Item("DVC.1", with(NewDossier("H29.X01", "1"), {"000000001", "000000002"}))}));
  ASSERT_TRUE(begun.ok()) << begun.status();
  const std::string code = (*begun)[0].dossier().code();
  const int64_t revision = Stored(code).revision();
  for (const std::vector<std::string>& numbers :
       {std::vector<std::string>{"000000002"}, {"000000002", "000000001"}}) {
    ASSERT_TRUE(Call(CallOf({Item("DVC.1", with({}, numbers))})).ok());
    EXPECT_EQ(Stored(code).revision(), revision);
  }
  ASSERT_TRUE(Call(CallOf({Item("DVC.1", with({}, {"000000003", "000000001"}))})).ok());
  const auto identities = Stored(code).applicant().identities();
  ASSERT_EQ(identities.size(), 3);
  EXPECT_EQ(identities[0].id(), "dvc-n1");
  EXPECT_EQ(identities[0].number(), "000000001");
  EXPECT_EQ(identities[1].number(), "000000002");
  EXPECT_EQ(identities[2].id(), "dvc-n3");
  EXPECT_EQ(identities[2].number(), "000000003");
}

TEST_F(LinkCallsTest, ARefusedItemIsADeadLetterAndSaysWhy) {
  const std::string code = HandIn("DVC.1");
  const auto results =
      Call(CallOf({Item("DVC.1", DossierWith({{"contact.email", std::string(200, 'x')}})),
                   Item("DVC.1", DossierWith({{"subject", "good"}}))}));
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results->size(), 2U);
  EXPECT_EQ((*results)[0].outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ((*results)[0].field(), "contact.email");
  EXPECT_THAT((*results)[0].reason(), HasSubstr("100"));
  EXPECT_EQ((*results)[0].dossier().code(), code) << "it is known, the item was bad";
  EXPECT_EQ((*results)[1].outcome(), pb::OUTCOME_APPLIED);
  const auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].code(), code);
  EXPECT_EQ(letters[0].key(), "DVC.1");
  EXPECT_EQ(letters[0].field(), "contact.email");
}

TEST_F(LinkCallsTest, TwoRefusedItemsAreTwoDeadLetters) {
  HandIn("DVC.1");
  const auto bad = [](char c) {
    return Item("DVC.1", DossierWith({{"contact.email", std::string(200, c)}}));
  };
  ASSERT_TRUE(Call(CallOf({bad('x'), bad('y')})).ok());
  ASSERT_TRUE(Call(CallOf({bad('x')})).ok());
  EXPECT_EQ(DeadLetters().size(), 2U) << "the same one again is the same letter";
}

TEST_F(LinkCallsTest, WhatIsTakenInAtLastIsNoDeadLetterAnyMore) {
  pb::InboundItem item = Item("DVC.1", DossierWith({{"subject", "too early"}}));
  const auto refused = Call(CallOf({item}));
  EXPECT_EQ((*refused)[0].outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(DeadLetters().size(), 1U);
  const std::string code = HandIn("DVC.1");
  const auto taken = Call(CallOf({item}));
  EXPECT_EQ((*taken)[0].outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Stored(code).subject(), "too early");
  EXPECT_TRUE(DeadLetters().empty());
}

TEST_F(LinkCallsTest, AnUnknownDossierAndAForeignOneLookAlike) {
  options_.all_dossiers = false;
  Begin();
  const std::string foreign = PushNew();  // of H29.X05
  for (const std::string& key : {foreign, std::string("nobody's")}) {
    const auto results =
        Call(CallOf({Item(key, DossierWith({{"code", key}, {"note", "x"}}))}, {key}));
    ASSERT_TRUE(results.ok());
    for (const auto& result : *results) {
      EXPECT_EQ(result.outcome(), pb::OUTCOME_REJECTED);
      EXPECT_FALSE(result.has_dossier());
    }
    EXPECT_EQ((*results)[0].field(), "code");
    EXPECT_EQ((*results)[0].reason(),
              "code is not known here, and without reception.agency it is no new dossier");
  }
}

TEST_F(LinkCallsTest, LookUpsSeeWhatTheCallHasJustChanged) {
  const std::string code = HandIn("DVC.1");
  const auto results =
      Call(CallOf({Item("DVC.1", DossierWith({{"subject", "new"}}))}, {"DVC.1", code, "none"}));
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results->size(), 4U);
  EXPECT_EQ((*results)[1].outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ((*results)[1].dossier().subject(), "new");
  EXPECT_EQ((*results)[2].dossier().code(), code);
  EXPECT_EQ((*results)[3].outcome(), pb::OUTCOME_REJECTED);
}

TEST_F(LinkCallsTest, ElementsWithoutIdAreFoundByTheirCode) {
  const std::string code = HandIn("DVC.1");
  dossier::v1::Dossier lines = DossierWith(
      {{"fees[p1].code", "LP01"}, {"fees[p1].name", "Lệ phí"}, {"fees[p1].amount_vnd", "5000"}});
  ASSERT_TRUE(Call(CallOf({Item("DVC.1", lines)})).ok());
  dossier::v1::Dossier paid;
  paid.add_fees()->set_code("LP01");
  paid.mutable_fees(0)->set_paid_vnd(5000);
  const auto results = Call(CallOf({Item("DVC.1", paid)}));
  ASSERT_TRUE(results.ok());
  EXPECT_EQ((*results)[0].outcome(), pb::OUTCOME_APPLIED) << (*results)[0].reason();
  ASSERT_EQ(Stored(code).fees_size(), 1);
  EXPECT_EQ(Stored(code).fees(0).paid_vnd(), 5000);
  paid.mutable_fees(0)->set_code("LP02");
  const auto unknown = Call(CallOf({Item("DVC.1", paid)}));
  EXPECT_EQ((*unknown)[0].outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ((*unknown)[0].field(), "fees[0].code");
}

// A line has one place for a payment: a second transaction is told to be refused, and kept where an
// operator sees it.
TEST_F(LinkCallsTest, ASecondTransactionReplacesNoPayment) {
  const std::string code = HandIn("DVC.1");
  ASSERT_TRUE(Call(CallOf({Item("DVC.1", DossierWith({{"fees[p1].code", "LP01"}}))})).ok());
  const auto pay = [this](const std::string& reference, int64_t paid, int64_t refunded) {
    dossier::v1::Dossier told;
    auto& fee = *told.add_fees();
    fee.set_code("LP01");
    if (refunded > 0) fee.set_refunded_vnd(refunded);
    if (paid > 0) {
      fee.set_paid_vnd(paid);
      fee.set_payment_reference(reference);
      fee.set_payment_channel(dossier::v1::ONLINE_PAYMENT_PORTAL);
    }
    return Call(CallOf({Item("DVC.1", told)}))->at(0);
  };
  EXPECT_EQ(pay("GD-1", 5000, 0).outcome(), pb::OUTCOME_APPLIED);
  const auto refused = pay("GD-2", 7000, 0);
  EXPECT_EQ(refused.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(refused.field(), "fees[p1].payment_reference");
  EXPECT_EQ(pay("GD-1", 6000, 0).field(), "fees[p1].paid_vnd");
  EXPECT_EQ(pay("", 0, 6000).field(), "fees[p1].refunded_vnd");
  EXPECT_EQ(pay("GD-1", 5000, 0).outcome(), pb::OUTCOME_DUPLICATE) << "answered as before";
  EXPECT_EQ(Stored(code).fees(0).payment_reference(), "GD-1");
  EXPECT_EQ(Stored(code).fees(0).paid_vnd(), 5000);
  EXPECT_EQ(Stored(code).fees(0).refunded_vnd(), 0);
  EXPECT_EQ(DeadLetters().size(), 3U);
}

TEST_F(LinkCallsTest, ARequestIsOneUnderItsId) {
  const std::string code = HandIn("DVC.1");
  const auto withdraw = [this](const std::string& content) {
    return Call(CallOf({Item("DVC.1", DossierWith({{"requests[r].kind", "1"},
                                                   {"requests[r].content", content}}))}))
        ->at(0);
  };
  EXPECT_EQ(withdraw("first").outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(withdraw("second").outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(withdraw("second").field(), "requests[r].content");
  EXPECT_EQ(withdraw("first").outcome(), pb::OUTCOME_DUPLICATE);
  EXPECT_EQ(Stored(code).requests(0).content(), "first");
}

TEST_F(LinkCallsTest, AReplyNamesItsRoundByNumberToo) {
  const std::string code = HandIn("DVC.1");
  auto round = DossierWith({{"supplements[bs-1].content", "please add"}});
  ASSERT_TRUE(Call(CallOf({Item("DVC.1", round)})).ok());
  dossier::v1::Dossier reply;
  auto& told = *reply.add_supplements();
  told.set_id(std::to_string(domain::RoundNumber("bs-1")));
  told.set_reply_note("first");
  told.set_answered(true);
  told.mutable_received_time()->set_seconds(1772500000);
  EXPECT_EQ(Call(CallOf({Item("DVC.1", reply)}))->at(0).outcome(), pb::OUTCOME_APPLIED);
  ASSERT_EQ(Stored(code).supplements_size(), 1);
  EXPECT_EQ(Stored(code).supplements(0).reply_note(), "first");
  told.set_reply_note("second");
  const auto refused = Call(CallOf({Item("DVC.1", reply)}))->at(0);
  EXPECT_EQ(refused.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(refused.field(), "supplements[bs-1].reply_note");
}

TEST_F(LinkCallsTest, APausedLinkStillTakesCallsIn) {
  ASSERT_TRUE(link_->SetPaused(true, ByOperator()).ok());
  EXPECT_THAT(HandIn("DVC.1"), HasSubstr("H29.X01-"));
}

TEST_F(LinkCallsTest, AStoreThatFailsSendsTheCallerBack) {
  store_.Refuse(true);
  Start(CallOf({Item("DVC.1", NewDossier("H29.X01", "1"))}));
  link_->Tick().status().IgnoreError();
  ASSERT_TRUE(last_->has_value());
  EXPECT_THAT(**last_, StatusIs(absl::StatusCode::kUnavailable));
  store_.Refuse(false);
  EXPECT_THAT(HandIn("DVC.1"), HasSubstr("H29.X01-"));
}

TEST_F(LinkCallsTest, AClosedSeriesSendsTheCallerBackUntilItIsOpened) {
  store_.SetEpoch(absl::ToUnixSeconds(clock_.Now()));
  const pb::ReceiveRequest call = CallOf({Item("DVC.1", NewDossier("H29.X01", "1"))});
  EXPECT_THAT(Call(call), StatusIs(absl::StatusCode::kUnavailable));
  OpenSeries("H29.X01", 41);
  const auto results = Call(call);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_THAT((*results)[0].dossier().code(), HasSubstr("-0042"));
}

TEST_F(LinkCallsTest, ADeadlineThatPassedSendsTheCallerBackAndWritesNothing) {
  Start(CallOf({Item("DVC.1", NewDossier("H29.X01", "1"))}));
  clock_.Advance(absl::Seconds(6));
  Run();
  ASSERT_TRUE(last_->has_value());
  EXPECT_THAT(**last_, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(IdOf("DVC.1"), 0);
}

TEST_F(LinkCallsTest, TooManyWaitingCallsAreRefused) {
  for (int i = 0; i < CallQueue::kCallsMax; ++i) {
    EXPECT_FALSE(Start(CallOf({}, {"x"})).has_value());
  }
  const auto refused = Start(CallOf({}, {"x"}));
  ASSERT_TRUE(refused.has_value());
  EXPECT_THAT(*refused, StatusIs(absl::StatusCode::kResourceExhausted));
  Run();
  EXPECT_TRUE(Call(CallOf({}, {"x"})).ok());
}

TEST_F(LinkCallsTest, ACallThatIsTooLargeIsRefused) {
  const std::vector<std::string> codes(101, "x");
  EXPECT_THAT(Call(CallOf({}, codes)), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lienthong::sync
