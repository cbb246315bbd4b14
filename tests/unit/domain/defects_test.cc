#include "gateway/domain/defects.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Defect;
using dossier::v1::Dossier;

std::vector<std::string> Kinds(const Dossier& dossier) {
  std::vector<std::string> kinds;
  for (const Defect& defect : dossier.defects()) {
    kinds.push_back(Defect::Kind_Name(defect.kind()));
  }
  return kinds;
}

Dossier Received(dossier::v1::Status status) {
  Dossier dossier = DossierAt(Stage::kLed);
  dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'410'000);
  dossier.set_status(status);
  return dossier;
}

TEST(LegalDefectsTest, WhoIsReceivedIsPromisedADate) {
  for (const auto status :
       {dossier::v1::STATUS_ACCEPTED, dossier::v1::STATUS_PROCESSING,
        dossier::v1::STATUS_SUPPLEMENT_REQUESTED, dossier::v1::STATUS_PAYMENT_REQUESTED,
        dossier::v1::STATUS_FINISHED, dossier::v1::STATUS_RETURNED}) {
    Dossier dossier = Received(status);
    TrackLegalDefects(MergeTime(), dossier);
    EXPECT_THAT(Kinds(dossier), ElementsAre("KIND_MISSING_PROMISED_DUE")) << status;
    dossier.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'900'000);
    TrackLegalDefects(MergeTime(), dossier);
    EXPECT_THAT(Kinds(dossier), IsEmpty()) << status;
  }
}

TEST(LegalDefectsTest, NothingWasPromisedBeforeReceptionNorToWhoWithdraws) {
  for (const auto status : {dossier::v1::STATUS_SUBMITTED, dossier::v1::STATUS_WITHDRAWN}) {
    Dossier dossier = Received(status);
    TrackLegalDefects(MergeTime(), dossier);
    EXPECT_THAT(Kinds(dossier), IsEmpty()) << status;
  }
  Dossier asked = Received(dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  asked.mutable_reception()->clear_received_time();
  TrackLegalDefects(MergeTime(), asked);
  EXPECT_THAT(Kinds(asked), IsEmpty()) << "asked for more before it was received";
}

TEST(LegalDefectsTest, ARefusalNamesItsReasonAndTheText) {
  Dossier dossier = Received(dossier::v1::STATUS_REFUSED);
  TrackLegalDefects(MergeTime(), dossier);
  EXPECT_THAT(Kinds(dossier), ElementsAre("KIND_MISSING_REASON", "KIND_MISSING_LEGAL_BASIS"));
  dossier.mutable_reception()->set_refusal_reason(" \t");
  dossier.mutable_reception()->set_refusal_legal_basis("invented text, article 1");
  TrackLegalDefects(MergeTime(), dossier);
  EXPECT_THAT(Kinds(dossier), ElementsAre("KIND_MISSING_REASON")) << "blanks are no reason";
}

TEST(LegalDefectsTest, ARefusalIsNotExcusedByTheWordsOfAStop) {
  Dossier dossier = Received(dossier::v1::STATUS_REFUSED);
  dossier.mutable_outcome()->set_stop_reason("invented");
  dossier.mutable_outcome()->set_stop_legal_basis("invented");
  TrackLegalDefects(MergeTime(), dossier);
  EXPECT_THAT(Kinds(dossier), ElementsAre("KIND_MISSING_REASON", "KIND_MISSING_LEGAL_BASIS"));
}

TEST(LegalDefectsTest, ASecondRoundOfSupplementsCounts) {
  Dossier dossier = Received(dossier::v1::STATUS_PROCESSING);
  dossier.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'900'000);
  dossier.add_supplements()->set_id("one");
  dossier.add_supplements()->set_id("gone");
  dossier.mutable_supplements(1)->set_removed(true);
  TrackLegalDefects(MergeTime(), dossier);
  EXPECT_THAT(Kinds(dossier), IsEmpty());
  dossier.add_supplements()->set_id("two");
  TrackLegalDefects(MergeTime(), dossier);
  EXPECT_THAT(Kinds(dossier), ElementsAre("KIND_REPEATED_SUPPLEMENT"));
}

TEST(LegalDefectsTest, OneThatIsKnownKeepsTheTimeWhenItWasNoted) {
  Dossier dossier = Received(dossier::v1::STATUS_PROCESSING);
  TrackLegalDefects(MergeTime(), dossier);
  const Dossier first = dossier;
  TrackLegalDefects(MergeTime() + absl::Hours(1), dossier);
  EXPECT_EQ(dossier.SerializeAsString(), first.SerializeAsString());
}

TEST(ApologyTest, SaysWhyTheDateMoves) {
  Dossier promised = Received(dossier::v1::STATUS_PROCESSING);
  promised.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'900'000);
  Dossier wanted;
  wanted.mutable_deadline()->mutable_promised_due()->set_seconds(1'773'000'000);
  EXPECT_TRUE(MergeAll(promised, wanted, WriterFor(Part::kLead)).due_moved_silently);
  auto& apology = *wanted.add_apologies();
  apology.set_id("xl-1");
  apology.set_reason("invented");
  apology.mutable_new_due()->set_seconds(1'773'000'000);
  const MergeResult told = MergeAll(promised, wanted, WriterFor(Part::kLead));
  EXPECT_FALSE(told.due_moved_silently);
  EXPECT_EQ(told.next.apologies(0).author(), "district");
  wanted.mutable_apologies(0)->mutable_new_due()->set_seconds(1'772'990'000);
  EXPECT_TRUE(MergeAll(promised, wanted, WriterFor(Part::kLead)).due_moved_silently)
      << "it speaks of another date";
}

}  // namespace
}  // namespace lienthong::domain
