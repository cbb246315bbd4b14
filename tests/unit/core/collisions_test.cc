#include "gateway/core/collisions.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCode[] = "H56.14-240823-0001";  // issued where nobody is connected

class CollisionsTest : public CoreTest {
 protected:
  absl::Status Claim(const std::string& agency, const std::string& number) {
    auto dossier = NewDossier(agency);
    auto& code = *dossier.add_codes();
    code.set_issuer("agency/" + agency);
    code.set_kind(dossier::v1::CodeReference::KIND_DOSSIER_CODE);
    code.set_code(number);
    return Push(Agency(agency), dossier).status();
  }
  receipt::v1::ListCollisionsResponse Listed(bool closed_too = false) {
    receipt::v1::ListCollisionsRequest request;
    request.set_closed_too(closed_too);
    const auto listed = collisions_.List(Operator(), request);
    EXPECT_THAT(listed, IsOk());
    return listed.value_or(receipt::v1::ListCollisionsResponse());
  }

  Collisions collisions_{engine_};
};

TEST_F(CollisionsTest, AreKeptOnceAndNameTheHolderToWhoMaySeeIt) {
  ASSERT_THAT(Claim("H29.X05", kCode), IsOk());
  const absl::Status own = Claim("H29.X05", kCode);
  EXPECT_THAT(std::string(own.message()), HasSubstr("H29.X05-260302-0001"));
  const absl::Status others = Claim("H29.X01", kCode);
  EXPECT_EQ(ReasonOf(others), "CODE_TAKEN");
  EXPECT_THAT(std::string(others.message()), Not(HasSubstr("H29.X05")));
  EXPECT_EQ(ReasonOf(Claim("H29.X01", "h56.14-240823-0001")), "CODE_TAKEN");
  const auto listed = Listed();
  ASSERT_EQ(listed.collisions_size(), 2) << "one of each claimant";
  for (const auto& one : listed.collisions()) {
    EXPECT_EQ(one.code(), kCode);
    EXPECT_EQ(one.holder(), "H29.X05-260302-0001");
    EXPECT_EQ(one.times(), one.claimant() == "agency/H29.X01" ? 2 : 1);
  }
}

TEST_F(CollisionsTest, AreClosedOnceByAnActAndOpenAgainWhenClaimedAgain) {
  ASSERT_THAT(Claim("H29.X05", kCode), IsOk());
  EXPECT_FALSE(Claim("H29.X01", kCode).ok());
  receipt::v1::CloseCollisionRequest request;
  request.set_request_id(NewUuid());
  request.set_id(Listed().collisions(0).id());
  EXPECT_EQ(ReasonOf(collisions_.Close(Operator(), request)), "FIELD_INVALID") << "no reason";
  request.set_reason("X01 đã in lại biên nhận");
  ASSERT_THAT(collisions_.Close(Operator(), request), IsOk());
  ASSERT_THAT(collisions_.Close(Operator(), request), IsOk()) << "the same request";
  EXPECT_EQ(RowsOf(store::Table::kAct), 1);
  EXPECT_EQ(Listed().collisions_size(), 0);
  EXPECT_EQ(Listed(true).collisions_size(), 1);
  request.set_request_id(NewUuid());
  EXPECT_EQ(ReasonOf(collisions_.Close(Operator(), request)), "COLLISION_CLOSED");
  EXPECT_FALSE(Claim("H29.X01", kCode).ok());
  EXPECT_EQ(Listed().collisions_size(), 1);
}

}  // namespace
}  // namespace lienthong::core
