// Counterparts that take whole records only, that call, or whose records cannot be changed.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/shadow.h"
#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(AppendingLaneTest, AWholeRecordCarriesWhatDoesNotDiffer) {
  dossier_.set_note("N");
  Seen(1);
  SendAll();
  dossier_.set_subject("B");
  Seen(2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().note(), "N");
  ASSERT_EQ(lane_.intent().fields_size(), 1);
  EXPECT_EQ(lane_.intent().fields(0).path(), "subject");
}

TEST_F(AppendingLaneTest, AWholeRecordLeavesOutWhatIsGone) {
  dossier_.set_note("N");
  Seen(1);
  SendAll();
  dossier_.clear_note();
  Seen(2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_FALSE(effects.deliver->dossier().has_note());
  EXPECT_THAT(effects.deliver->cleared(), ElementsAre("note"));
}

TEST_F(AppendingLaneTest, AWholeRecordKeepsWhatTheCounterpartSaidLater) {
  BeginThere();
  ASSERT_TRUE(Report(2, "its own").edit.has_value());  // merged as revision 3
  dossier_.set_note("N");                              // revision 2
  Seen(2);
  shown_.Clear();
  shown_.mutable_dossier()->set_subject("A");
  shown_.mutable_dossier()->set_note("N");
  Representation head = shown_;
  head.mutable_dossier()->set_subject("its own");
  const Effects effects = Do(Turn{.target = &dossier_,
                                  .shown = &shown_,
                                  .head_revision = 3,
                                  .later = {"subject"},
                                  .head_shown = &head});
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "its own");
  EXPECT_EQ(effects.deliver->dossier().note(), "N");
}

TEST_F(AppendingLaneTest, AWholeRecordSaysWhatItPutsBack) {
  BeginThere();
  dossier_.set_note("N");  // revision 2; revision 3 set another subject here
  Seen(2);
  shown_.Clear();
  shown_.mutable_dossier()->set_subject("before");
  shown_.mutable_dossier()->set_note("N");
  Representation head = shown_;
  head.mutable_dossier()->set_subject("after");
  const Effects effects = Do(Turn{.target = &dossier_,
                                  .shown = &shown_,
                                  .head_revision = 3,
                                  .later = {"subject"},
                                  .head_shown = &head});
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "before");
  EXPECT_EQ(lane_.intent().fields_size(), 2) << "what it holds then is known";
}

TEST_F(AppendingLaneTest, AnEditWithoutVersionIsToldBackSinceARecordMayHaveReplacedIt) {
  Seen(1);
  SendAll();
  ASSERT_TRUE(Report(0, "its own").edit.has_value());
  dossier_.set_subject("its own");
  Seen(2);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "its own");
  Answer(adapter::v1::OUTCOME_APPLIED);
  EXPECT_FALSE(Turned().deliver.has_value());
}

TEST_F(AppendingLaneTest, TheSameCallAgainIsNoChange) {
  const InboundItem item = Record(0, "its own");
  ASSERT_TRUE(Do(Reported{.item = &item, .call = "digest 1"}).edit.has_value());
  dossier_.set_subject("ours");  // somebody changed it since
  Seen(2);
  SendAll();
  const Effects again = Do(Reported{.item = &item, .call = "digest 1"});
  EXPECT_TRUE(again.duplicate);
  EXPECT_FALSE(again.edit.has_value());
  EXPECT_TRUE(Do(Reported{.item = &item, .call = "digest 2"}).edit.has_value());
}

TEST_F(AppendingLaneTest, OnlyTheNewestCallsAreRemembered) {
  const InboundItem item = Record(0, "its own");
  for (int call = 0; call < 100; ++call) {
    EXPECT_FALSE(Do(Reported{.item = &item, .call = std::to_string(call)}).duplicate);
  }
  EXPECT_EQ(lane_.received_items_size(), 64);
  EXPECT_TRUE(Do(Reported{.item = &item, .call = "99"}).duplicate);
}

