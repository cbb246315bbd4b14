// Who may write what: for every owner that the schema declares, every part and every stage of the
// work.
#include "gateway/domain/ownership.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/status_graph.textproto.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using dossier::v1::Dossier;
using options::v1::Owner;
using Graph = v1::StatusGraph;
using Parts = std::set<Part>;

// The table: who owns what is owned by a part, at each stage.
const std::map<Owner, std::map<Stage, Parts>>& OwnersByStage() {
  constexpr Part kO = Part::kOrigin, kR = Part::kReceiving, kL = Part::kLead, kN = Part::kNextLead,
                 kC = Part::kCooperating;
  static const auto& table = *new std::map<Owner, std::map<Stage, Parts>>{
      {options::v1::OWNER_GATEWAY,
       {{Stage::kSubmitted, {}},
        {Stage::kAccepted, {}},
        {Stage::kAsked, {}},
        {Stage::kLed, {}},
        {Stage::kHandingOver, {}}}},
      {options::v1::OWNER_ORIGIN,
       {{Stage::kSubmitted, {kO}},
        {Stage::kAccepted, {kO}},
        {Stage::kAsked, {kO}},
        {Stage::kLed, {kO}},
        {Stage::kHandingOver, {kO}}}},
      {options::v1::OWNER_APPLICANT_DATA,
       {{Stage::kSubmitted, {kO}},
        {Stage::kAccepted, {kR}},
        {Stage::kAsked, {kR}},
        {Stage::kLed, {kR}},
        {Stage::kHandingOver, {kR}}}},
      {options::v1::OWNER_RECEIVING,
       {{Stage::kSubmitted, {kR}},
        {Stage::kAccepted, {kR}},
        {Stage::kAsked, {kR}},
        {Stage::kLed, {kR}},
        {Stage::kHandingOver, {kR}}}},
      // Whoever is asked to lead may act with the same packet that accepts.
      {options::v1::OWNER_LEAD,
       {{Stage::kSubmitted, {kR}},
        {Stage::kAccepted, {kR}},
        {Stage::kAsked, {kR, kL}},
        {Stage::kLed, {kL}},
        {Stage::kHandingOver, {kL, kN}}}},
      {options::v1::OWNER_STAGE,
       {{Stage::kSubmitted, {kR}},
        {Stage::kAccepted, {kR}},
        {Stage::kAsked, {kR, kL}},
        {Stage::kLed, {kL}},
        {Stage::kHandingOver, {kL, kN}}}},
      // Elements of lists, new ones.
      {options::v1::OWNER_AUTHOR,
       {{Stage::kSubmitted, {kO, kR}},
        {Stage::kAccepted, {kO, kR}},
        {Stage::kAsked, {kO, kR, kL, kC}},
        {Stage::kLed, {kO, kR, kL, kC}},
        {Stage::kHandingOver, {kO, kR, kL, kN, kC}}}},
      // Work is given out by who routes: a cooperating agency cannot make itself the lead.
      {options::v1::OWNER_ROUTER,
       {{Stage::kSubmitted, {kR}},
        {Stage::kAccepted, {kR}},
        {Stage::kAsked, {kR, kL}},
        {Stage::kLed, {kR, kL}},
        {Stage::kHandingOver, {kR, kL, kN}}}},
      {options::v1::OWNER_REPLIER,
       {{Stage::kSubmitted, {kO, kR}},
        {Stage::kAccepted, {kO, kR}},
        {Stage::kAsked, {kO, kR}},
        {Stage::kLed, {kO, kR}},
        {Stage::kHandingOver, {kO, kR}}}},
      {options::v1::OWNER_COLLECTOR,
       {{Stage::kSubmitted, {kO, kR}},
        {Stage::kAccepted, {kO, kR}},
        {Stage::kAsked, {kO, kR, kL, kC}},
        {Stage::kLed, {kO, kR, kL, kC}},
        {Stage::kHandingOver, {kO, kR, kL, kN, kC}}}},
  };
  return table;
}

