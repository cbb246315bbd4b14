#include "gateway/core/mask.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using dossier::v1::Dossier;
using google::protobuf::FieldMask;

FieldMask MaskOf(const std::vector<std::string>& paths) {
  FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

domain::Change ChangeOf(const Dossier& dossier, const std::vector<std::string>& paths) {
  std::vector<FieldViolation> bad;
  domain::Change change = ChangeFromMask(dossier, MaskOf(paths), bad);
  EXPECT_THAT(bad, IsEmpty());
  return change;
}

Dossier Example() {
  Dossier dossier;
  dossier.mutable_contact()->set_phone("0900000001");
  dossier.set_note("invented");
  for (const char* id : {"a", "b"}) {
    auto& step = *dossier.add_steps();
    step.set_id(id);
    step.set_content("invented");
  }
  return dossier;
}

TEST(MaskTest, NoMaskAndAStarWantWhatIsPresent) {
  const std::vector<std::string> present = {"contact.phone", "note", "steps[a].content",
                                            "steps[b].content"};
  for (const std::vector<std::string>& paths : {std::vector<std::string>{}, {"*"}}) {
    const domain::Change change = ChangeOf(Example(), paths);
    EXPECT_EQ(change.set, present);
    EXPECT_THAT(change.clear, IsEmpty());
  }
}

TEST(MaskTest, APathSetsWhatIsPresentAndClearsWhatIsNot) {
  const domain::Change change = ChangeOf(Example(), {"contact.phone", "contact.email"});
  EXPECT_THAT(change.set, ElementsAre("contact.phone"));
  EXPECT_THAT(change.clear, ElementsAre("contact.email"));
}

TEST(MaskTest, AGroupStandsForAllItsFields) {
  const domain::Change change = ChangeOf(Example(), {"contact"});
  EXPECT_THAT(change.set, ElementsAre("contact.phone"));
  EXPECT_THAT(change.clear, UnorderedElementsAre("contact.email", "contact.fax"));
}

TEST(MaskTest, AListStandsForTheElementsThatArePresent) {
  const domain::Change change = ChangeOf(Example(), {"steps"});
  EXPECT_THAT(change.set, ElementsAre("steps[a].content", "steps[b].content"));
  EXPECT_THAT(change.clear, IsEmpty()) << "absence is never deletion";
}

TEST(MaskTest, AFieldOfAnElement) {
  const domain::Change change = ChangeOf(Example(), {"steps[a].content", "steps[a].officer"});
  EXPECT_THAT(change.set, ElementsAre("steps[a].content"));
  EXPECT_THAT(change.clear, ElementsAre("steps[a].officer"));
}

std::vector<FieldViolation> FaultsOf(const Dossier& dossier,
                                     const std::vector<std::string>& paths) {
  std::vector<FieldViolation> bad;
  const domain::Change change = ChangeFromMask(dossier, MaskOf(paths), bad);
  EXPECT_THAT(change.set, IsEmpty());
  EXPECT_THAT(change.clear, IsEmpty());
  return bad;
}

TEST(MaskTest, EveryFieldOfTheSchemaMayStandInAMaskButWhatTheGatewaySets) {
  Dossier filled;
  lienthong::testing::Fill(filled);
  std::vector<std::string> ours;
  for (const auto& [path, value] : domain::Flatten(filled)) {
    if (domain::RulesOf(path)->owner() == options::v1::OWNER_GATEWAY) {
      ours.push_back(path);
      const auto bad = FaultsOf(filled, {path});
      ASSERT_EQ(bad.size(), 1U) << path;
      EXPECT_EQ(bad[0].field, "update_mask.paths[0]");
      EXPECT_EQ(bad[0].description, "'" + path + "' is set by the gateway alone; leave it out");
      continue;
    }
    EXPECT_THAT(ChangeOf(filled, {path}).set, ElementsAre(path));
    EXPECT_THAT(ChangeOf(Dossier(), {path}).clear, ElementsAre(path));
  }
  EXPECT_THAT(ours, ::testing::IsSupersetOf({"code", "receipt_number", "revision", "origin.system",
                                             "deadline.statutory_due", "voiding.reason"}));
}

TEST(MaskTest, AGroupOfTheGatewayIsNoBodysToSet) {
  for (const char* group : {"voiding", "defects", "owner_history"}) {
    EXPECT_EQ(FaultsOf(Example(), {group}).size(), 1U) << group;
  }
  const domain::Change change = ChangeOf(Example(), {"origin"});
  EXPECT_THAT(change.clear, Contains("origin.channel"));
  EXPECT_THAT(change.clear, Not(Contains("origin.system"))) << "the rest of the group is";
}

TEST(MaskTest, AListWithoutElementsAsksForNothing) {
  const auto bad = FaultsOf(Example(), {"papers", "applicant.identities"});
  ASSERT_EQ(bad.size(), 2U);
  EXPECT_THAT(bad[0].description, ::testing::HasSubstr("'papers' is a list"));
}

TEST(MaskTest, UnknownPathsAreAllNamed) {
  std::vector<FieldViolation> bad = {{"another", "fault"}};
  const domain::Change change =
      ChangeFromMask(Example(),
                     MaskOf({"contact.phone", "contact.nope", "nope", "steps[].content",
                             "steps.content", "steps[a]", "steps[a].id", "contact.", "", "*"}),
                     bad);
  EXPECT_THAT(change.set, ElementsAre("contact.phone"));
  EXPECT_THAT(change.clear, IsEmpty());
  std::vector<std::string> fields;
  for (const FieldViolation& violation : bad) fields.push_back(violation.field);
  EXPECT_THAT(
      fields,
      ElementsAre("another", "update_mask.paths[1]", "update_mask.paths[2]", "update_mask.paths[3]",
                  "update_mask.paths[4]", "update_mask.paths[5]", "update_mask.paths[6]",
                  "update_mask.paths[7]", "update_mask.paths[8]", "update_mask.paths[9]"));
}

class MaskedPushTest : public CoreTest {};

TEST_F(MaskedPushTest, SetsAndClearsAndLeavesTheRest) {
  const std::string code = Create("H29.X05");
  Dossier change;
  change.set_code(code);
  change.set_note("a");
  change.mutable_applicant()->set_name("not in the mask");
  auto request = RequestOf(change);
  *request.mutable_update_mask() = MaskOf({"note", "contact.phone"});
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), code));
  EXPECT_EQ(stored.note(), "a");
  EXPECT_FALSE(stored.contact().has_phone());
  EXPECT_EQ(stored.applicant().name(), "Nguyễn Văn Mẫu");
  EXPECT_THAT(Journal().back().paths(), ElementsAre("contact.phone", "note"));
  EXPECT_FALSE(Journal().back().after().contact().has_phone())
      << "absent in `after`: it was cleared";
}

