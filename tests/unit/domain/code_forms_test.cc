#include "gateway/domain/code_forms.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/codes.h"

namespace lienthong::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(AgencyCodeFormsTest, BothOrdersAreOneAgency) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"000.00.05.H29", "H29.05"}, {"000.00.00.H49", "H49"},    {"000.17.22.H56", "H56.22.17"},
      {"38.98.H29", "H29.98.38"},  {"000.00.01.H29", "H29.01"}, {"000.00.06.H56", "H56.06"},
  };
  for (const auto& [old, today] : cases) {
    EXPECT_EQ(TodaysAgencyCode(old), today);
    EXPECT_EQ(TodaysAgencyCode(today), today);
    EXPECT_THAT(AgencyCodeForms(today), Contains(old));
    EXPECT_THAT(AgencyCodeForms(old), Contains(today));
  }
  EXPECT_THAT(AgencyCodeForms("h29.x05"), ElementsAre("H29.X05", "000.00.X05.H29", "X05.H29"));
  EXPECT_THAT(AgencyCodeForms("0301234567"), ElementsAre("0301234567")) << "an enterprise";
}

// Every shape that domain codes are seen in, parsed and written again.
TEST(CodeShapesTest, RoundTrip) {
  for (const char* code :
       {"000.00.06.H56-231027-0361", "000.17.22.H56-210531-0001", "H56.14-240823-0001",
        "H15.50.05.13-261008-0975", "38.98.H29-210519-0013", "G09.20-20260609-0092637",
        "000.00.01.H29-260310-0420", "H29.X05-260302-10000", "G09.20-260609-092637"}) {
    const auto parsed = DossierCode::Parse(code);
    ASSERT_TRUE(parsed.ok()) << code;
    EXPECT_EQ(parsed->agency + "-" + parsed->day + "-" + parsed->serial, code);
    EXPECT_TRUE(parsed->NamesADay()) << code;
    EXPECT_TRUE(IsAgencyCode(parsed->agency)) << code;
    for (const std::string& form : DossierCodeForms(code)) {
      EXPECT_TRUE(DossierCode::Parse(form).ok()) << form;
      EXPECT_THAT(DossierCodeForms(form), Contains(code)) << form;
    }
  }
  for (const char* code : {"1.001193", "2.002622.H56", "1.000656.000.00.00.H29"}) {
    EXPECT_TRUE(IsProcedureCode(code)) << code;
  }
  EXPECT_THAT(DossierCodeForms("dvc.2026.1"), ElementsAre("DVC.2026.1")) << "foreign";
}

}  // namespace
}  // namespace lienthong::domain
