// What payments make of the money side of a dossier.
#include "gateway/domain/payments.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;
using dossier::v1::Fee;

constexpr int kRounds = 2000;

Dossier Parsed(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier));
  return dossier;
}

TEST(FinanceStateTest, FollowsTheLines) {
  struct Case {
    std::string fees;
    dossier::v1::FinanceState state;
  };
  const std::vector<Case> cases = {
      {"", dossier::v1::FINANCE_STATE_NOTHING_DUE},
      {"fees { paid_vnd: 5 }", dossier::v1::FINANCE_STATE_NOTHING_DUE},
      {"fees { amount_vnd: 0 }", dossier::v1::FINANCE_STATE_NOTHING_DUE},
      {"fees { amount_vnd: 5 }", dossier::v1::FINANCE_STATE_DUE},
      {"fees { amount_vnd: 5 paid_vnd: 4 }", dossier::v1::FINANCE_STATE_DUE},
      {"fees { amount_vnd: 5 paid_vnd: 5 }", dossier::v1::FINANCE_STATE_PAID},
      {"fees { amount_vnd: 5 paid_vnd: 5 } fees { amount_vnd: 1 }", dossier::v1::FINANCE_STATE_DUE},
      {"fees { amount_vnd: 5 paid_vnd: 9 } fees { amount_vnd: 1 }", dossier::v1::FINANCE_STATE_DUE},
      {"fees { amount_vnd: 5 paid_vnd: 5 refunded_vnd: 1 } fees { amount_vnd: 1 }",
       dossier::v1::FINANCE_STATE_REFUNDED},
      {"fees { amount_vnd: 5 paid_vnd: 5 } fees { amount_vnd: 1 removed: true }",
       dossier::v1::FINANCE_STATE_PAID},
      {"fees { amount_vnd: 5 removed: true }", dossier::v1::FINANCE_STATE_NOTHING_DUE},
  };
  for (const Case& one : cases) EXPECT_EQ(FinanceStateOf(Parsed(one.fees)), one.state) << one.fees;
}

TEST(OnlinePaymentTest, ThePortalBeforeALocalGatewayBeforeAnotherWay) {
  const std::vector<std::pair<std::string, dossier::v1::OnlinePayment>> cases = {
      {"fees { paid_vnd: 5 }", dossier::v1::ONLINE_PAYMENT_UNSPECIFIED},
      {"fees { payment_channel: ONLINE_PAYMENT_NONE }", dossier::v1::ONLINE_PAYMENT_NONE},
      {"fees { payment_channel: ONLINE_PAYMENT_NONE } fees { payment_channel: ONLINE_PAYMENT_OTHER "
       "}",
       dossier::v1::ONLINE_PAYMENT_OTHER},
      {"fees { payment_channel: ONLINE_PAYMENT_LOCAL } fees { payment_channel: "
       "ONLINE_PAYMENT_OTHER }",
       dossier::v1::ONLINE_PAYMENT_LOCAL},
      {"fees { payment_channel: ONLINE_PAYMENT_LOCAL } fees { payment_channel: "
       "ONLINE_PAYMENT_PORTAL }",
       dossier::v1::ONLINE_PAYMENT_PORTAL},
      {"fees { payment_channel: ONLINE_PAYMENT_PORTAL removed: true }",
       dossier::v1::ONLINE_PAYMENT_UNSPECIFIED},
  };
  for (const auto& [fees, channel] : cases)
    EXPECT_EQ(OnlinePaymentOf(Parsed(fees)), channel) << fees;
}

