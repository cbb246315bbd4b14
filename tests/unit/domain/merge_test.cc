#include "gateway/domain/merge.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

using dossier::v1::Dossier;

Dossier WithPhone(const std::string& phone) {
  Dossier dossier = DossierAt(Stage::kAccepted);
  dossier.mutable_contact()->set_phone(phone);
  dossier.mutable_contact()->set_email("mau@example.invalid");
  return dossier;
}

Dossier Wanted(const std::string& path, const std::string& value) {
  Dossier dossier;
  EXPECT_THAT(SetField(dossier, path, value), IsOk());
  return dossier;
}

TEST(MergeTest, WhatIsEqualChangesNothingWhoeverSaysIt) {
  const Dossier current = WithPhone("0900000001");
  for (const Part part : kParts) {
    const MergeResult result = MergeAll(current, current, WriterFor(part));
    EXPECT_FALSE(result.changed) << NameOf(part);
    EXPECT_THAT(result.paths, IsEmpty());
    EXPECT_THAT(result.proposals, IsEmpty());
    EXPECT_TRUE(MessageDifferencer::Equals(result.next, current)) << NameOf(part);
  }
}

TEST(MergeTest, AbsenceClearsNothing) {
  const MergeResult result =
      MergeAll(WithPhone("0900000001"), Wanted("note", "invented"), WriterFor(Part::kReceiving));
  EXPECT_EQ(result.next.contact().phone(), "0900000001");
  EXPECT_THAT(result.paths, ElementsAre("note"));
}

TEST(MergeTest, ClearingIsSaid) {
  const MergeResult result =
      MergeClear(WithPhone("0900000001"), "contact.phone", WriterFor(Part::kReceiving));
  EXPECT_FALSE(result.next.contact().has_phone());
  EXPECT_EQ(result.next.contact().email(), "mau@example.invalid");
  EXPECT_THAT(result.paths, ElementsAre("contact.phone"));
  EXPECT_TRUE(result.changed);
}

TEST(MergeTest, ClearingWhatIsNotSetIsNoChange) {
  const MergeResult result =
      MergeClear(DossierAt(Stage::kAccepted), "contact.phone", WriterFor(Part::kStranger));
  EXPECT_FALSE(result.changed);
  EXPECT_THAT(result.proposals, IsEmpty());
}

TEST(MergeTest, ClearingByWhoDoesNotOwnItIsAProposal) {
  const MergeResult result =
      MergeClear(WithPhone("0900000001"), "contact.phone", WriterFor(Part::kLead));
  EXPECT_FALSE(result.changed);
  ASSERT_THAT(PathsOf(result.proposals), ElementsAre("contact.phone"));
  EXPECT_EQ(result.proposals[0].stored_value, "0900000001");
  EXPECT_EQ(result.proposals[0].proposed_value, "");
}

TEST(MergeTest, AStatusIsNotCleared) {
  const MergeResult result =
      MergeClear(DossierAt(Stage::kAccepted), "status", WriterFor(Part::kReceiving));
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("status"));
}

TEST(MergeTest, TheOwnedPartOfAMixedChangeApplies) {
  Dossier wanted = Wanted("contact.phone", "0900000009");
  ASSERT_THAT(SetField(wanted, "outcome.tax_result", "invented"), IsOk());
  ASSERT_THAT(SetField(wanted, "steps[nv-1].content", "invented"), IsOk());
  Dossier current = DossierAt(Stage::kLed);
  current.mutable_contact()->set_phone("0900000001");
  const MergeResult result = MergeAll(current, wanted, WriterFor(Part::kLead));
  EXPECT_THAT(result.paths,
              ElementsAre("outcome.tax_result", "steps[nv-1].author", "steps[nv-1].content"));
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("contact.phone"));
}

TEST(MergeTest, FieldsAreJudgedByTheStoredDossierNotByHalfOfTheChange) {
  // The same packet accepts the hand-over by another agency and writes what only the lead may.
  Dossier wanted = Wanted("assignments[a2].answer", "1");
  ASSERT_THAT(SetField(wanted, "outcome.tax_result", "invented"), IsOk());
  const MergeResult result =
      MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kCooperating));
  EXPECT_THAT(result.paths, Contains("assignments[a2].answer"));
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("outcome.tax_result"));
}

