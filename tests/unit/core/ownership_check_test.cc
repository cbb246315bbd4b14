// Whose each field is at each stage, and what is said of configurations that leave it open.
#include "gateway/core/ownership_check.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using dossier::v1::Assignment;
using dossier::v1::Dossier;
using options::v1::Owner;

Parties PartiesOf(const std::vector<Party>& all) {
  Parties parties;
  for (const Party& party : all) EXPECT_TRUE(parties.Add(party).ok());
  return parties;
}

const Party kCity = {.name = "city", .receives = true, .agencies = {"H29.X01"}};
const Party kDistrict = {.name = "district", .leads = true, .agencies = {"H29.X01"}};
const Party kPortal = {.name = "portal", .submits = true, .agencies = {"H29.X01"}};

std::vector<OwnershipFinding> FindingsOf(const std::vector<Party>& parties) {
  return CheckOwners(PartiesOf(parties), domain::StatusGraph::Shipped());
}

// Received by the city from the portal; one element in each list, by a party of that kind.
Dossier DossierAt(int status, bool is_led) {
  Dossier dossier;
  dossier.set_status(static_cast<dossier::v1::Status>(status));
  dossier.mutable_origin()->set_system("portal");
  dossier.mutable_reception()->set_agency("H29.X01");
  dossier.mutable_reception()->set_system("city");
  if (status > dossier::v1::STATUS_SUBMITTED) dossier.mutable_reception()->mutable_received_time();
  Assignment& assignment = *dossier.add_assignments();
  assignment.set_id("e");
  assignment.set_agency("H29.X01");
  assignment.set_role(Assignment::ROLE_LEAD);
  assignment.set_answer(is_led ? Assignment::ANSWER_ACCEPTED : Assignment::ANSWER_REFUSED);
  assignment.set_author("city");
  const auto* descriptor = Dossier::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* list = descriptor->field(i);
    if (!list->is_repeated() || list->message_type() == nullptr || list->name() == "assignments") {
      continue;
    }
    auto* element = dossier.GetReflection()->AddMessage(&dossier, list);
    for (const auto& [name, value] :
         {std::pair("id", "e"), std::pair("author", "city"), std::pair("issuer", "city"),
          std::pair("collector", "city")}) {
      const auto* field = element->GetDescriptor()->FindFieldByName(name);
      if (field != nullptr) element->GetReflection()->SetString(element, field, value);
    }
  }
  return dossier;
}

// All schema paths, in every status, before and after an agency leads.
TEST(OwnersOf, EveryFieldIsOnePartysAtEachStage) {
  const Parties parties = PartiesOf({kCity, kDistrict, kPortal});
  const auto& graph = domain::StatusGraph::Shipped();
  int checked = 0;
  for (int status = 0; status <= dossier::v1::Status_MAX; ++status) {
    if (!dossier::v1::Status_IsValid(status)) continue;
    for (const bool is_led : {false, true}) {
      const Dossier dossier = DossierAt(status, is_led);
      for (std::string path : domain::SchemaPaths()) {
        const auto* rules = domain::RulesOf(path);
        ASSERT_NE(rules, nullptr) << path;
        ASSERT_NE(rules->owner(), options::v1::OWNER_UNSPECIFIED) << path;
        if (const size_t at = path.find("[]"); at != std::string::npos) path.insert(at + 1, "e");
        switch (rules->owner()) {
          case options::v1::OWNER_GATEWAY:     // nobody else's
          case options::v1::OWNER_TRANSITION:  // by the graph
          case options::v1::OWNER_REPLIER:     // a reply may come to several
            continue;
          default:
            break;
        }
        // Said once: nobody's any more.
        const bool is_fixed = (rules->immutable() || rules->owner() == options::v1::OWNER_ORIGIN) &&
                              domain::GetField(dossier, path).has_value();
        EXPECT_THAT(OwnersOf(parties, graph, dossier, path, dossier), SizeIs(is_fixed ? 0 : 1))
            << path << " at status " << status << (is_led ? ", led" : "");
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 1000);
}

TEST(OwnersOf, AVoidDossierIsNobodys) {
  Dossier dossier = DossierAt(2, false);
  dossier.mutable_voiding();
  EXPECT_THAT(OwnersOf(PartiesOf({kCity, kDistrict}), domain::StatusGraph::Shipped(), dossier,
                       "note", dossier),
              SizeIs(0));
}

TEST(CheckOwners, FindsNothingWhereEachPartyHasItsPart) {
  for (const OwnershipFinding& finding : FindingsOf({kCity, kDistrict, kPortal})) {
    ADD_FAILURE() << finding.agency << " " << finding.text;
  }
}

struct Open {
  const char* name;
  std::vector<Party> parties;
  bool is_fault;
  const char* says;
};

class OpenOwner : public ::testing::TestWithParam<Open> {};

TEST_P(OpenOwner, IsNamed) {
  const std::vector<OwnershipFinding> findings = FindingsOf(GetParam().parties);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].agency, "H29.X01");
  EXPECT_EQ(findings[0].is_fault, GetParam().is_fault);
  EXPECT_THAT(findings[0].text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    CheckOwners, OpenOwner,
    ::testing::Values(
        Open{"TwoLead",
             {kCity, kDistrict, {.name = "other", .leads = true, .agencies = {"H29.X01"}}},
             true,
             "belong to district and other alike"},
        Open{"NobodyReceives", {kDistrict, kPortal}, false, "nobody receives"},
        Open{"NobodyLeads", {kCity, kPortal}, false, "nobody leads for it"},
        Open{"TwoReceive",
             {kCity, kDistrict, {.name = "one-stop", .receives = true, .agencies = {"H29.X01"}}},
             false,
             "city and one-stop receive for it"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace lienthong::core
