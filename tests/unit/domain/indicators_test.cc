#include "gateway/domain/indicators.h"

#include <string>

#include "absl/time/time.h"
#include "gateway/domain/derived.h"
#include "gtest/gtest.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;

const absl::Time kReceived = absl::FromUnixSeconds(1'772'413'200);

Dossier Received() {
  Dossier dossier;
  dossier.set_status(dossier::v1::STATUS_PROCESSING);
  *dossier.mutable_reception()->mutable_received_time() = ToProto(kReceived);
  *dossier.mutable_deadline()->mutable_promised_due() = ToProto(kReceived + absl::Hours(48));
  return dossier;
}

bool Counts(const Dossier& dossier, Indicator indicator) {
  return (IndicatorFactsOf(dossier)->counted & BitOf(indicator)) != 0;
}
bool Fulfils(const Dossier& dossier, Indicator indicator) {
  return (IndicatorFactsOf(dossier)->fulfilled & BitOf(indicator)) != 0;
}

TEST(IndicatorsTest, OnlyWhatWasReceivedCounts) {
  EXPECT_TRUE(IndicatorFactsOf(Received()).has_value());
  EXPECT_FALSE(IndicatorFactsOf(Dossier()).has_value());
  Dossier voided = Received();
  voided.mutable_voiding();
  EXPECT_FALSE(IndicatorFactsOf(voided).has_value());
  Dossier joined = Received();
  joined.mutable_joined();
  EXPECT_FALSE(IndicatorFactsOf(joined).has_value());
}

TEST(IndicatorsTest, NamesLeadThereAndBack) {
  for (int i = 0; i < kIndicators; ++i) {
    const auto indicator = static_cast<Indicator>(i);
    EXPECT_EQ(IndicatorOf(NameOf(indicator)), indicator);
  }
  EXPECT_FALSE(IndicatorOf("9.9").has_value());
  EXPECT_FALSE(IndicatorOf("").has_value());
}

// 2.1: the end is the first of finished, returned, refused and stopped that is known.
TEST(IndicatorsTest, TheEndIsWhenItWasFinished) {
  Dossier dossier = Received();
  EXPECT_FALSE(IndicatorFactsOf(dossier)->ended.has_value());
  *dossier.mutable_outcome()->mutable_returned_time() = ToProto(kReceived + absl::Hours(9));
  EXPECT_EQ(IndicatorFactsOf(dossier)->ended, kReceived + absl::Hours(9));
  *dossier.mutable_outcome()->mutable_finished_time() = ToProto(kReceived + absl::Hours(7));
  EXPECT_EQ(IndicatorFactsOf(dossier)->ended, kReceived + absl::Hours(7));
}

TEST(IndicatorsTest, AStoppedOneEndedAtTheStepThatTells) {
  Dossier dossier = Received();
  dossier.set_status(dossier::v1::STATUS_STOPPED);
  for (const int hours : {6, 5}) {
    auto& step = *dossier.add_steps();
    step.set_status(dossier::v1::STATUS_STOPPED);
    *step.mutable_time() = ToProto(kReceived + absl::Hours(hours));
  }
  EXPECT_EQ(IndicatorFactsOf(dossier)->ended, kReceived + absl::Hours(5));
}

// The decision counts the one supplement that is waited for as the end, and a second one as late.
TEST(IndicatorsTest, OneSupplementEndsItAndTwoAreLate) {
  Dossier dossier = Received();
  dossier.set_status(dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  auto& round = *dossier.add_supplements();
  *round.mutable_requested_time() = ToProto(kReceived + absl::Hours(3));
  EXPECT_EQ(IndicatorFactsOf(dossier)->ended, kReceived + absl::Hours(3));
  EXPECT_TRUE(Fulfils(dossier, Indicator::k2_1));
  *dossier.add_supplements() = round;
  EXPECT_FALSE(IndicatorFactsOf(dossier)->ended.has_value());
  EXPECT_FALSE(Fulfils(dossier, Indicator::k2_1));
  dossier.mutable_supplements(0)->set_removed(true);
  EXPECT_TRUE(Fulfils(dossier, Indicator::k2_1)) << "a round that was taken back is none";
}

TEST(IndicatorsTest, TheDateProposedAfterAPauseIsTheOneToKeep) {
  Dossier dossier = Received();
  *dossier.mutable_deadline()->mutable_proposed_due() = ToProto(kReceived + absl::Hours(72));
  EXPECT_EQ(IndicatorFactsOf(dossier)->due, kReceived + absl::Hours(72));
  dossier.clear_deadline();
  EXPECT_FALSE(IndicatorFactsOf(dossier)->due.has_value());
}

TEST(IndicatorsTest, OnlineWithAnElectronicResult) {
  Dossier dossier = Received();
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
  EXPECT_FALSE(Fulfils(dossier, Indicator::k3_3));
  dossier.add_results()->mutable_file()->set_source("https://files.example/1.pdf");
  EXPECT_TRUE(Fulfils(dossier, Indicator::k3_3));
  dossier.mutable_results(0)->set_removed(true);
  EXPECT_FALSE(Fulfils(dossier, Indicator::k3_3));
  dossier.mutable_results(0)->set_removed(false);
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  EXPECT_FALSE(Fulfils(dossier, Indicator::k3_3));
}

TEST(IndicatorsTest, OnlyWhatCostsSomethingCanBePaidOnline) {
  Dossier dossier = Received();
  dossier.set_online_payment(dossier::v1::ONLINE_PAYMENT_PORTAL);
  dossier.add_fees()->set_amount_vnd(0);
  EXPECT_FALSE(Counts(dossier, Indicator::k3_5));
  dossier.add_fees()->set_amount_vnd(20'000);
  EXPECT_TRUE(Counts(dossier, Indicator::k3_5) && Fulfils(dossier, Indicator::k3_5));
  dossier.set_online_payment(dossier::v1::ONLINE_PAYMENT_OTHER);
  EXPECT_FALSE(Fulfils(dossier, Indicator::k3_5));
}

TEST(IndicatorsTest, DigitisationNeedsEveryPaperAndTheResult) {
  Dossier dossier = Received();
  dossier.set_status(dossier::v1::STATUS_FINISHED);
  dossier.add_papers()->set_digitized(true);
  dossier.add_papers()->set_digitized(false);
  dossier.add_results()->mutable_file()->set_id("r1");
  EXPECT_TRUE(Fulfils(dossier, Indicator::k4_1));
  EXPECT_FALSE(Fulfils(dossier, Indicator::k4_2));
  dossier.mutable_papers(1)->set_digitized(true);
  EXPECT_TRUE(Fulfils(dossier, Indicator::k4_2));
  dossier.clear_papers();
  EXPECT_FALSE(Fulfils(dossier, Indicator::k4_2));
  dossier.set_status(dossier::v1::STATUS_PROCESSING);
  EXPECT_FALSE(Counts(dossier, Indicator::k4_1)) << "it has no result yet";
}

TEST(IndicatorsTest, ReuseStoreAndPopulationData) {
  Dossier dossier = Received();
  dossier.add_papers()->set_reuse(dossier::v1::Paper::REUSE_NONE);
  for (const Indicator indicator : {Indicator::k4_3, Indicator::k4_4, Indicator::k4_5}) {
    EXPECT_FALSE(Fulfils(dossier, indicator)) << NameOf(indicator);
  }
  dossier.mutable_papers(0)->set_reuse(dossier::v1::Paper::REUSE_RESULT);
  dossier.mutable_papers(0)->set_from_personal_store(true);
  dossier.add_database_lookups()->set_database_code("DC");
  for (const Indicator indicator : {Indicator::k4_3, Indicator::k4_4, Indicator::k4_5}) {
    EXPECT_TRUE(Fulfils(dossier, indicator)) << NameOf(indicator);
  }
}

}  // namespace
}  // namespace lienthong::domain
