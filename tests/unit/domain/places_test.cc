// Elements of lists that have no ids at a counterpart.
#include "gateway/domain/places.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/domain/matching.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;

Dossier Written(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier)) << text;
  return dossier;
}

// The ids of all fees, papers, look-ups and identities that a report means, in its order.
std::vector<std::string> Meant(const std::string& stored, const std::string& reported) {
  Dossier said = Written(reported);
  MarkPlaces(said);
  EXPECT_TRUE(HasPlaces(said));
  MatchPlaces(Written(stored), said, nullptr);
  EXPECT_FALSE(HasPlaces(said));
  std::vector<std::string> ids;
  for (const auto& element : said.fees()) ids.push_back(element.id());
  for (const auto& element : said.other_papers()) ids.push_back(element.id());
  for (const auto& element : said.database_lookups()) ids.push_back(element.id());
  for (const auto& element : said.applicant().identities()) ids.push_back(element.id());
  return ids;
}

constexpr char kTwoFees[] = R"(
    fees { id: "x:n1" code: "P1" name: "A" amount_vnd: 10000 paid_vnd: 10000 author: "x" }
    fees { id: "x:n2" code: "P2" name: "B" amount_vnd: 500000 author: "x" })";

TEST(MatchPlacesTest, ALineKeepsItsIdWhereverItStands) {
  EXPECT_THAT(Meant(kTwoFees, R"(fees { id: "x:n1" code: "P1" amount_vnd: 10000 }
                                 fees { id: "x:n2" code: "P2" amount_vnd: 500000 })"),
              ElementsAre("x:n1", "x:n2"));
  EXPECT_THAT(Meant(kTwoFees, R"(fees { id: "x:n1" code: "P2" })"), ElementsAre("x:n2"));
  EXPECT_THAT(Meant(kTwoFees, R"(fees { id: "x:n1" code: "P2" } fees { id: "x:n2" code: "P1" })"),
              ElementsAre("x:n2", "x:n1"));
  EXPECT_THAT(Meant(kTwoFees, R"(fees { id: "x:n1" code: "P2" amount_vnd: 7 })"),
              ElementsAre("x:n2"))
      << "its amount was corrected";
}

TEST(MatchPlacesTest, AnInsertedLineIsNew) {
  EXPECT_THAT(Meant(kTwoFees, R"(fees { id: "x:n1" code: "P3" } fees { id: "x:n2" code: "P1" }
                                 fees { id: "x:n3" code: "P2" } fees { id: "x:n4" code: "P4" })"),
              ElementsAre("x:n3", "x:n1", "x:n2", "x:n4"));
  EXPECT_THAT(Meant("", R"(fees { id: "x:n1" code: "P3" } fees { id: "x:n2" code: "P1" })"),
              ElementsAre("x:n1", "x:n2"));
}

TEST(MatchPlacesTest, ALineMayBeOneOfAnotherSystem) {
  EXPECT_THAT(Meant(R"(fees { id: "tp-1" code: "P1" })",
                    R"(fees { id: "x:n1" code: "P2" } fees { id: "x:n2" code: "P1" })"),
              ElementsAre("x:n1", "tp-1"));
}

TEST(MatchPlacesTest, OfSeveralWithOneCodeFirstTheOneThatSaysTheSameThenInTheirOrder) {
  const std::string stored = R"(fees { id: "n1" code: "P" amount_vnd: 10 }
                                fees { id: "n2" code: "P" amount_vnd: 20 })";
  EXPECT_THAT(Meant(stored, R"(fees { id: "n1" code: "P" amount_vnd: 20 })"), ElementsAre("n2"));
  EXPECT_THAT(Meant(stored, R"(fees { id: "n1" code: "P" amount_vnd: 20 }
                               fees { id: "n2" code: "P" amount_vnd: 10 })"),
              ElementsAre("n2", "n1"));
  EXPECT_THAT(Meant(stored, R"(fees { id: "n1" code: "P" amount_vnd: 30 }
                               fees { id: "n2" code: "P" amount_vnd: 40 }
                               fees { id: "n3" code: "P" amount_vnd: 50 })"),
              ElementsAre("n1", "n2", "n3"));
  EXPECT_THAT(Meant(R"(fees { id: "n1" code: "P" } fees { id: "n2" code: "P" })",
                    R"(fees { id: "n1" code: "P" } fees { id: "n2" code: "P" })"),
              ElementsAre("n1", "n2"));
}

TEST(MatchPlacesTest, ARemovedLineIsMeantWhenThereIsNoOther) {
  EXPECT_THAT(Meant(R"(fees { id: "n1" code: "P" removed: true } fees { id: "n2" code: "P" })",
                    R"(fees { id: "n1" code: "P" } fees { id: "n2" code: "P" })"),
              ElementsAre("n2", "n1"));
  EXPECT_THAT(Meant(R"(fees { id: "n1" code: "P" removed: true })",
                    R"(fees { id: "n1" code: "Q" } fees { id: "n2" code: "P" })"),
              ElementsAre("n2", "n1"))
      << "what is new takes no id that was used";
}

