#include "gateway/domain/fields.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"
#include "tests/support/status_matchers.h"

namespace lienthong::domain {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Optional;

using dossier::v1::Dossier;

Dossier Filled() {
  Dossier dossier;
  lienthong::testing::Fill(dossier);
  return dossier;
}

TEST(FlattenTest, EveryFieldOfTheSchemaHasAPath) {
  const FieldMap fields = Flatten(Filled());
  EXPECT_GT(SchemaPaths().size(), 100U);
  for (const std::string& path : SchemaPaths()) {
    EXPECT_THAT(fields, Contains(Key(absl::StrReplaceAll(path, {{"[]", "[e1]"}})))) << path;
  }
}

TEST(FlattenTest, NoPathIsWithoutASchema) {
  for (const auto& [path, value] : Flatten(Filled())) {
    std::string generic = absl::StrReplaceAll(path, {{"[e1]", "[]"}, {"[e2]", "[]"}});
    EXPECT_THAT(SchemaPaths(), Contains(generic));
    EXPECT_NE(RulesOf(path), nullptr) << path;
  }
}

TEST(FlattenTest, ADossierIsRebuiltFromItsFields) {
  const Dossier filled = Filled();
  Dossier rebuilt;
  for (const auto& [path, value] : Flatten(filled)) {
    ASSERT_THAT(SetField(rebuilt, path, value), IsOk()) << path;
    EXPECT_THAT(GetField(rebuilt, path), Optional(value)) << path;
  }
  MessageDifferencer differences;
  std::string report;
  differences.ReportDifferencesToString(&report);
  EXPECT_TRUE(differences.Compare(filled, rebuilt)) << report;
}

TEST(FlattenTest, ReadingAFieldEqualsItsFlattenedValue) {
  const Dossier filled = Filled();
  for (const auto& [path, value] : Flatten(filled)) {
    EXPECT_THAT(GetField(filled, path), Optional(value)) << path;
  }
}

TEST(FlattenTest, ValuesAreWrittenAsPromised) {
  Dossier dossier;
  dossier.mutable_contact()->set_phone("");
  dossier.set_status(dossier::v1::STATUS_RETURNED);
  dossier.set_has_digitized_papers(false);
  dossier.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'414'100);
  dossier::v1::SupplementRound& round = *dossier.add_supplements();
  round.set_id("nv-7");
  round.add_paper_ids("a");
  round.add_paper_ids("b");
  const FieldMap expected = {{"contact.phone", ""},
                             {"deadline.promised_due", "2026-03-02T01:15:00Z"},
                             {"has_digitized_papers", "false"},
                             {"status", "10"},
                             {"supplements[nv-7].paper_ids",
                              "a\x1f"
                              "b"}};
  EXPECT_EQ(Flatten(dossier), expected);
}

TEST(FlattenTest, ElementsWithoutIdHaveNoPath) {
  Dossier dossier;
  dossier.add_steps()->set_content("invented");
  EXPECT_THAT(Flatten(dossier), IsEmpty());
}

TEST(GetFieldTest, WhatIsNotSetHasNoValue) {
  Dossier dossier;
  dossier.add_steps()->set_id("nv-1");
  for (const std::string& path : SchemaPaths()) {
    EXPECT_THAT(GetField(dossier, absl::StrReplaceAll(path, {{"[]", "[nv-1]"}})), Eq(std::nullopt))
        << path;
  }
}

TEST(GetFieldTest, TouchesNothing) {
  Dossier dossier;
  EXPECT_THAT(GetField(dossier, "steps[nv-1].content"), Eq(std::nullopt));
  EXPECT_THAT(GetField(dossier, "contact.phone"), Eq(std::nullopt));
  EXPECT_EQ(dossier.steps_size(), 0);
  EXPECT_FALSE(dossier.has_contact());
}

class UnknownPathTest : public ::testing::TestWithParam<const char*> {};

TEST_P(UnknownPathTest, IsNamedAndTouchesNothing) {
  Dossier dossier;
  EXPECT_THAT(SetField(dossier, GetParam(), "1"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam())));
  EXPECT_THAT(ClearField(dossier, GetParam()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam())));
  EXPECT_THAT(GetField(dossier, GetParam()), Eq(std::nullopt));
  EXPECT_EQ(RulesOf(GetParam()), nullptr);
  EXPECT_EQ(dossier.ByteSizeLong(), 0U) << dossier.ShortDebugString();
}

INSTANTIATE_TEST_SUITE_P(Paths, UnknownPathTest,
                         ::testing::Values("nope", "contact", "contact.", "contact.nope",
                                           "contact.phone.area", "contact[x].phone", "steps",
                                           "steps.content", "steps[x]", "steps[x].", "steps[x",
                                           "steps]x[.content", "steps[x]content", "steps[x].nope",
                                           "applicant.identities.number", "papers[x].file",
                                           "papers[x].file.nope"));

TEST(SetFieldTest, AnElementNeedsAnId) {
  Dossier dossier;
  EXPECT_THAT(SetField(dossier, "steps[].content", "invented"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("steps[].content")));
  EXPECT_EQ(dossier.steps_size(), 0);
}

TEST(SetFieldTest, ABadValueNamesThePathAndWhatWasExpected) {
  const std::vector<std::vector<std::string>> cases = {
      {"papers[p].quantity", "many", "32-bit integer"},
      {"papers[p].quantity", "4294967296", "32-bit integer"},
      {"fees[f].amount_vnd", "12đ", "64-bit integer"},
      {"has_digitized_papers", "1", "true or false"},
      {"status", "STATUS_ACCEPTED", "an enum number"},
      {"deadline.promised_due", "02/03/2026", "RFC 3339"},
  };
  for (const auto& bad : cases) {
    Dossier dossier;
    EXPECT_THAT(SetField(dossier, bad[0], bad[1]),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         ::testing::AllOf(HasSubstr(bad[0]), HasSubstr(bad[2]))));
  }
}

