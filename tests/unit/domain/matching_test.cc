// Elements that a report means without their id.
#include "gateway/domain/matching.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using dossier::v1::Dossier;

auto Violation(const std::string& field, const std::string& part) {
  return AllOf(Field(&FieldViolation::field, field),
               Field(&FieldViolation::description, HasSubstr(part)));
}

Dossier Parsed(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier));
  return dossier;
}

// A dossier of the city's with two fee lines and one that was taken back.
Dossier WithFees() {
  Dossier dossier = DossierAt(Stage::kAccepted);
  dossier.MergeFrom(Parsed(R"(
      fees { id: "tp-1" code: "LP01" amount_vnd: 5000 author: "city" }
      fees { id: "tp-2" code: "LP02" amount_vnd: 7000 author: "city" }
      fees { id: "tp-3" code: "LP03" amount_vnd: 9000 author: "city" removed: true })"));
  return dossier;
}

TEST(MatchFeesTest, ACodeIsTheOneLineThatHasIt) {
  Dossier reported =
      Parsed(R"(fees { code: "LP02" paid_vnd: 7000 } fees { id: "x" code: "LP01" })");
  EXPECT_THAT(MatchElements(WithFees(), reported, ""), IsEmpty());
  EXPECT_EQ(reported.fees(0).id(), "tp-2");
  EXPECT_EQ(reported.fees(1).id(), "x") << "who gives an id means it";
  EXPECT_EQ(reported.fees(0).paid_vnd(), 7000);
}

TEST(MatchFeesTest, APaymentByCodeMergesLikeOneById) {
  Dossier reported = Parsed(R"(fees { code: "LP02" paid_vnd: 7000 payment_reference: "GD-1" })");
  ASSERT_THAT(MatchElements(WithFees(), reported, ""), IsEmpty());
  const MergeResult first = MergeAll(WithFees(), reported, WriterFor(Part::kOrigin));
  EXPECT_THAT(first.proposals, IsEmpty());
  EXPECT_EQ(first.next.fees(1).paid_vnd(), 7000);
  EXPECT_EQ(first.next.fees(1).collector(), "online");
  Dossier again = Parsed(R"(fees { code: "LP02" paid_vnd: 7000 payment_reference: "GD-1" })");
  ASSERT_THAT(MatchElements(first.next, again, ""), IsEmpty());
  const MergeResult second = MergeAll(first.next, again, WriterFor(Part::kOrigin));
  EXPECT_FALSE(second.changed);
  EXPECT_THAT(second.proposals, IsEmpty());
}

TEST(MatchFeesTest, NoLineOrSeveralIsAFaultThatNamesTheField) {
  Dossier stored = WithFees();
  *stored.add_fees() = Parsed(R"(fees { id: "nv-1" code: "LP01" })").fees(0);
  Dossier reported = Parsed(R"(
      fees { id: "tp-1" } fees { code: "LP09" } fees { code: "LP01" } fees { code: "LP03" })");
  EXPECT_THAT(MatchElements(stored, reported, "dossier."),
              ElementsAre(Violation("dossier.fees[1].code", "names 0 fee lines"),
                          Violation("dossier.fees[2].code", "names 2 fee lines"),
                          Violation("dossier.fees[3].code", "names 0 fee lines")));
  for (int i = 1; i < 4; ++i) EXPECT_FALSE(reported.fees(i).has_id());
}

TEST(MatchFeesTest, ALineWithNeitherIdNorCodeIsLeftToValidation) {
  Dossier reported = Parsed("fees { paid_vnd: 7000 }");
  EXPECT_THAT(MatchElements(WithFees(), reported, ""), IsEmpty());
  EXPECT_FALSE(reported.fees(0).has_id());
}

// One round that was answered, one that was taken back, and `waiting` that wait.
Dossier WithRounds(int waiting) {
  Dossier dossier = DossierAt(Stage::kAccepted);
  dossier.MergeFrom(Parsed(R"(
      supplements { id: "bs-1" content: "invented" answered: true reply_note: "first"
                    received_time { seconds: 1772400000 } paper_ids: "p1" }
      supplements { id: "bs-2" content: "invented" removed: true })"));
  for (int i = 0; i < waiting; ++i) {
    auto& round = *dossier.add_supplements();
    round.set_id("bs-" + std::to_string(3 + i));
    round.set_content("invented");
  }
  return dossier;
}

TEST(MatchRoundsTest, AReplyIsToTheRoundThatWaits) {
  Dossier reported = Parsed(R"(supplements { reply_note: "second" answered: true })");
  EXPECT_THAT(MatchElements(WithRounds(1), reported, ""), IsEmpty());
  EXPECT_EQ(reported.supplements(0).id(), "bs-3");
}

TEST(MatchRoundsTest, TheSameReplyAgainIsToTheSameRound) {
  for (const char* reply :
       {R"(supplements { reply_note: "first" answered: true })",
        R"(supplements { reply_note: "first" answered: true received_time { seconds: 1772400000 }
                         paper_ids: "p1" })"}) {
    Dossier reported = Parsed(reply);
    EXPECT_THAT(MatchElements(WithRounds(0), reported, ""), IsEmpty()) << reply;
    EXPECT_EQ(reported.supplements(0).id(), "bs-1");
  }
}

TEST(MatchRoundsTest, AnotherReplyWithoutARoundThatWaitsIsAFault) {
  for (const char* reply :
       {R"(supplements { reply_note: "second" answered: true })",
        R"(supplements { reply_note: "first" paper_ids: "p2" })",
        R"(supplements { reply_note: "first" paper_ids: "p1" paper_ids: "p2" })"}) {
    Dossier reported = Parsed(reply);
    EXPECT_THAT(MatchElements(WithRounds(0), reported, "dossier."),
                ElementsAre(Violation("dossier.supplements[0].id", "0 supplement rounds wait")))
        << reply;
    EXPECT_FALSE(reported.supplements(0).has_id());
  }
}

TEST(MatchRoundsTest, SeveralThatWaitMustBeToldApart) {
  Dossier reported = Parsed(R"(supplements { id: "bs-4" } supplements { reply_note: "second" })");
  EXPECT_THAT(MatchElements(WithRounds(2), reported, ""),
              ElementsAre(Violation("supplements[1].id", "2 supplement rounds wait")));
}

// As numbers of other systems, and of ours where an id is none: the same for ever.
TEST(RoundNumberTest, FollowsFromTheIdAlone) {
  EXPECT_EQ(RoundNumber("15"), 15);
  EXPECT_EQ(RoundNumber("1073741823"), 1'073'741'823);
  EXPECT_EQ(RoundNumber("bs1"), 1'642'338'025);
  std::set<int64_t> numbers;
  for (const char* id : {"1073741824", "015", "", "bs-1", "bs-2", "nv-000003-bs1", "x"}) {
    EXPECT_GE(RoundNumber(id), 1 << 30) << id;
    EXPECT_LE(RoundNumber(id), INT32_MAX) << id;
    EXPECT_TRUE(numbers.insert(RoundNumber(id)).second) << id;
  }
}

TEST(MatchRoundsTest, AReplyMayNameItsRoundByNumber) {
  Dossier reported;
  auto& reply = *reported.add_supplements();
  reply.set_id(std::to_string(RoundNumber("bs-4")));
  reply.set_reply_note("second");
  EXPECT_THAT(MatchElements(WithRounds(2), reported, ""), IsEmpty());
  EXPECT_EQ(reported.supplements(0).id(), "bs-4");
  for (const std::string& number :
       {std::string("77"), std::to_string(RoundNumber("bs-2")), std::string("bs-9")}) {
    reported.mutable_supplements(0)->set_id(number);
    EXPECT_THAT(MatchElements(WithRounds(2), reported, ""), IsEmpty());
    EXPECT_EQ(reported.supplements(0).id(), number) << "no such round, or one that was taken back";
  }
}

TEST(MatchRoundsTest, ANewRoundIsNoReply) {
  Dossier reported = Parsed(R"(supplements { content: "please add" })");
  EXPECT_THAT(MatchElements(WithRounds(1), reported, ""), IsEmpty());
  EXPECT_FALSE(reported.supplements(0).has_id());
}

TEST(MatchElementsTest, WhatHasIdsStaysAsItIs) {
  const Dossier stored = WithFees();
  Dossier reported = stored;
  EXPECT_THAT(MatchElements(stored, reported, ""), IsEmpty());
  EXPECT_TRUE(MessageDifferencer::Equals(reported, stored));
}

}  // namespace
}  // namespace lienthong::domain