// Merges one field into a dossier and says whether it came out as owned or as proposed.
void ExpectOwned(const Dossier& current, const std::string& path, const std::string& value,
                 Part part, bool owned) {
  const MergeResult result = MergeField(current, path, value, WriterFor(part));
  const Owner owner = RulesOf(path)->owner();
  if (owned) {
    EXPECT_EQ(GetField(result.next, path), value);
    EXPECT_THAT(result.paths, Contains(path));
    EXPECT_THAT(result.proposals, IsEmpty());
    return;
  }
  EXPECT_EQ(GetField(result.next, path), GetField(current, path));
  EXPECT_FALSE(result.changed) << ::testing::PrintToString(result.paths);
  if (owner == options::v1::OWNER_GATEWAY) {
    EXPECT_THAT(result.proposals, IsEmpty()) << "what is the gateway's is ignored";
    return;
  }
  ASSERT_THAT(PathsOf(result.proposals), ElementsAre(path));
  EXPECT_EQ(result.proposals[0].owner, options::v1::Owner_Name(owner));
  EXPECT_EQ(result.proposals[0].proposed_value, value);
  EXPECT_EQ(result.proposals[0].stored_value, GetField(current, path).value_or(""));
}

TEST(OwnershipTest, EveryFieldOfEveryOwnerAtEveryStage) {
  Dossier filled;
  lienthong::testing::Fill(filled);
  std::map<Owner, int> tried;
  for (const std::string& schema_path : SchemaPaths()) {
    const auto row = OwnersByStage().find(RulesOf(schema_path)->owner());
    if (row == OwnersByStage().end()) continue;  // ISSUER, ASSIGNEE, TRANSITION: below
    const std::string path = absl::StrReplaceAll(schema_path, {{"[]", "[e1]"}});
    const std::string value = GetField(filled, path).value();
    for (const Stage stage : kStages) {
      const Dossier current = DossierAt(stage);
      if (GetField(current, path).has_value()) continue;  // set once: ImmutableOrigin below
      for (const Part part : kParts) {
        SCOPED_TRACE(absl::StrCat(path, " by the ", NameOf(part), ", ", NameOf(stage)));
        ExpectOwned(current, path, value, part, row->second.at(stage).contains(part));
      }
    }
    ++tried[row->first];
  }
  for (const auto& [owner, stages] : OwnersByStage()) {
    EXPECT_GT(tried[owner], 0) << options::v1::Owner_Name(owner) << " was not tried";
  }
}

TEST(OwnershipTest, EveryOwnerOfTheSchemaIsTested) {
  std::set<Owner> known = {options::v1::OWNER_ISSUER, options::v1::OWNER_ASSIGNEE,
                           options::v1::OWNER_TRANSITION};
  for (const auto& [owner, stages] : OwnersByStage()) known.insert(owner);
  for (int number = 1; number < options::v1::Owner_ARRAYSIZE; ++number) {
    EXPECT_TRUE(known.contains(static_cast<Owner>(number)))
        << options::v1::Owner_Name(static_cast<Owner>(number)) << " has no test";
  }
}

TEST(OwnershipTest, FactsOfOriginDoNotChangeOnceSet) {
  for (const Stage stage : kStages) {
    for (const Part part : kParts) {
      SCOPED_TRACE(absl::StrCat(NameOf(part), ", ", NameOf(stage)));
      ExpectOwned(DossierAt(stage), "reception.agency", "H29.X05", part, false);
    }
  }
}

TEST(OwnershipTest, AnElementIsItsAuthors) {
  for (const char* list : {"fees", "supplements", "steps", "pauses", "requests"}) {
    for (const Stage stage : kStages) {
      for (const Part author : kParts) {
        Dossier current = DossierAt(stage);
        const std::string element = absl::StrCat(list, "[e1].");
        ASSERT_TRUE(SetField(current, element + "author", WriterFor(author).system).ok());
        const std::string path = element + (std::string(list) == "fees"     ? "name"
                                            : std::string(list) == "pauses" ? "note"
                                                                            : "content");
        for (const Part part : kParts) {
          SCOPED_TRACE(absl::StrCat(path, " of the ", NameOf(author), " by the ", NameOf(part),
                                    ", ", NameOf(stage)));
          ExpectOwned(current, path, "invented", part, part == author);
        }
      }
    }
  }
}

TEST(OwnershipTest, AnAssignmentIsItsRouters) {
  for (const Stage stage : kStages) {
    for (const Part author : kParts) {
      Dossier current = DossierAt(stage);
      ASSERT_TRUE(SetField(current, "assignments[e1].agency", "H29.X08").ok());
      ASSERT_TRUE(SetField(current, "assignments[e1].author", WriterFor(author).system).ok());
      for (const Part part : kParts) {
        SCOPED_TRACE(absl::StrCat("routed by the ", NameOf(author), ", changed by the ",
                                  NameOf(part), ", ", NameOf(stage)));
        ExpectOwned(current, "assignments[e1].due_time", "2026-03-09T01:15:00Z", part,
                    part == author);
      }
    }
  }
}

