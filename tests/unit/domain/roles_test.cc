#include "gateway/domain/roles.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Assignment;
using dossier::v1::Dossier;

TEST(RolesTest, OfEachPartAtEachStage) {
  for (const Stage stage : kStages) {
    const Dossier dossier = DossierAt(stage);
    const bool asked = stage >= Stage::kAsked;
    const bool settled = stage >= Stage::kLed;
    for (const Part part : kParts) {
      SCOPED_TRACE(NameOf(part) + ", " + NameOf(stage));
      const Roles roles = RolesOf(WriterFor(part), dossier);
      EXPECT_EQ(roles.origin, part == Part::kOrigin);
      EXPECT_EQ(roles.receiving, part == Part::kReceiving);
      EXPECT_EQ(roles.lead_settled, settled);
      EXPECT_EQ(roles.lead, (part == Part::kReceiving && !settled) ||
                                (part == Part::kLead && asked) ||
                                (part == Part::kNextLead && stage == Stage::kHandingOver));
      EXPECT_EQ(roles.cooperating, (asked && (part == Part::kLead || part == Part::kCooperating)) ||
                                       (part == Part::kNextLead && stage == Stage::kHandingOver))
          << "an assignment of its own";
      EXPECT_EQ(roles.any(), roles.origin || roles.receiving || roles.lead || roles.cooperating);
    }
  }
}

TEST(RolesTest, TheLastAcceptedLeadLeads) {
  Dossier dossier = DossierAt(Stage::kHandingOver);
  EXPECT_EQ(LeadAgency(dossier), "H29.X05");
  dossier.mutable_assignments(2)->set_answer(Assignment::ANSWER_DONE);
  EXPECT_EQ(LeadAgency(dossier), "H29.X06");
  dossier.mutable_assignments(2)->set_role(Assignment::ROLE_COOPERATING);
  EXPECT_EQ(LeadAgency(dossier), "H29.X05") << "a cooperating agency does not lead";
}

TEST(RolesTest, WhoDoesNotLeadHasNoAssignmentsOfItsOwn) {
  Writer counter = WriterFor(Part::kReceiving);
  counter.agencies.insert("H29.X05");
  EXPECT_FALSE(RolesOf(counter, DossierAt(Stage::kLed)).lead);
  EXPECT_FALSE(RolesOf(counter, DossierAt(Stage::kLed)).cooperating);
}

TEST(RolesTest, WhoRefusedHasNoPart) {
  for (const auto& [position, part] : std::vector<std::pair<int, Part>>{
           {0, Part::kLead}, {1, Part::kCooperating}, {2, Part::kNextLead}}) {
    SCOPED_TRACE(NameOf(part));
    Dossier dossier = DossierAt(Stage::kHandingOver);
    dossier.mutable_assignments(position)->set_answer(Assignment::ANSWER_REFUSED);
    const Roles roles = RolesOf(WriterFor(part), dossier);
    EXPECT_FALSE(roles.any());
    EXPECT_EQ(roles.lead_settled, part != Part::kLead) << "of the others";
  }
}

TEST(RolesTest, WhoIsAskedAgainAfterARefusalHasAPartAgain) {
  for (const auto role : {Assignment::ROLE_LEAD, Assignment::ROLE_COOPERATING}) {
    Dossier dossier = DossierAt(Stage::kAsked);
    dossier.mutable_assignments(0)->set_answer(Assignment::ANSWER_REFUSED);
    Assignment& again = *dossier.add_assignments();
    again.set_id("a9");
    again.set_agency("H29.X05");
    again.set_role(role);
    const Roles roles = RolesOf(WriterFor(Part::kLead), dossier);
    EXPECT_TRUE(roles.cooperating);
    EXPECT_EQ(roles.lead, role == Assignment::ROLE_LEAD);
  }
}

TEST(RolesTest, AChannelIsOneForTheDossiersOfItsAgencies) {
  for (const Stage stage : kStages) {
    SCOPED_TRACE(NameOf(stage));
    const Dossier dossier = DossierAt(stage);
    Writer channel = OtherChannel();
    EXPECT_TRUE(RolesOf(channel, dossier).channel);
    EXPECT_FALSE(RolesOf(channel, dossier).any()) << "no part in the work";
    channel.agencies = {"H29.X05"};
    EXPECT_EQ(RolesOf(channel, dossier).channel, stage >= Stage::kAsked) << "once it is given work";
    channel.agencies = {"H29.X99"};
    EXPECT_FALSE(RolesOf(channel, dossier).channel) << "it does not concern it";
    for (const Part part : kParts) EXPECT_FALSE(RolesOf(WriterFor(part), dossier).channel);
  }
}

TEST(RolesTest, BeforeIntakeTheAddressedUnitReceives) {
  const Dossier dossier = DossierAt(Stage::kSubmitted);
  EXPECT_TRUE(RolesOf(WriterFor(Part::kReceiving), dossier).receiving);
  Writer no_counter = WriterFor(Part::kReceiving);
  no_counter.receives = false;
  EXPECT_FALSE(RolesOf(no_counter, dossier).receiving);
}

}  // namespace
}  // namespace lienthong::domain