TEST_F(MaskedPushTest, AnElementThatIsNowhereHasNothingToClear) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "fees[f1].name", "invented"), IsOk());
  Dossier change;
  change.set_code(code);
  auto request = RequestOf(change);
  *request.mutable_update_mask() = MaskOf({"fees[f1].name"});
  EXPECT_THAT(Push(Agency("H29.X05"), request), IsOk());
  request.set_request_id(NewUuid());
  *request.mutable_update_mask() = MaskOf({"fees[f1].name", "fees[f2].name"});
  const auto refused = Push(Agency("H29.X05"), request);
  EXPECT_THAT(refused,
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("fees[f2].name")));
  EXPECT_THAT(std::string(refused.status().message()), Not(::testing::HasSubstr("fees[f1]")));
}

TEST_F(MaskedPushTest, AnUnknownPathRefusesTheWholeRequest) {
  const std::string code = Create("H29.X05");
  Dossier change;
  change.set_code(code);
  change.set_note("a");
  auto request = RequestOf(change);
  *request.mutable_update_mask() = MaskOf({"note", "nope"});
  EXPECT_EQ(ReasonOf(Push(Agency("H29.X05"), request)), "FIELD_INVALID");
  EXPECT_FALSE(Get(Agency("H29.X05"), code)->has_note());
}

TEST_F(MaskedPushTest, AnUnknownPathIsNamedWithAllOtherFaults) {
  const std::string code = Create("H29.X05");
  Dossier change;
  change.set_code(code);
  change.mutable_contact()->set_phone(std::string(51, '0'));
  auto request = RequestOf(change);
  *request.mutable_update_mask() =
      MaskOf({"contact.phone", "nope", "applicant.name", "contact.nope"});
  request.set_reservation_id("invented");
  const auto fields = [&] {
    const auto refused = Push(Agency("H29.X05"), request);
    EXPECT_EQ(ReasonOf(refused), "FIELD_INVALID");
    std::vector<std::string> names;
    for (const FieldViolation& violation : DetailsOf(refused.status()).fields)
      names.push_back(violation.field);
    return names;
  };
  EXPECT_THAT(fields(),
              ElementsAre("dossier.contact.phone", "update_mask.paths[1]", "update_mask.paths[3]",
                          "dossier.applicant.name", "reservation_id"));
  request.set_request_id("none");
  EXPECT_THAT(fields(), ElementsAre("request_id", "dossier.contact.phone", "update_mask.paths[1]",
                                    "update_mask.paths[3]"));
}

}  // namespace
}  // namespace lienthong::core