TEST(OwnershipTest, AnElementWithoutAuthorIsWhoeversThatMayAddOne) {
  const std::map<std::string, Owner> paths = {{"steps[e1].content", options::v1::OWNER_AUTHOR},
                                              {"assignments[e1].role", options::v1::OWNER_ROUTER}};
  for (const Stage stage : kStages) {
    Dossier current = DossierAt(stage);
    ASSERT_TRUE(SetField(current, "steps[e1].officer", "invented").ok());
    ASSERT_TRUE(SetField(current, "assignments[e1].agency", "H29.X08").ok());
    for (const auto& [path, owner] : paths) {
      for (const Part part : kParts) {
        SCOPED_TRACE(absl::StrCat(path, " by the ", NameOf(part), ", ", NameOf(stage)));
        ExpectOwned(current, path, "1", part, OwnersByStage().at(owner).at(stage).contains(part));
      }
    }
  }
}

TEST(OwnershipTest, OnlyTheCollectorChangesAPayment) {
  for (const Stage stage : kStages) {
    Dossier current = DossierAt(stage);
    ASSERT_TRUE(SetField(current, "fees[e1].collector", "city").ok());
    ASSERT_TRUE(SetField(current, "fees[e1].author", "district").ok());
    ASSERT_TRUE(SetField(current, "fees[e1].paid_vnd", "5000").ok());
    for (const Part part : kParts) {
      SCOPED_TRACE(absl::StrCat(NameOf(part), ", ", NameOf(stage)));
      ExpectOwned(current, "fees[e1].paid_vnd", "7000", part, part == Part::kReceiving);
      ExpectOwned(current, "fees[e1].refunded_vnd", "5000", part, part == Part::kReceiving);
      ExpectOwned(current, "fees[e1].payment_channel", "2", part, part == Part::kReceiving);
    }
  }
}

TEST(OwnershipTest, OnlyTheAssigneeAnswers) {
  const std::map<std::string, Part> assignees = {
      {"a1", Part::kLead}, {"a2", Part::kCooperating}, {"a3", Part::kNextLead}};
  const Dossier current = DossierAt(Stage::kHandingOver);
  for (const auto& [id, assignee] : assignees) {
    for (const char* field : {"answer", "answered_time", "answer_note"}) {
      const std::string path = absl::StrCat("assignments[", id, "].", field);
      const std::string value = std::string(field) == "answer"          ? "3"
                                : std::string(field) == "answered_time" ? "2026-03-02T01:15:00Z"
                                                                        : "invented";
      for (const Part part : kParts) {
        SCOPED_TRACE(absl::StrCat(path, " by the ", NameOf(part)));
        const MergeResult result = MergeField(current, path, value, WriterFor(part));
        EXPECT_EQ(GetField(result.next, path) == value, part == assignee);
        EXPECT_EQ(PathsOf(result.proposals).empty(), part == assignee);
      }
    }
  }
}

TEST(OwnershipTest, TheRouterDoesNotAnswerForTheAssignee) {
  const char* kWanted =
      R"(assignments { id: "n" agency: "H29.X05" role: ROLE_LEAD answer: ANSWER_ACCEPTED })";
  Dossier wanted;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kWanted, &wanted));
  const MergeResult result =
      MergeAll(DossierAt(Stage::kAccepted), wanted, WriterFor(Part::kReceiving));
  ASSERT_EQ(result.next.assignments_size(), 1);
  EXPECT_EQ(result.next.assignments(0).agency(), "H29.X05");
  EXPECT_FALSE(result.next.assignments(0).has_answer());
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("assignments[n].answer"));
}

TEST(OwnershipTest, NobodyMakesAnAssignmentByAnsweringIt) {
  Dossier wanted;
  ASSERT_TRUE(SetField(wanted, "assignments[n].agency", "H29.X07").ok());
  ASSERT_TRUE(SetField(wanted, "assignments[n].role", "1").ok());
  ASSERT_TRUE(SetField(wanted, "assignments[n].answer", "1").ok());
  const MergeResult result =
      MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kCooperating));
  EXPECT_FALSE(result.changed);
  EXPECT_THAT(PathsOf(result.proposals),
              UnorderedElementsAre("assignments[n].agency", "assignments[n].role",
                                   "assignments[n].answer"));
}

// The dossier at kAsked, when the agency that was asked to lead has said no.
Dossier RefusedByLead() {
  return MergeField(DossierAt(Stage::kAsked), "assignments[a1].answer", "2", WriterFor(Part::kLead))
      .next;
}