TEST(MergeTest, AnUnknownPathIsAnErrorThatNamesIt) {
  for (const bool clears : {false, true}) {
    Change change;
    change.clear = clears ? std::vector<std::string>{"contact.nope"} : std::vector<std::string>{};
    change.set = clears ? std::vector<std::string>{} : std::vector<std::string>{"contact.nope"};
    const auto result = Merge(DossierAt(Stage::kLed), change, WriterFor(Part::kReceiving),
                              StatusGraph::Shipped(), MergeTime());
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("contact.nope")));
  }
}

TEST(MergeTest, WhatIsImmutableDoesNotChangeEvenForItsIssuer) {
  Dossier current = DossierAt(Stage::kLed);
  auto& code = *current.add_codes();
  code.set_id("c");
  code.set_issuer("district");
  code.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
  code.set_code("NV-000001");
  auto& request = *current.add_requests();
  request.set_id("r");
  request.set_author("district");
  request.set_content("invented");
  for (const char* path : {"codes[c].code", "codes[c].issuer", "requests[r].content"}) {
    const MergeResult result = MergeField(current, path, "another", WriterFor(Part::kLead));
    EXPECT_FALSE(result.changed) << path;
    EXPECT_THAT(PathsOf(result.proposals), ElementsAre(path));
    EXPECT_FALSE(MergeClear(current, path, WriterFor(Part::kLead)).changed) << path;
  }
  EXPECT_THAT(MergeField(current, "assignments[a1].agency", "H29.X06", WriterFor(Part::kReceiving))
                  .proposals,
              ::testing::SizeIs(1));
}

TEST(MergeTest, ANewDossierIsItsWriters) {
  Dossier wanted;
  lienthong::testing::Fill(wanted);
  wanted.mutable_reception()->set_agency("H29.X01");
  const MergeResult result = MergeAll(Dossier(), wanted, WriterFor(Part::kReceiving));
  EXPECT_EQ(result.next.origin().system(), "city") << "from the caller, not from the packet";
  EXPECT_EQ(result.next.reception().system(), "city");
  for (const auto& [path, value] : Flatten(wanted)) {
    if (!SplitPath(path).list.empty() || path == "status") continue;
    if (RulesOf(path)->owner() == options::v1::OWNER_GATEWAY) {
      EXPECT_NE(GetField(result.next, path), value) << path << " is the gateway's";
    } else {
      EXPECT_EQ(GetField(result.next, path), value) << path;
    }
  }
  EXPECT_FALSE(result.next.has_voiding());
  EXPECT_FALSE(result.next.has_code());
}

TEST(MergeTest, ANewDossierFromAChannelThatReceivesNothingHasNoReceivingSystem) {
  Dossier wanted = Wanted("reception.agency", "H29.X01");
  wanted.set_status(dossier::v1::STATUS_SUBMITTED);
  const MergeResult result = MergeAll(Dossier(), wanted, WriterFor(Part::kOrigin));
  EXPECT_EQ(result.next.origin().system(), "online");
  EXPECT_FALSE(result.next.reception().has_system());
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_SUBMITTED);
}

TEST(MergeTest, ANewDossierFromAChannelHasTheReceivingSystemThatIsKnownForIt) {
  Change change = ChangeOf(Wanted("reception.agency", "H29.X01"));
  change.receiver = "city";
  const auto begun =
      Merge(Dossier(), change, WriterFor(Part::kOrigin), StatusGraph::Shipped(), MergeTime());
  ASSERT_THAT(begun, IsOk());
  EXPECT_EQ(begun->next.origin().system(), "online");
  EXPECT_EQ(begun->next.reception().system(), "city");
  EXPECT_FALSE(RolesOf(WriterFor(Part::kOrigin), begun->next).receiving);
  EXPECT_TRUE(RolesOf(WriterFor(Part::kReceiving), begun->next).receiving);
  const auto received =
      Merge(Dossier(), change, WriterFor(Part::kStranger), StatusGraph::Shipped(), MergeTime());
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->next.reception().system(), "agency/H29.X99") << "who receives, receives";
}

TEST(MergeTest, ANewDossierMayBeginAtItsPresentStateAndNothingIsInventedBeforeIt) {
  Dossier wanted = Wanted("reception.agency", "H29.X01");
  wanted.set_status(dossier::v1::STATUS_FINISHED);
  const MergeResult result = MergeAll(Dossier(), wanted, WriterFor(Part::kReceiving));
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_FINISHED);
  EXPECT_TRUE(result.status_changed);
  EXPECT_THAT(result.next.unobserved(), IsEmpty());
}

