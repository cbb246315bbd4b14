#include "gateway/base/errors.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/core/core_fixture.h"

// Dossiers::Register: a dossier that comes with the code that the caller's own software gave it.
namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

class OwnCode : public CoreTest {
 protected:
  absl::StatusOr<dossier::v1::PushDossierResponse> Register(
      const std::string& agency, const std::string& code,
      const std::string& request_id = Random::System().Uuid()) {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(request_id);
    *request.mutable_dossier() = NewDossier(agency);
    request.mutable_dossier()->set_code(code);
    absl::StatusOr<dossier::v1::PushDossierResponse> answered = absl::UnknownError("no answer");
    dossiers_.Register(Agency(agency), request,
                       [&answered](auto response) { answered = std::move(response); });
    return answered;
  }
};

TEST_F(OwnCode, OfTheCallersSeriesIsTheSharedOne) {
  const auto response = Register("H29.X05", "H29.X05-260302-0007");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->code(), "H29.X05-260302-0007");
  EXPECT_EQ(response->receipt_number(), "H29.X05-260302-0007");
  EXPECT_EQ(Get(Agency("H29.X05"), "h29.x05-260302-0007")->revision(), 1);
}

TEST_F(OwnCode, IsNeverGivenOutAgain) {
  ASSERT_THAT(Register("H29.X05", "H29.X05-260302-0001"), IsOk());
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0002");
  EXPECT_EQ(ReasonOf(Register("H29.X05", "H29.X05-260302-0002")), "CODE_TAKEN");
  EXPECT_EQ(ReasonOf(Register("H29.X05", "H29.X05-260302-0001")), "CODE_TAKEN");
}

TEST_F(OwnCode, OfAnotherShapeStandsBesideOurs) {
  const auto response = Register("H29.X05", "HS/17");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->code(), "H29.X05-260302-0001");
  EXPECT_EQ(Get(Agency("H29.X05"), "HS/17")->code(), "H29.X05-260302-0001");
  ASSERT_THAT(Register("H29.X01", "HS/17"), IsOk()) << "two systems may number alike";
}

TEST_F(OwnCode, OfAnotherPartysSeriesIsRefusedWhetherItIsTakenOrNot) {
  ASSERT_THAT(Register("H29.X05", "H29.X05-260302-0007"), IsOk());
  for (const char* code : {"H29.X05-260302-0007", "H29.X05-260302-0008"}) {
    const auto response = Register("H29.X01", code);
    EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(DetailsOf(response.status()).fields.at(0).field, "dossier.code");
  }
}

TEST_F(OwnCode, HasNothingThatIsNotSeen) {
  for (const char* code : {"HS\u202E17", "H29.X05-260302-\u200B0007"}) {
    const auto response = Register("H29.X05", code);
    EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument)) << code;
    EXPECT_EQ(DetailsOf(response.status()).fields.at(0).field, "dossier.code");
  }
  EXPECT_EQ(DetailsOf(Register("H29.X05", "H29.X05-261399-0001").status()).fields.at(0).field,
            "dossier.code");
}

TEST_F(OwnCode, TheSameRequestAgainIsTheSameDossier) {
  const std::string id = NewUuid();
  ASSERT_THAT(Register("H29.X05", "H29.X05-260302-0007", id), IsOk());
  const auto again = Register("H29.X05", "H29.X05-260302-0007", id);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->duplicate());
  EXPECT_EQ(RowsOf(store::Table::kDossier), 1);
}

}  // namespace
}  // namespace lienthong::core