TEST(MatchPlacesTest, LinesWithoutACodeAreMatchedAmongThemselves) {
  const std::string stored = R"(fees { id: "x:n1" code: "P1" } fees { id: "x:n2" amount_vnd: 5 }
                                fees { id: "x:n3" amount_vnd: 6 } fees { id: "tp" amount_vnd: 9 })";
  EXPECT_THAT(Meant(stored, R"(fees { id: "x:n1" amount_vnd: 7 } fees { id: "x:n2" amount_vnd: 8 }
                               fees { id: "x:n3" amount_vnd: 4 } fees { id: "x:n4" code: "P1" })"),
              ElementsAre("x:n2", "x:n3", "x:n4", "x:n1"))
      << "and never with another system's";
  EXPECT_THAT(Meant(stored, R"(fees { id: "x:n1" amount_vnd: 6 })"), ElementsAre("x:n3"));
}

TEST(MatchPlacesTest, IdentitiesByKindAndNumberElseByKind) {
  const std::string stored = R"(applicant {
      identities { id: "n1" kind: KIND_CITIZEN_ID number: "000000000001" }
      identities { id: "n2" kind: KIND_OLD_IDENTITY_CARD number: "000000002" } })";
  EXPECT_THAT(Meant(stored, R"(applicant {
      identities { id: "n1" kind: KIND_OLD_IDENTITY_CARD number: "000000002" } })"),
              ElementsAre("n2"));
  EXPECT_THAT(Meant(stored, R"(applicant {
      identities { id: "n1" kind: KIND_OLD_IDENTITY_CARD number: "000000003" } })"),
              ElementsAre("n2"))
      << "a corrected number";
  EXPECT_THAT(Meant(stored, R"(applicant {
      identities { id: "n1" kind: KIND_CITIZEN_ID number: "000000000009" }
      identities { id: "n2" kind: KIND_CITIZEN_ID number: "000000000001" } })"),
              ElementsAre("n3", "n1"))
      << "two of a kind";
}

TEST(MatchPlacesTest, DatabasesByCodeAndOtherPapersByName) {
  EXPECT_THAT(Meant(R"(database_lookups { id: "n1" database_code: "7" }
                       database_lookups { id: "n2" database_code: "1" })",
                    R"(database_lookups { id: "n1" database_code: "1" })"),
              ElementsAre("n2"));
  EXPECT_THAT(Meant(R"(other_papers { id: "n1" name: "A" quantity: 1 }
                       other_papers { id: "n2" name: "B" quantity: 1 })",
                    R"(other_papers { id: "n1" name: "B" quantity: 2 }
                       other_papers { id: "n2" name: "C" quantity: 1 })"),
              ElementsAre("n2", "n3"));
}

TEST(MatchPlacesTest, ReferencesAndClearedFieldsFollow) {
  Dossier said = Written(R"(
      fees { id: "x:n1" code: "P3" } fees { id: "x:n2" code: "P1" } fees { id: "b-n1" code: "P4" }
      supplements { id: "b" fee_ids: "x:n1" fee_ids: "x:n2" fee_ids: "b-n1" fee_ids: "tp-9" })");
  std::vector<std::string> cleared = {"fees[x:n2].name", "fees[x:n1].name", "subject",
                                      "papers[x:n2].name"};
  MarkPlaces(said);
  MatchPlaces(Written(kTwoFees), said, &cleared);
  EXPECT_THAT(said.supplements(0).fee_ids(), ElementsAre("x:n3", "x:n1", "b-n1", "tp-9"));
  EXPECT_THAT(cleared,
              ElementsAre("fees[x:n1].name", "fees[x:n3].name", "subject", "papers[x:n2].name"));
}

TEST(MatchPlacesTest, WhatHasAnIdOfItsOwnKeepsIt) {
  Dossier said = Written(R"(fees { id: "x:n1" code: "P2" } papers { id: "x:n1" })");
  EXPECT_FALSE(HasPlaces(said));
  MatchPlaces(Written(kTwoFees), said, nullptr);
  EXPECT_EQ(said.fees(0).id(), "x:n1");
  MarkPlaces(said);
  EXPECT_EQ(said.papers(0).id(), "x:n1");
}

// A report of a link with both: a whole line, and a payment that names its line by the code.
TEST(MatchPlacesTest, ReportsOfLinksAreMatchedToo) {
  Dossier said = Written(R"(fees { id: "dvc-n1*" code: "P2" } fees { code: "P1" paid_vnd: 1 }
                           fees { id: "dvc-n2*" code: "P3" })");
  EXPECT_THAT(MatchElements(Written(kTwoFees), said, ""), IsEmpty());
  EXPECT_EQ(said.fees(0).id(), "x:n2");
  EXPECT_EQ(said.fees(1).id(), "x:n1");
  EXPECT_EQ(said.fees(2).id(), "dvc-n2");
}

}  // namespace
}  // namespace lienthong::domain