// Led by the district, which assessed one fee and has said that it is due.
Dossier Due() {
  Dossier dossier = DossierAt(Stage::kLed);
  dossier.MergeFrom(Parsed(R"(
      finance_state: FINANCE_STATE_DUE online_payment: ONLINE_PAYMENT_NONE
      fees { id: "f" amount_vnd: 5000 author: "district" })"));
  return dossier;
}

TEST(FollowPaymentsTest, APaymentByWhoDoesNotOwnTheStateMovesItAllTheSame) {
  const MergeResult paid = MergeField(Due(), "fees[f].paid_vnd", "5000", WriterFor(Part::kOrigin));
  EXPECT_EQ(paid.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_THAT(paid.paths, ElementsAre("fees[f].collector", "fees[f].paid_vnd", "finance_state"));
  EXPECT_THAT(paid.proposals, IsEmpty());
  EXPECT_EQ(paid.next.online_payment(), dossier::v1::ONLINE_PAYMENT_NONE) << "no line says how";
  const MergeResult refunded =
      MergeField(paid.next, "fees[f].refunded_vnd", "5000", WriterFor(Part::kOrigin));
  EXPECT_EQ(refunded.next.finance_state(), dossier::v1::FINANCE_STATE_REFUNDED);
}

TEST(FollowPaymentsTest, APaymentMovesNoStatus) {
  Dossier current = Due();
  current.set_status(dossier::v1::STATUS_PAYMENT_REQUESTED);
  Dossier wanted = Parsed(R"(fees { id: "f" paid_vnd: 5000 })");
  const MergeResult paid = MergeAll(current, wanted, WriterFor(Part::kOrigin));
  EXPECT_EQ(paid.next.status(), dossier::v1::STATUS_PAYMENT_REQUESTED);
  EXPECT_EQ(paid.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  wanted.set_status(dossier::v1::STATUS_PROCESSING);
  EXPECT_THAT(PathsOf(MergeAll(current, wanted, WriterFor(Part::kOrigin)).proposals),
              ElementsAre("status"));
  EXPECT_EQ(MergeField(paid.next, "status", "4", WriterFor(Part::kLead)).next.status(),
            dossier::v1::STATUS_PROCESSING);
}

TEST(FollowPaymentsTest, TheWayOfAPaymentIsTheDossiers) {
  const Dossier wanted =
      Parsed(R"(fees { id: "f" paid_vnd: 5000 payment_channel: ONLINE_PAYMENT_PORTAL })");
  EXPECT_EQ(MergeAll(Due(), wanted, WriterFor(Part::kOrigin)).next.online_payment(),
            dossier::v1::ONLINE_PAYMENT_PORTAL);
}

TEST(FollowPaymentsTest, WhatTheWriterDecidesItselfStays) {
  const std::string payment = R"(
      fees { id: "f" paid_vnd: 5000 payment_channel: ONLINE_PAYMENT_PORTAL })";
  Dossier wanted = Parsed(payment + "finance_state: FINANCE_STATE_NOTHING_DUE");
  EXPECT_EQ(MergeAll(Due(), wanted, WriterFor(Part::kLead)).next.finance_state(),
            dossier::v1::FINANCE_STATE_NOTHING_DUE);
  wanted = Parsed(payment + "finance_state: FINANCE_STATE_DUE");
  EXPECT_EQ(MergeAll(Due(), wanted, WriterFor(Part::kLead)).next.finance_state(),
            dossier::v1::FINANCE_STATE_DUE)
      << "said once more is said too";
  wanted = Parsed(payment + "online_payment: ONLINE_PAYMENT_LOCAL");
  EXPECT_EQ(MergeAll(Due(), wanted, WriterFor(Part::kReceiving)).next.online_payment(),
            dossier::v1::ONLINE_PAYMENT_LOCAL);
}

TEST(FollowPaymentsTest, ClearingIsADecisionToo) {
  Change change = ChangeOf(Parsed(R"(fees { id: "f" paid_vnd: 5000 })"));
  change.clear.push_back("finance_state");
  const auto result =
      Merge(Due(), change, WriterFor(Part::kLead), StatusGraph::Shipped(), MergeTime());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->next.has_finance_state());
}

TEST(FollowPaymentsTest, WhatSomebodyElseProposesDoesNotStopIt) {
  Dossier wanted = Parsed(R"(
      fees { id: "f" paid_vnd: 5000 } finance_state: FINANCE_STATE_NOTHING_DUE)");
  const MergeResult differs = MergeAll(Due(), wanted, WriterFor(Part::kReceiving));
  EXPECT_EQ(differs.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_THAT(PathsOf(differs.proposals), ElementsAre("finance_state"));
  wanted.set_finance_state(dossier::v1::FINANCE_STATE_PAID);
  const MergeResult agrees = MergeAll(Due(), wanted, WriterFor(Part::kReceiving));
  EXPECT_EQ(agrees.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_THAT(agrees.proposals, IsEmpty()) << "nothing differs any more";
}

TEST(FollowPaymentsTest, OtherChangesMoveNothing) {
  Dossier current = Due();
  current.set_finance_state(dossier::v1::FINANCE_STATE_NOTHING_DUE);  // as its owner once said
  for (const auto& [path, value] :
       std::vector<std::pair<std::string, std::string>>{{"fees[f].name", "invented"},
                                                        {"fees[g].name", "invented"},
                                                        {"fees[g].amount_vnd", "0"},
                                                        {"outcome.tax_result", "invented"}}) {
    const MergeResult result = MergeField(current, path, value, WriterFor(Part::kLead));
    EXPECT_TRUE(result.changed) << path;
    EXPECT_EQ(result.next.finance_state(), dossier::v1::FINANCE_STATE_NOTHING_DUE) << path;
  }
}

TEST(FollowAssessmentsTest, WhatIsOwedIsDueWhoeverAssessesIt) {
  Dossier paid = Due();
  paid.mutable_fees(0)->set_paid_vnd(5000);
  paid.set_finance_state(dossier::v1::FINANCE_STATE_PAID);
  const MergeResult further =
      MergeField(paid, "fees[g].amount_vnd", "7000", WriterFor(Part::kCooperating));
  EXPECT_EQ(further.next.finance_state(), dossier::v1::FINANCE_STATE_DUE);
  EXPECT_THAT(further.paths, Contains("finance_state"));
  EXPECT_THAT(further.proposals, IsEmpty());
  const MergeResult more = MergeField(paid, "fees[f].amount_vnd", "6000", WriterFor(Part::kLead));
  EXPECT_EQ(more.next.finance_state(), dossier::v1::FINANCE_STATE_DUE);
  const MergeResult less =
      MergeField(more.next, "fees[f].amount_vnd", "4000", WriterFor(Part::kLead));
  EXPECT_EQ(less.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  const MergeResult dropped = MergeField(Due(), "fees[f].removed", "true", WriterFor(Part::kLead));
  EXPECT_EQ(dropped.next.finance_state(), dossier::v1::FINANCE_STATE_NOTHING_DUE);
}

TEST(FollowAssessmentsTest, TheFirstLineSaysThatSomethingIsDue) {
  Dossier wanted = DossierAt(Stage::kAccepted);
  wanted.clear_code();
  wanted.clear_revision();
  EXPECT_FALSE(MergeAll(Dossier(), wanted, WriterFor(Part::kReceiving)).next.has_finance_state())
      << "nobody spoke of money";
  wanted.MergeFrom(Parsed(R"(fees { id: "f" amount_vnd: 5000 })"));
  EXPECT_EQ(MergeAll(Dossier(), wanted, WriterFor(Part::kReceiving)).next.finance_state(),
            dossier::v1::FINANCE_STATE_DUE);
  wanted.set_finance_state(dossier::v1::FINANCE_STATE_NOTHING_DUE);
  EXPECT_EQ(MergeAll(Dossier(), wanted, WriterFor(Part::kReceiving)).next.finance_state(),
            dossier::v1::FINANCE_STATE_NOTHING_DUE)
      << "said with it";
}

TEST(FollowAssessmentsTest, WhatTheOwnerSaysWithItStays) {
  const Dossier wanted = Parsed(R"(
      fees { id: "g" amount_vnd: 7000 } finance_state: FINANCE_STATE_NOTHING_DUE)");
  EXPECT_EQ(MergeAll(Due(), wanted, WriterFor(Part::kLead)).next.finance_state(),
            dossier::v1::FINANCE_STATE_NOTHING_DUE);
  const MergeResult proposed = MergeAll(Due(), wanted, WriterFor(Part::kCooperating));
  EXPECT_EQ(proposed.next.finance_state(), dossier::v1::FINANCE_STATE_DUE);
  EXPECT_THAT(PathsOf(proposed.proposals), ElementsAre("finance_state"));
}

TEST(FollowPaymentsTest, TakingAPaidLineOutOfTheCountMovesIt) {
  Dossier current = Due();
  current.mutable_fees(0)->set_paid_vnd(5000);
  current.set_finance_state(dossier::v1::FINANCE_STATE_PAID);
  const MergeResult result = MergeField(current, "fees[f].removed", "true", WriterFor(Part::kLead));
  EXPECT_EQ(result.next.finance_state(), dossier::v1::FINANCE_STATE_NOTHING_DUE);
}

// A list of fee lines, at random: small amounts, so that they often meet.
class RandomFees {
 public:
  explicit RandomFees(int seed) : dice_(seed) {}

  int Below(int limit) { return static_cast<int>(dice_() % limit); }
  Dossier Make() {
    Dossier dossier = DossierAt(Stage::kLed);
    const int lines = Below(5);
    for (int i = 0; i < lines; ++i) Fill(*dossier.add_fees(), i);
    return dossier;
  }
  void Fill(Fee& fee, int position) {
    fee.set_id(absl::StrCat("f", position));
    if (Below(4) > 0) fee.set_amount_vnd(Below(3));
    if (Below(2) > 0) fee.set_paid_vnd(Below(3));
    if (Below(4) == 0) fee.set_refunded_vnd(Below(3));
    if (Below(4) == 0) fee.set_removed(true);
    if (Below(3) == 0) fee.set_payment_channel(static_cast<dossier::v1::OnlinePayment>(Below(5)));
  }
  void Shuffle(Dossier& dossier) {
    std::shuffle(dossier.mutable_fees()->pointer_begin(), dossier.mutable_fees()->pointer_end(),
                 dice_);
  }

 private:
  std::mt19937 dice_;
};

TEST(PaymentPropertiesTest, TheStateSaysWhatIsTrueOfTheLines) {
  RandomFees random(1);
  std::vector<int> seen(5, 0);
  for (int round = 0; round < kRounds; ++round) {
    const Dossier dossier = random.Make();
    std::vector<Fee> lines;
    for (const Fee& fee : dossier.fees()) {
      if (!fee.removed()) lines.push_back(fee);
    }
    const auto any = [&lines](auto holds) {
      return std::any_of(lines.begin(), lines.end(), holds);
    };
    const bool assessed = any([](const Fee& fee) { return fee.amount_vnd() > 0; });
    const bool refunded = any([](const Fee& fee) { return fee.refunded_vnd() > 0; });
    const bool owed = any([](const Fee& fee) { return fee.amount_vnd() > fee.paid_vnd(); });
    const auto state = FinanceStateOf(dossier);
    EXPECT_EQ(state == dossier::v1::FINANCE_STATE_NOTHING_DUE, !assessed);
    EXPECT_EQ(state == dossier::v1::FINANCE_STATE_REFUNDED, assessed && refunded);
    EXPECT_EQ(state == dossier::v1::FINANCE_STATE_DUE, assessed && !refunded && owed);
    EXPECT_EQ(state == dossier::v1::FINANCE_STATE_PAID, assessed && !refunded && !owed);
    ++seen[state];
  }
  for (int state = 1; state < 5; ++state) EXPECT_GT(seen[state], kRounds / 50) << state;
}

TEST(PaymentPropertiesTest, NeitherOrderNorRemovedLinesMatter) {
  RandomFees random(2);
  for (int round = 0; round < kRounds; ++round) {
    const Dossier dossier = random.Make();
    Dossier other = dossier;
    Fee& removed = *other.add_fees();
    random.Fill(removed, 99);
    removed.set_removed(true);
    random.Shuffle(other);
    EXPECT_EQ(FinanceStateOf(other), FinanceStateOf(dossier));
    EXPECT_EQ(OnlinePaymentOf(other), OnlinePaymentOf(dossier));
    EXPECT_FALSE(PaymentsDiffer(dossier, other));
    EXPECT_FALSE(AssessmentsDiffer(dossier, other));
  }
}

TEST(PaymentPropertiesTest, AfterEachChangeOfMoneyTheStateFitsTheLinesAndElseItStays) {
  RandomFees random(3);
  for (int round = 0; round < kRounds; ++round) {
    Dossier dossier = random.Make();
    dossier.set_finance_state(static_cast<dossier::v1::FinanceState>(1 + random.Below(4)));
    for (int i = 0; i < dossier.fees_size(); ++i) dossier.mutable_fees(i)->set_author("district");
    Dossier wanted;
    Fee& line = *wanted.add_fees();
    random.Fill(line, random.Below(5));
    const Part by = kParts[random.Below(std::size(kParts))];
    const MergeResult result = MergeAll(dossier, wanted, WriterFor(by));
    if (PaymentsDiffer(dossier, result.next) || AssessmentsDiffer(dossier, result.next)) {
      EXPECT_EQ(result.next.finance_state(), FinanceStateOf(result.next));
    } else {
      EXPECT_EQ(result.next.finance_state(), dossier.finance_state());
    }
    const MergeResult again = MergeAll(result.next, wanted, WriterFor(by));
    EXPECT_THAT(again.paths, IsEmpty()) << "the same again, by the " << NameOf(by);
  }
}

TEST(PaymentPropertiesTest, PayingLineByLineEndsPaidAndNotBefore) {
  RandomFees random(4);
  for (int round = 0; round < kRounds / 10; ++round) {
    Dossier dossier = DossierAt(Stage::kLed);
    const int lines = 1 + random.Below(5);
    for (int i = 0; i < lines; ++i) {
      Fee& fee = *dossier.add_fees();
      fee.set_id(absl::StrCat("f", i));
      fee.set_amount_vnd(1 + random.Below(1'000'000));
    }
    for (int i = 0; i < lines; ++i) {
      dossier = MergeField(dossier, absl::StrCat("fees[f", i, "].paid_vnd"),
                           absl::StrCat(dossier.fees(i).amount_vnd()),
                           WriterFor(random.Below(2) == 0 ? Part::kOrigin : Part::kCooperating))
                    .next;
      EXPECT_EQ(dossier.finance_state(),
                i + 1 < lines ? dossier::v1::FINANCE_STATE_DUE : dossier::v1::FINANCE_STATE_PAID);
    }
  }
}

}  // namespace
}  // namespace lienthong::domain