TEST(SetFieldTest, FieldsOfOneElementShareIt) {
  Dossier dossier;
  ASSERT_THAT(SetField(dossier, "steps[nv-1].content", "a"), IsOk());
  ASSERT_THAT(SetField(dossier, "steps[nv-2].content", "b"), IsOk());
  ASSERT_THAT(SetField(dossier, "steps[nv-1].officer", "c"), IsOk());
  ASSERT_EQ(dossier.steps_size(), 2);
  EXPECT_EQ(dossier.steps(0).id(), "nv-1");
  EXPECT_EQ(dossier.steps(0).content(), "a");
  EXPECT_EQ(dossier.steps(0).officer(), "c");
  EXPECT_EQ(dossier.steps(1).content(), "b");
}

TEST(SetFieldTest, AnIdMayHoldDotsAndColons) {
  Dossier dossier;
  ASSERT_THAT(SetField(dossier, "steps[x05.a:b-1_2].content", "a"), IsOk());
  EXPECT_EQ(dossier.steps(0).id(), "x05.a:b-1_2");
  EXPECT_THAT(GetField(dossier, "steps[x05.a:b-1_2].content"), Optional(std::string("a")));
}

TEST(SetFieldTest, AListOfTextsIsReplacedWhole) {
  Dossier dossier;
  ASSERT_THAT(SetField(dossier, "supplements[b].paper_ids",
                       "a\x1f"
                       "b"),
              IsOk());
  ASSERT_THAT(SetField(dossier, "supplements[b].paper_ids", "c"), IsOk());
  EXPECT_THAT(dossier.supplements(0).paper_ids(), ::testing::ElementsAre("c"));
}

TEST(SetFieldTest, AnEnumNumberWeDoNotKnowIsKept) {
  Dossier dossier;
  ASSERT_THAT(SetField(dossier, "status", "99"), IsOk());
  EXPECT_THAT(GetField(dossier, "status"), Optional(std::string("99")));
}

TEST(ClearFieldTest, EveryFieldCanBeCleared) {
  Dossier dossier = Filled();
  for (const auto& [path, value] : Flatten(dossier)) {
    ASSERT_THAT(ClearField(dossier, path), IsOk());
    EXPECT_THAT(GetField(dossier, path), Eq(std::nullopt)) << path;
    EXPECT_THAT(ClearField(dossier, path), IsOk()) << "again: " << path;
  }
  EXPECT_THAT(Flatten(dossier), IsEmpty());
}

TEST(SplitPathTest, TakesElementsApart) {
  const PathParts plain = SplitPath("contact.phone");
  EXPECT_EQ(plain.list, "");
  EXPECT_EQ(plain.rest, "contact.phone");
  const PathParts element = SplitPath("papers[nv-7].file.source");
  EXPECT_EQ(element.list, "papers");
  EXPECT_EQ(element.element, "nv-7");
  EXPECT_EQ(element.rest, "file.source");
  const PathParts nested = SplitPath("applicant.identities[a].number");
  EXPECT_EQ(nested.list, "applicant.identities");
  EXPECT_EQ(nested.rest, "number");
}

TEST(RulesOfTest, EveryPathHasAnOwner) {
  for (const std::string& path : SchemaPaths()) {
    ASSERT_NE(RulesOf(path), nullptr) << path;
    EXPECT_NE(RulesOf(path)->owner(), options::v1::OWNER_UNSPECIFIED) << path;
  }
}

TEST(RulesOfTest, TheOwnerComesFromTheNearestThatNamesOne) {
  const std::vector<std::pair<std::string, options::v1::Owner>> cases = {
      {"contact.phone", options::v1::OWNER_APPLICANT_DATA},
      {"applicant.identities[x].number", options::v1::OWNER_APPLICANT_DATA},
      {"reception.officer", options::v1::OWNER_RECEIVING},
      {"reception.agency", options::v1::OWNER_ORIGIN},
      {"reception.system", options::v1::OWNER_GATEWAY},
      {"outcome.finished_time", options::v1::OWNER_LEAD},
      {"outcome.returned_time", options::v1::OWNER_RECEIVING},
      {"fees[x].amount_vnd", options::v1::OWNER_AUTHOR},
      {"fees[x].paid_vnd", options::v1::OWNER_COLLECTOR},
      {"papers[x].file.source", options::v1::OWNER_APPLICANT_DATA},
      {"papers[x].file.fetch_state", options::v1::OWNER_GATEWAY},
      {"assignments[x].answer", options::v1::OWNER_ASSIGNEE},
      {"supplements[x].reply_note", options::v1::OWNER_REPLIER},
      {"codes[x].code", options::v1::OWNER_ISSUER},
      {"status", options::v1::OWNER_TRANSITION},
  };
  for (const auto& [path, owner] : cases) {
    ASSERT_NE(RulesOf(path), nullptr) << path;
    EXPECT_EQ(RulesOf(path)->owner(), owner) << path;
  }
}

TEST(RulesOfTest, KnowsThatAnIdIsNoFieldOfItsOwn) { EXPECT_EQ(RulesOf("steps[x].id"), nullptr); }

}  // namespace
}  // namespace lienthong::domain
