// Codes of another agency's series, and numbers that two systems use alike.
#include "gateway/core/registering.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

using dossier::v1::CodeReference;
using dossier::v1::Dossier;

constexpr CodeReference::Kind kKinds[] = {CodeReference::KIND_DOSSIER_CODE,
                                          CodeReference::KIND_RECEIPT_NUMBER,
                                          CodeReference::KIND_LOCAL_ID};

class RegisteringTest : public CoreTest {
 protected:
  static void AddCode(Dossier& dossier, const std::string& issuer, CodeReference::Kind kind,
                      const std::string& code) {
    CodeReference& reference = *dossier.add_codes();
    reference.set_issuer(issuer);
    reference.set_kind(kind);
    reference.set_code(code);
  }
  // A code of the caller's own for a dossier that is there.
  auto Register(const std::string& agency, const std::string& dossier_code,
                CodeReference::Kind kind, const std::string& code) {
    Dossier change;
    change.set_code(dossier_code);
    AddCode(change, "agency/" + agency, kind, code);
    return Push(Agency(agency), change);
  }
};

TEST_F(RegisteringTest, NobodyTakesANumberBeforeItsAgencyIssuesIt) {
  const std::string code = Create("H29.X05");
  for (const CodeReference::Kind kind : kKinds) {
    const auto refused = Register("H29.X05", code, kind, "h29.x01-260302-0001");
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                  AllOf(HasSubstr("dossier.codes[agency:H29.X05:"),
                                        HasSubstr("].code: is a code of H29.X01"))))
        << kind;
    EXPECT_EQ(ReasonOf(refused), "FIELD_INVALID");
  }
  Dossier begun = NewDossier("H29.X05");
  AddCode(begun, "agency/H29.X05", CodeReference::KIND_DOSSIER_CODE, "H29.X01-260302-0001");
  EXPECT_EQ(ReasonOf(Push(Agency("H29.X05"), begun)), "FIELD_INVALID");
  EXPECT_EQ(Create("H29.X01"), "H29.X01-260302-0001");
}

TEST_F(RegisteringTest, NorDoesAReceiptNumberFromElsewhere) {
  receipt::v1::RegisterExternalReceiptRequest request;
  request.set_request_id(NewUuid());
  request.set_code(Create("H29.X05"));
  request.set_issuer("agency/H29.X05");
  request.set_number("h29.x01-260302-0001");
  const auto refused = receipts_.RegisterExternal(Agency("H29.X05"), request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("number: is a code of H29.X01")));
  EXPECT_EQ(ReasonOf(refused), "FIELD_INVALID");
  EXPECT_EQ(Create("H29.X01"), "H29.X01-260302-0001") << "nobody has taken it";
  request.set_number("G09.20-20260302-0092637");
  EXPECT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request), IsOk())
      << "an agency that nobody here acts for";
}

TEST_F(RegisteringTest, EachFaultIsNamed) {
  Dossier begun = NewDossier("H29.X05");
  for (const CodeReference::Kind kind : kKinds) {
    AddCode(begun, "agency/H29.X05", kind, "H29.X01-260302-0001");
  }
  EXPECT_EQ(DetailsOf(Push(Agency("H29.X05"), begun).status()).fields.size(), 3U);
}

TEST_F(RegisteringTest, NoCodeHasWhatIsNotSeen) {
  const std::string code = Create("H29.X05");
  for (const char* odd : {"X05/\u202E1", "X05/\u200B1", "X05/\n1"}) {
    for (const CodeReference::Kind kind : kKinds) {
      EXPECT_THAT(
          Register("H29.X05", code, kind, odd),
          StatusIs(absl::StatusCode::kInvalidArgument,
                   AllOf(HasSubstr("dossier.codes[agency:H29.X05:"), HasSubstr("].code: has U+"))))
          << odd;
    }
    receipt::v1::RegisterExternalReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code);
    request.set_issuer("agency/H29.X05");
    request.set_number(odd);
    EXPECT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("number: has U+")));
  }
}

TEST_F(RegisteringTest, ADayThatNoCalendarHasIsRefusedWhereWeKnowTheSeries) {
  const std::string code = Create("H29.X05");
  const auto refused =
      Register("H29.X05", code, CodeReference::KIND_RECEIPT_NUMBER, "H29.X05-261399-0001");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("261399 is no day of the calendar")));
  for (const char* number : {"H29.X05-311226-0001", "G09.20-261399-0001", "X05-261399"}) {
    EXPECT_THAT(Register("H29.X05", Create("H29.X05"), CodeReference::KIND_RECEIPT_NUMBER, number),
                IsOk())
        << number;
  }
}

TEST_F(RegisteringTest, OnesOwnSeriesAndThatOfNobodyHereAreFree) {
  for (const char* number : {"H29.X05-260302-0042", "G09.20-20260302-0092637", "X05/2026/000123"}) {
    const std::string code = Create("H29.X05");
    EXPECT_THAT(Register("H29.X05", code, CodeReference::KIND_DOSSIER_CODE, number), IsOk());
    EXPECT_EQ(Get(Agency("H29.X05"), number)->code(), code) << number;
  }
}

