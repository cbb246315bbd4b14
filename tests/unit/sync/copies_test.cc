#include "gateway/sync/copies.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using Field = v1::Copy::Field;
using States = std::map<std::string, Field::State>;
using ::testing::ElementsAre;
using ::testing::Pair;

class CopiesTest : public ::testing::Test {
 protected:
  CopiesTest() {
    expected_.set_subject("ours");
    expected_.mutable_contact()->set_phone("1");
    Believe("subject", "ours");
  }
  void Believe(const std::string& path, const std::string& value) {
    auto& field = *lane_.add_shadow();
    field.set_path(path);
    field.set_reported(value == kUncertain ? value : ValueDigest(value));
  }
  static States Of(const v1::Copy& copy) {
    States states;
    for (const Field& field : copy.fields()) states[field.path()] = field.state();
    return states;
  }
  States Shadow() { return Of(ShadowCopy({.lane = lane_, .expected = expected_, .can = can_})); }
  v1::Copy Live(const dossier::v1::Dossier& held) {
    return LiveCopy({.lane = lane_, .expected = expected_, .can = can_}, held);
  }

  storage::v1::LaneState lane_;
  dossier::v1::Dossier expected_;
  adapter::v1::Capabilities can_;
};

TEST_F(CopiesTest, TheShadowTellsWhatIsBelieved) {
  EXPECT_THAT(Shadow(), ElementsAre(Pair("contact.phone", Field::STATE_DIFFERS),
                                    Pair("subject", Field::STATE_SAME)));
  Believe("contact.phone", std::string(kUncertain));
  Believe("contact.email", "nobody@mau.example");
  EXPECT_THAT(Shadow(), ElementsAre(Pair("contact.email", Field::STATE_DIFFERS),
                                    Pair("contact.phone", Field::STATE_UNKNOWN),
                                    Pair("subject", Field::STATE_SAME)));
}

TEST_F(CopiesTest, WhatADeliveryWithoutAnAnswerCarriedIsNotKnown) {
  lane_.mutable_intent()->set_unanswered(true);
  lane_.mutable_intent()->add_fields()->set_path("subject");
  EXPECT_EQ(Shadow()["subject"], Field::STATE_UNKNOWN);
}

TEST_F(CopiesTest, AnAppendedElementIsThereOrNot) {
  can_.add_append_only("steps");
  for (const char* id : {"a", "b"}) {
    auto& step = *expected_.add_steps();
    step.set_id(id);
    step.set_content("x");
  }
  Believe("steps[a]", "x");
  States states = Shadow();
  EXPECT_EQ(states["steps[a].content"], Field::STATE_SAME);
  EXPECT_EQ(states["steps[b].content"], Field::STATE_DIFFERS);
}

TEST_F(CopiesTest, ALiveRecordIsHeldAgainstOurs) {
  dossier::v1::Dossier held;
  held.set_subject("theirs");
  held.mutable_contact()->set_phone("1");
  held.mutable_contact()->set_email("x@mau.example");
  const v1::Copy copy = Live(held);
  EXPECT_EQ(copy.source(), v1::Copy::SOURCE_LIVE);
  EXPECT_THAT(Of(copy), ElementsAre(Pair("contact.email", Field::STATE_DIFFERS),
                                    Pair("contact.phone", Field::STATE_SAME),
                                    Pair("subject", Field::STATE_DIFFERS)));
  EXPECT_EQ(copy.fields(2).held(), "theirs");
  EXPECT_EQ(copy.fields(2).expected(), "ours");
}

// It was believed to be there; who looks knows better.
TEST_F(CopiesTest, ALiveRecordWithoutAFieldSaysSo) {
  Believe("contact.email", "x@mau.example");
  const States states = Of(Live({}));
  EXPECT_THAT(states, ElementsAre(Pair("contact.phone", Field::STATE_DIFFERS),
                                  Pair("subject", Field::STATE_DIFFERS)));
}

}  // namespace
}  // namespace lienthong::sync
