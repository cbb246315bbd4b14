// List elements and fields that only a newer schema knows.
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;
using google::protobuf::Message;
using google::protobuf::UnknownFieldSet;

constexpr int kNewField = 9000;

void AddUnknown(Message& message, uint64_t value, int number = kNewField) {
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(number, value);
}

uint64_t UnknownOf(const Message& message, int number = kNewField) {
  const UnknownFieldSet& fields = message.GetReflection()->GetUnknownFields(message);
  uint64_t found = 0;
  int times = 0;
  for (int i = 0; i < fields.field_count(); ++i) {
    if (fields.field(i).number() != number) continue;
    found = fields.field(i).varint();
    ++times;
  }
  EXPECT_LE(times, 1) << "the newest takes the place of the older";
  return found;
}

Dossier WantedStep(const std::string& id, const std::string& content) {
  Dossier dossier;
  dossier::v1::Step& step = *dossier.add_steps();
  step.set_id(id);
  step.set_content(content);
  return dossier;
}

TEST(ElementsTest, ANewElementIsStampedWithItsWriter) {
  Dossier wanted = WantedStep("nv-1", "invented");
  wanted.mutable_steps(0)->set_author("agency/H29.X99");
  wanted.add_fees()->set_id("nv-2");
  wanted.mutable_fees(0)->set_amount_vnd(5000);
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kLead));
  ASSERT_EQ(result.next.steps_size(), 1);
  EXPECT_EQ(result.next.steps(0).author(), "district") << "never from the packet";
  EXPECT_EQ(result.next.fees(0).author(), "district");
  EXPECT_FALSE(result.next.fees(0).has_collector()) << "nothing was paid";
}

TEST(ElementsTest, AChangeOfAnElementKeepsItsAuthor) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "steps[nv-1].content", "old"), IsOk());
  ASSERT_THAT(SetField(current, "steps[nv-1].author", "district"), IsOk());
  const MergeResult own = MergeAll(current, WantedStep("nv-1", "new"), WriterFor(Part::kLead));
  EXPECT_EQ(own.next.steps(0).content(), "new");
  EXPECT_EQ(own.next.steps(0).author(), "district");
  const MergeResult foreign =
      MergeAll(current, WantedStep("nv-1", "new"), WriterFor(Part::kReceiving));
  EXPECT_EQ(foreign.next.steps(0).content(), "old");
  EXPECT_EQ(foreign.next.steps(0).author(), "district");
}

TEST(ElementsTest, AFirstPaymentMakesTheCollector) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "fees[f].amount_vnd", "5000"), IsOk());
  ASSERT_THAT(SetField(current, "fees[f].author", "district"), IsOk());
  Dossier wanted;
  ASSERT_THAT(SetField(wanted, "fees[f].paid_vnd", "5000"), IsOk());
  ASSERT_THAT(SetField(wanted, "fees[f].payment_reference", "GD-1"), IsOk());
  const MergeResult result = MergeAll(current, wanted, WriterFor(Part::kReceiving));
  EXPECT_THAT(result.proposals, IsEmpty());
  EXPECT_EQ(result.next.fees(0).collector(), "city");
  EXPECT_EQ(result.next.fees(0).author(), "district");
  EXPECT_EQ(result.next.fees(0).payment_reference(), "GD-1");
}

TEST(ElementsTest, ARefundByAnotherDoesNotMakeACollector) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "fees[f].paid_vnd", "5000"), IsOk());
  ASSERT_THAT(SetField(current, "fees[f].collector", "city"), IsOk());
  const MergeResult result =
      MergeField(current, "fees[f].refunded_vnd", "5000", WriterFor(Part::kLead));
  EXPECT_EQ(result.next.fees(0).collector(), "city");
  EXPECT_FALSE(result.changed);
}

TEST(ElementsTest, AProposedPaymentMakesNoCollector) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "fees[f].paid_vnd", "5000"), IsOk());  // nobody knows by whom
  for (const char* value : {"7000", "5000"}) {
    const MergeResult result =
        MergeField(current, "fees[f].paid_vnd", value, WriterFor(Part::kStranger));
    EXPECT_FALSE(result.changed) << value;
    EXPECT_FALSE(result.next.fees(0).has_collector()) << value;
  }
}

TEST(ElementsTest, AnElementThatCameInPartIsStillItsWriters) {
  // A supplement round asked by the lead, with reply fields that only the receiving channel may
  // set.
  Dossier wanted;
  ASSERT_THAT(SetField(wanted, "supplements[b].content", "invented"), IsOk());
  ASSERT_THAT(SetField(wanted, "supplements[b].reply_note", "invented"), IsOk());
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kLead));
  ASSERT_EQ(result.next.supplements_size(), 1);
  EXPECT_EQ(result.next.supplements(0).author(), "district");
  EXPECT_FALSE(result.next.supplements(0).has_reply_note());
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("supplements[b].reply_note"));
}