TEST_F(RegisteringTest, WhoeverHoldsADossierMayKeepItUnderItsSharedCode) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  EXPECT_THAT(Register("H29.X07", code, CodeReference::KIND_LOCAL_ID, code), IsOk());
  EXPECT_EQ(Get(Agency("H29.X07"), code)->codes_size(), 1);
  const std::string other = Create("H29.X05");
  EXPECT_EQ(ReasonOf(Register("H29.X07", code, CodeReference::KIND_RECEIPT_NUMBER, other)),
            "FIELD_INVALID");
}

TEST_F(RegisteringTest, OnlyACodeOfTheLegalShapeMeansOneDossierWhoeverWritesIt) {
  std::vector<std::string> codes;
  for (const char* agency : {"H29.X01", "H29.X05"}) {
    Dossier dossier = NewDossier(agency);
    AddCode(dossier, std::string("agency/") + agency, CodeReference::KIND_DOSSIER_CODE,
            "DVC.2026.0000123");
    const auto made = Push(Agency(agency), dossier);
    ASSERT_THAT(made, IsOk());
    codes.push_back(made->code());
  }
  EXPECT_EQ(Get(Agency("H29.X01"), "dvc.2026.0000123")->code(), codes[0]);
  EXPECT_EQ(Get(Agency("H29.X05"), "dvc.2026.0000123")->code(), codes[1]);
  for (const std::string& code : codes) {
    const auto registered = Register(code.substr(0, 7), code, CodeReference::KIND_RECEIPT_NUMBER,
                                     "G09.20-20260302-0092637");
    EXPECT_THAT(registered, IsOk()) << "a receipt number is one with its issuer";
  }
  Dossier third = NewDossier("H29.X05");
  AddCode(third, "agency/H29.X05", CodeReference::KIND_DOSSIER_CODE, "G09.20-20260302-0092637");
  EXPECT_EQ(ReasonOf(Push(Agency("H29.X05"), third)), "CODE_TAKEN");
}

// Two dossiers, both called 42 by those who hold them.
class SameNumberTest : public RegisteringTest {
 protected:
  void SetUp() override {
    first_ = Create("H29.X05");
    second_ = Create("H29.X01");
    ASSERT_THAT(Register("H29.X05", first_, CodeReference::KIND_LOCAL_ID, "42"), IsOk());
    ASSERT_THAT(Register("H29.X01", second_, CodeReference::KIND_LOCAL_ID, "42"), IsOk());
  }

  absl::StatusOr<std::string> StatusCode(const RequestContext& context) {
    status::v1::GetStatusRequest request;
    request.set_code("42");
    const auto found = changes_.GetStatus(context, request);
    if (!found.ok()) return found.status();
    return found->code();
  }

  std::string first_, second_;
};

TEST_F(SameNumberTest, MeansToEachWhatItMaySee) {
  EXPECT_EQ(Get(Agency("H29.X05"), "42")->code(), first_);
  EXPECT_EQ(StatusCode(Agency("H29.X05")).value(), first_);
  EXPECT_EQ(StatusCode(Agency("H29.X01")).value(), second_);
}

TEST_F(SameNumberTest, ResolvesToEachWhatItMaySee) {
  const auto resolve = [&](const RequestContext& context, const std::string& issuer) {
    receipt::v1::ResolveReceiptRequest request;
    request.set_number("42");
    request.set_issuer(issuer);
    return receipts_.Resolve(context, request);
  };
  EXPECT_EQ(resolve(Agency("H29.X05"), "")->code(), first_);
  EXPECT_EQ(resolve(Agency("H29.X01"), "")->code(), second_);
  EXPECT_EQ(ReasonOf(resolve(Agency("H29.X01"), "agency/H29.X05")), "NOT_SHARED");
  EXPECT_EQ(ReasonOf(resolve(Agency("H29.X07"), "")), "NOT_SHARED");
}

TEST_F(SameNumberTest, NamesTheDossierThatAnotherNumberIsRegisteredFor) {
  receipt::v1::RegisterExternalReceiptRequest request;
  request.set_request_id(NewUuid());
  request.set_code("42");
  request.set_issuer("agency/H29.X05");
  request.set_number("X05/1");
  EXPECT_EQ(receipts_.RegisterExternal(Agency("H29.X05"), request)->code(), first_);
}

TEST_F(SameNumberTest, MeansNothingToWhoSeesNeitherOrBoth) {
  for (const RequestContext& context : {Agency("H29.X07"), Operator(), Portal()}) {
    EXPECT_EQ(ReasonOf(StatusCode(context)), "NOT_SHARED") << context.caller.name;
  }
  EXPECT_EQ(ReasonOf(Get(Operator(), "42")), "NOT_SHARED");
}

TEST_F(SameNumberTest, InABatchOneIsFoundAndTheOthersAreMissing) {
  status::v1::BatchGetStatusesRequest request;
  for (const char* code : {"42", "nope"}) request.add_codes(code);
  const auto found = changes_.BatchGetStatuses(Agency("H29.X05"), request);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->statuses_size(), 1);
  EXPECT_EQ(found->statuses(0).code(), first_);
  EXPECT_THAT(found->missing(), ::testing::ElementsAre("nope"));
}

}  // namespace
}  // namespace lienthong::core