TEST(MergeTest, AVoidedDossierTakesNothing) {
  Dossier current = WithPhone("0900000001");
  current.mutable_voiding()->set_reason("invented");
  Dossier wanted = Wanted("contact.phone", "0900000009");
  wanted.set_status(dossier::v1::STATUS_STOPPED);
  ASSERT_THAT(SetField(wanted, "steps[tp-1].content", "invented"), IsOk());
  wanted.GetReflection()->MutableUnknownFields(&wanted)->AddVarint(9000, 1);
  const MergeResult result = MergeAll(current, wanted, WriterFor(Part::kReceiving));
  EXPECT_FALSE(result.changed);
  EXPECT_TRUE(MessageDifferencer::Equals(result.next, current));
  EXPECT_THAT(PathsOf(result.proposals),
              ElementsAre("contact.phone", "status", "steps[tp-1].content"));
}

TEST(MergeTest, AJoinedDossierTakesNothing) {
  Dossier current = WithPhone("0900000001");
  current.mutable_joined()->set_survivor("invented");
  const MergeResult result =
      MergeAll(current, Wanted("contact.phone", "0900000009"), WriterFor(Part::kReceiving));
  EXPECT_FALSE(result.changed);
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("contact.phone"));
}

TEST(MergeTest, OnlyTheReceivingUnitEndsADossier) {
  for (const Part part : kParts) {
    Change change;
    change.voiding.emplace().set_reason("filed twice (invented)");
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const MergeResult result,
                                   Merge(DossierAt(Stage::kLed), change, WriterFor(part),
                                         StatusGraph::Shipped(), MergeTime()));
    EXPECT_EQ(result.next.has_voiding(), part == Part::kReceiving) << NameOf(part);
    EXPECT_EQ(result.changed, part == Part::kReceiving) << NameOf(part);
  }
}

TEST(MergeTest, APacketCannotVoid) {
  Dossier wanted;
  wanted.mutable_voiding()->set_reason("invented");
  auto& voiding = *wanted.mutable_voiding();
  voiding.GetReflection()->MutableUnknownFields(&voiding)->AddVarint(9000, 1);
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kReceiving));
  EXPECT_FALSE(result.next.has_voiding());
  EXPECT_FALSE(result.changed);
}

TEST(ExtractTest, KeepsThePathsAndNothingElse) {
  Dossier filled;
  lienthong::testing::Fill(filled);
  const std::vector<std::string> paths = {"contact.phone", "steps[e2].content", "status",
                                          "papers[e1].file.source", "fees[none].name"};
  const Dossier extract = Extract(filled, paths);
  FieldMap expected;
  for (const std::string& path : paths) {
    if (const auto value = GetField(filled, path)) expected[path] = *value;
  }
  EXPECT_EQ(expected.size(), 4U);
  EXPECT_EQ(Flatten(extract), expected);
}

TEST(OverlayTest, UndoesAndRedoesAMerge) {
  const Dossier before = WithPhone("0900000001");
  Change change = ChangeOf(Wanted("steps[tp-1].content", "invented"));
  change.clear.push_back("contact.phone");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const MergeResult merged,
      Merge(before, change, WriterFor(Part::kReceiving), StatusGraph::Shipped(), MergeTime()));
  Dossier redone = before;
  Overlay(Extract(merged.next, merged.paths), merged.paths, redone);
  EXPECT_EQ(Flatten(redone), Flatten(merged.next));
  Overlay(Extract(before, merged.paths), merged.paths, redone);
  EXPECT_EQ(Flatten(redone), Flatten(before));
}

TEST(ChangeOfTest, WantsWhatIsPresent) {
  Dossier dossier = Wanted("contact.phone", "0900000001");
  ASSERT_THAT(SetField(dossier, "steps[s].content", "invented"), IsOk());
  dossier.add_steps()->set_content("without id");
  const Change change = ChangeOf(dossier);
  EXPECT_THAT(change.set, ElementsAre("contact.phone", "steps[s].content"));
  EXPECT_THAT(change.clear, IsEmpty());
  EXPECT_TRUE(MessageDifferencer::Equals(change.dossier, dossier));
}

}  // namespace
}  // namespace lienthong::domain