TEST_F(AppendingLaneTest, FieldsThatCannotBeUpdatedAreSetOnceAndThenLost) {
  link_.updatable = {"note"};
  Seen(1);
  EXPECT_EQ(Turned().deliver->dossier().subject(), "A") << "the record is made with all fields";
  Answer(adapter::v1::OUTCOME_APPLIED);
  SendAll();
  dossier_.set_subject("B");
  Seen(2);
  EXPECT_FALSE(Turned().deliver.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  ASSERT_EQ(lane_.losses_size(), 1);
  EXPECT_EQ(lane_.losses(0).path(), "subject");
  dossier_.set_note("N");
  Seen(3);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "B") << "the whole record, for what it is worth";
  ASSERT_EQ(lane_.intent().fields_size(), 1);
  EXPECT_EQ(lane_.intent().fields(0).path(), "note");
  Answer(adapter::v1::OUTCOME_APPLIED);
  dossier_.set_subject("A");
  Seen(4);
  Turned();
  EXPECT_THAT(lane_.losses(), IsEmpty()) << "it holds A again, as it always did";
}

TEST_F(AppendingLaneTest, LossesOfTheRepresentationAreKeptUpToABound) {
  losses_.resize(100);
  losses_[0].set_path("note");
  Seen(1);
  Turned();
  ASSERT_EQ(lane_.losses_size(), 64);
  EXPECT_EQ(lane_.losses(0).path(), "note");
}

TEST_F(AppendingLaneTest, ElementsOfAPatchKeepTheirOrder) {
  link_.patch = true;
  link_.append_only.clear();
  for (const char* id : {"b9", "b1", "b5"}) AddStep(id, "done");
  Seen(1);
  const Effects effects = Turned();
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_THAT(StepsOf(*effects.deliver), ElementsAre("b9", "b1", "b5"));
}

TEST(ShadowTest, WhatIsKnownToBeNothingTakesNoRoom) {
  LaneState lane;
  Shadow shadow(lane);
  shadow.At("note");
  shadow.At("subject").set_reported(ValueDigest("A"));
  shadow.At("contact.phone").add_sent("");
  shadow.At("contact.email").set_taken(3);  // cleared by then: what was said before is older
  PruneShadow(lane);
  ASSERT_EQ(lane.shadow_size(), 3);
  EXPECT_EQ(lane.shadow(0).path(), "subject");
  EXPECT_EQ(lane.shadow(1).path(), "contact.phone");
  EXPECT_EQ(lane.shadow(2).path(), "contact.email");
}

// The row that repeats a record's first delivery, unreadable at first, may have come before the
// answer to it. It tells nothing new.
TEST(ShadowTest, WhatWeSentLastComesBackInAReportFromBeforeTheAnswer) {
  LaneState lane;
  storage::v1::Intent intent;
  storage::v1::IntentField& field = *intent.add_fields();
  field.set_path("status");
  field.set_digest(ValueDigest("2"));
  NoteSent(intent, /*is_echoed=*/true, lane);
  ASSERT_EQ(lane.shadow(0).taken(), 1);
  EXPECT_TRUE(NoteCameBack(ValueDigest("2"), /*report=*/0, *lane.mutable_shadow(0)));
  EXPECT_EQ(lane.shadow(0).reported(), ValueDigest("2")) << "it is known what stands there";
  EXPECT_EQ(lane.shadow(0).sent_size(), 0);
}

// An edit there and our delivery of the same field, of which nothing tells what came first: the
// answer to the delivery may be older than the edit, and must not pass for the newer.
TEST_F(AppendingLaneTest, AnEditToldDuringADeliveryIsNotAnsweredByIt) {
  Seen(1);
  Turned();
  Answer(adapter::v1::OUTCOME_APPLIED);
  Turned();
  SendSubject("B");
  const InboundItem item = Record(0, "X");
  ASSERT_TRUE(Do(Reported{.item = &item, .call = "digest 1"}).edit.has_value());
  Answer(adapter::v1::OUTCOME_APPLIED);  // the edit was no owner's: the subject stays B
  ASSERT_EQ(lane_.phase(), LaneState::PHASE_READY);
  const Effects again = Turned();
  ASSERT_TRUE(again.deliver.has_value()) << "X may stand there";
  EXPECT_EQ(again.deliver->dossier().subject(), "B");
  Answer(adapter::v1::OUTCOME_APPLIED);
  EXPECT_FALSE(Turned().deliver.has_value());
}

}  // namespace
}  // namespace lienthong::sync
