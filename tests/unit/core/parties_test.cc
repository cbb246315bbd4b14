#include "gateway/core/parties.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/digest.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

TEST(PartiesTest, EachHasANameOfItsOwnAndAnAgency) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "city", .agencies = {"H29.C01"}}), IsOk());
  EXPECT_THAT(parties.Add({.name = "city", .agencies = {"H29.C02"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("city is there twice")));
  EXPECT_THAT(parties.Add({.name = "district", .agencies = {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no agency")));
  EXPECT_THAT(parties.Add({.name = "", .agencies = {"H29.C01"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  EXPECT_EQ(parties.all().size(), 1U);
  EXPECT_NE(parties.Find("city"), nullptr);
  EXPECT_EQ(parties.Find("district"), nullptr);
}

TEST(PartiesTest, AgenciesAndLinksSpeakForTheirParty) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "agency/H29.X05", .agencies = {"H29.X05"}}), IsOk());
  const auto find = [&](CallerKind kind, const char* name) {
    return parties.ForCaller({kind, name, {}});
  };
  EXPECT_EQ(find(CallerKind::kAgency, "agency/H29.X05").value(), parties.Find("agency/H29.X05"));
  EXPECT_EQ(find(CallerKind::kLink, "agency/H29.X05").value(), parties.Find("agency/H29.X05"));
  for (const auto& refused :
       {find(CallerKind::kPortal, "agency/H29.X05"), find(CallerKind::kOperator, "agency/H29.X05"),
        find(CallerKind::kAgency, "agency/H29.X99")}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(refused), "CALL_NOT_ALLOWED");
  }
}

TEST(DigestTest, IsSha256) {
  EXPECT_EQ(HexSha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("").size(), 32U);
}

TEST(DigestTest, EqualMessagesHaveEqualDigests) {
  dossier::v1::Dossier one, other;
  one.set_note("a");
  one.mutable_contact()->set_phone("1");
  other.mutable_contact()->set_phone("1");
  other.set_note("a");
  EXPECT_EQ(DigestOf(one), DigestOf(other));
  other.mutable_contact()->set_email("");
  EXPECT_NE(DigestOf(one), DigestOf(other)) << "presence counts";
}

}  // namespace
}  // namespace lienthong::core