TEST(ElementsTest, AnElementOfAStrangerLeavesNoTrace) {
  const MergeResult result =
      MergeAll(DossierAt(Stage::kLed), WantedStep("x", "invented"), WriterFor(Part::kStranger));
  EXPECT_EQ(result.next.steps_size(), 0);
  EXPECT_FALSE(result.changed);
}

TEST(ElementsTest, ATombstoneIsAFieldLikeOthers) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "fees[f].name", "invented"), IsOk());
  ASSERT_THAT(SetField(current, "fees[f].author", "district"), IsOk());
  EXPECT_TRUE(MergeField(current, "fees[f].removed", "true", WriterFor(Part::kLead))
                  .next.fees(0)
                  .removed());
  EXPECT_FALSE(MergeField(current, "fees[f].removed", "true", WriterFor(Part::kReceiving)).changed);
}

TEST(ElementsTest, WhatAPacketLeavesOutStays) {
  Dossier current = DossierAt(Stage::kLed);
  for (const char* id : {"nv-1", "nv-2"}) {
    ASSERT_THAT(SetField(current, std::string("steps[") + id + "].content", "invented"), IsOk());
  }
  const MergeResult result =
      MergeAll(current, WantedStep("nv-3", "invented"), WriterFor(Part::kLead));
  EXPECT_EQ(result.next.steps_size(), 3);
}

TEST(UnknownFieldsTest, SurviveAtEveryPlace) {
  Dossier wanted = WantedStep("nv-1", "invented");
  wanted.mutable_outcome()->set_tax_result("invented");
  AddUnknown(wanted, 1);
  AddUnknown(*wanted.mutable_outcome(), 2);
  AddUnknown(*wanted.mutable_steps(0), 3);
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kLead));
  EXPECT_EQ(UnknownOf(result.next), 1U);
  EXPECT_EQ(UnknownOf(result.next.outcome()), 2U);
  EXPECT_EQ(UnknownOf(result.next.steps(0)), 3U);
}

TEST(UnknownFieldsTest, SurviveAnOlderWritersChange) {
  Dossier current = DossierAt(Stage::kLed);
  ASSERT_THAT(SetField(current, "steps[nv-1].content", "old"), IsOk());
  ASSERT_THAT(SetField(current, "steps[nv-1].author", "district"), IsOk());
  current.mutable_outcome()->set_tax_result("old");
  AddUnknown(current, 1);
  AddUnknown(*current.mutable_outcome(), 2);
  AddUnknown(*current.mutable_steps(0), 3);
  Dossier wanted = WantedStep("nv-1", "new");
  wanted.mutable_outcome()->set_tax_result("new");
  const MergeResult result = MergeAll(current, wanted, WriterFor(Part::kLead));
  EXPECT_EQ(result.next.steps(0).content(), "new");
  EXPECT_EQ(UnknownOf(result.next), 1U);
  EXPECT_EQ(UnknownOf(result.next.outcome()), 2U);
  EXPECT_EQ(UnknownOf(result.next.steps(0)), 3U);
}

TEST(UnknownFieldsTest, TheNewestWinsAndOthersStay) {
  Dossier current = DossierAt(Stage::kLed);
  AddUnknown(current, 1);
  AddUnknown(current, 7, kNewField + 1);
  Dossier wanted;
  AddUnknown(wanted, 2);
  const MergeResult result = MergeAll(current, wanted, WriterFor(Part::kLead));
  EXPECT_EQ(UnknownOf(result.next), 2U);
  EXPECT_EQ(UnknownOf(result.next, kNewField + 1), 7U);
  EXPECT_TRUE(result.changed) << "though no known field differs";
  EXPECT_THAT(result.paths, IsEmpty());
  EXPECT_FALSE(MergeAll(result.next, wanted, WriterFor(Part::kLead)).changed) << "the same again";
}

TEST(UnknownFieldsTest, SurviveInAGroupThatHasNothingElse) {
  Dossier wanted;
  AddUnknown(*wanted.mutable_contact(), 5);
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kReceiving));
  EXPECT_TRUE(result.changed);
  EXPECT_EQ(UnknownOf(result.next.contact()), 5U);
}

TEST(UnknownFieldsTest, InAFileOfAPaper) {
  Dossier wanted;
  ASSERT_THAT(SetField(wanted, "papers[p].name", "invented"), IsOk());
  AddUnknown(*wanted.mutable_papers(0)->mutable_file(), 5);
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kReceiving));
  EXPECT_EQ(UnknownOf(result.next.papers(0).file()), 5U);
}

TEST(UnknownFieldsTest, AnEmptyGroupAddsNothing) {
  Dossier wanted;
  wanted.mutable_contact();
  wanted.mutable_deadline()->mutable_promised_due();
  const MergeResult result =
      MergeAll(DossierAt(Stage::kAccepted), wanted, WriterFor(Part::kStranger));
  EXPECT_FALSE(result.changed);
  EXPECT_FALSE(result.next.has_contact());
}

}  // namespace
}  // namespace lienthong::domain
