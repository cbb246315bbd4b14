// Codes in every shape that the law and the systems of today have come back as they were given, and
// lead to their dossier however they are written.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;

struct Shape {
  const char* path;
  const char* value;
};

constexpr Shape kShapes[] = {
    {"procedure.code", "1.001193"},
    {"procedure.code", "2.002622.H56"},
    {"procedure.code", "1.000656.000.00.00.H29"},
    {"procedure.field_code", "G15-HT03"},
    {"procedure.field_code", "G03-GD09"},
    {"papers[p1].component_code", "000.00.00.G09-KQ002269"},
    {"papers[p1].replacement_result_code", "KQ.G07.000122"},
    {"applicant.identity_number", "0301234567"},      // enterprise
    {"applicant.identity_number", "8703744430-001"},  // its dependent unit
    {"applicant.identities[i1].number", "000000000001"},
    {"applicant.identities[i2].number", "000000001"},
    {"applicant.province_code", "79"},
    {"applicant.unit_code", "00004"},  // the zeros in front are part of it
};

class CodeShapesTest : public CoreTest, public ::testing::WithParamInterface<Shape> {};

TEST_P(CodeShapesTest, IsKeptAsItWasGiven) {
  auto dossier = NewDossier("H29.X05");
  if (std::string_view(GetParam().path).starts_with("papers")) {
    ASSERT_THAT(domain::SetField(dossier, "papers[p1].name", "Tờ khai"), IsOk());
  }
  ASSERT_THAT(domain::SetField(dossier, GetParam().path, GetParam().value), IsOk());
  const auto pushed = Push(Agency("H29.X05"), dossier);
  ASSERT_THAT(pushed, IsOk());
  const auto stored = Get(Agency("H29.X05"), pushed->code());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(domain::GetField(*stored, GetParam().path), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(All, CodeShapesTest, ::testing::ValuesIn(kShapes));

class NumberShapesTest : public CoreTest, public ::testing::WithParamInterface<const char*> {};

// A number that came from elsewhere: found in either case, shown as it was written.
TEST_P(NumberShapesTest, LeadsToItsDossier) {
  const std::string code = Create("H29.X05");
  receipt::v1::RegisterExternalReceiptRequest request;
  request.set_request_id(NewUuid());
  request.set_code(code);
  request.set_number(GetParam());
  request.set_issuer("agency/H29.X05");
  ASSERT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request), IsOk());
  std::string lower = GetParam();
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string& asked : {std::string(GetParam()), lower}) {
    receipt::v1::ResolveReceiptRequest resolve;
    resolve.set_number(asked);
    const auto found = receipts_.Resolve(Agency("H29.X05"), resolve);
    ASSERT_THAT(found, IsOk()) << asked;
    EXPECT_EQ(found->code(), code);
    EXPECT_TRUE(std::any_of(found->codes().begin(), found->codes().end(), [](const auto& known) {
      return known.code() == GetParam();
    })) << found->ShortDebugString();
  }
}

INSTANTIATE_TEST_SUITE_P(All, NumberShapesTest,
                         ::testing::Values("000.00.06.H56-231027-0361", "000.17.22.H56-210531-0001",
                                           "H56.14-240823-0001", "H15.50.05.13-251008-0975",
                                           "38.98.H29-210519-0013", "G09.20-20250609-0092637",
                                           "000.00.01.H29-250310-0420", "G09.20-250609-092637",
                                           "DVC.2026.1"));

}  // namespace
}  // namespace lienthong::core