TEST(OwnershipTest, WhoRefusedAHandOverChangesAndAddsNothing) {
  const Dossier current = RefusedByLead();
  ASSERT_EQ(current.assignments(0).answer(), dossier::v1::Assignment::ANSWER_REFUSED);
  Dossier filled;
  lienthong::testing::Fill(filled);
  int tried = 0;
  for (const std::string& schema_path : SchemaPaths()) {
    const Owner owner = RulesOf(schema_path)->owner();
    if (owner == options::v1::OWNER_GATEWAY || owner == options::v1::OWNER_ISSUER) continue;
    const std::string path = absl::StrReplaceAll(schema_path, {{"[]", "[e1]"}});
    const std::string value = schema_path == "status" ? "4" : GetField(filled, path).value();
    SCOPED_TRACE(path);
    ExpectOwned(current, path, value, Part::kLead, false);
    ++tried;
  }
  EXPECT_GT(tried, 100);
}

TEST(OwnershipTest, WhoRefusedAHandOverKeepsItsOwnWords) {
  Dossier current = RefusedByLead();
  ASSERT_TRUE(SetField(current, "steps[e1].author", "district").ok());
  ExpectOwned(current, "steps[e1].content", "invented", Part::kLead, true);
  ExpectOwned(current, "assignments[a1].answer_note", "invented", Part::kLead, true);
  ExpectOwned(current, "assignments[a1].answer", "1", Part::kLead, true);
}

TEST(OwnershipTest, ACodeIsItsIssuers) {
  for (const Stage stage : kStages) {
    for (const Part issuer : kParts) {
      Dossier wanted;
      auto& code = *wanted.add_codes();
      code.set_id("c");
      code.set_issuer(WriterFor(issuer).system);
      code.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
      code.set_code("NV-000001");
      for (const Part part : kParts) {
        SCOPED_TRACE(absl::StrCat("a code of the ", NameOf(issuer), " by the ", NameOf(part), ", ",
                                  NameOf(stage)));
        const MergeResult result = MergeAll(DossierAt(stage), wanted, WriterFor(part));
        EXPECT_EQ(result.next.codes_size(), part == issuer ? 1 : 0);
        EXPECT_EQ(result.proposals.size(), part == issuer ? 0U : 3U);
      }
    }
  }
}

bool MayMake(Graph::Owner owner, Part part, Stage stage) {
  const auto& table = OwnersByStage();
  const bool receiving = part == Part::kReceiving;
  const bool lead = table.at(options::v1::OWNER_LEAD).at(stage).contains(part);
  switch (owner) {
    case Graph::OWNER_RECEIVING:
      return receiving;
    case Graph::OWNER_LEAD:
      return lead;
    case Graph::OWNER_EITHER:
      return receiving || lead;
    case Graph::OWNER_ORIGIN:
      return part == Part::kOrigin;
    default:
      return false;
  }
}

TEST(OwnershipTest, EveryChangeOfStatusIsItsOwners) {
  Graph data;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      std::string(embedded::kStatusGraphTextproto), &data));
  for (const Graph::Edge& edge : data.edges()) {
    if (edge.from() == dossier::v1::STATUS_UNSPECIFIED) continue;  // a new dossier: merge_test
    for (const Stage stage : kStages) {
      Dossier current = DossierAt(stage);
      current.set_status(edge.from());
      for (const Part part : kParts) {
        SCOPED_TRACE(
            absl::StrCat(edge.ShortDebugString(), " by the ", NameOf(part), ", ", NameOf(stage)));
        const MergeResult result = MergeField(
            current, "status", absl::StrCat(static_cast<int>(edge.to())), WriterFor(part));
        const bool owned = MayMake(edge.owner(), part, stage);
        EXPECT_EQ(result.next.status(), owned ? edge.to() : edge.from());
        EXPECT_EQ(result.status_changed, owned);
        EXPECT_EQ(PathsOf(result.proposals).empty(), owned);
        EXPECT_THAT(result.next.unobserved(), IsEmpty());
      }
    }
  }
}

TEST(ElementTextTest, ReadsBesideAPath) {
  Dossier dossier = DossierAt(Stage::kLed);
  EXPECT_EQ(ElementText(dossier, "assignments[a1].answer", "agency"), "H29.X05");
  EXPECT_EQ(ElementText(dossier, "assignments[a1].answer", "answer_note"), "");
  EXPECT_EQ(ElementText(dossier, "assignments[nope].answer", "agency"), "");
  EXPECT_TRUE(ElementExists(dossier, "assignments[a1].answer"));
  EXPECT_FALSE(ElementExists(dossier, "assignments[nope].answer"));
  EXPECT_FALSE(ElementExists(dossier, "contact.phone"));
}

}  // namespace
}  // namespace lienthong::domain
