#include "gateway/domain/codes.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

struct Shape {
  const char* text;
  const char* agency;
  const char* day;
  const char* serial;
};

class DossierCodeShapeTest : public ::testing::TestWithParam<Shape> {};

TEST_P(DossierCodeShapeTest, Parses) {
  const Shape& shape = GetParam();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const DossierCode code, DossierCode::Parse(shape.text));
  EXPECT_EQ(code.agency, shape.agency);
  EXPECT_EQ(code.day, shape.day);
  EXPECT_EQ(code.serial, shape.serial);
}

// The shapes in use: both orders of agency code, short agency codes, ministry systems with an
// eight-digit date and a seven-digit serial.
INSTANTIATE_TEST_SUITE_P(
    InUse, DossierCodeShapeTest,
    ::testing::Values(Shape{"000.00.06.H56-231027-0361", "000.00.06.H56", "231027", "0361"},
                      Shape{"000.17.22.H56-210531-0001", "000.17.22.H56", "210531", "0001"},
                      Shape{"H56.14-240823-0001", "H56.14", "240823", "0001"},
                      Shape{"H15.50.05.13-261008-0975", "H15.50.05.13", "261008", "0975"},
                      Shape{"38.98.H29-210519-0013", "38.98.H29", "210519", "0013"},
                      Shape{"G09.20-20260609-0092637", "G09.20", "20260609", "0092637"},
                      Shape{"000.00.01.H29-260310-0420", "000.00.01.H29", "260310", "0420"},
                      Shape{"H29.X01-260302-092637", "H29.X01", "260302", "092637"},
                      Shape{"H29.X01-260302-10000", "H29.X01", "260302", "10000"},
                      Shape{" h29.x01-260302-0007 ", "H29.X01", "260302", "0007"}));

TEST(DossierCodeTest, AForeignShapeIsRefusedAndSaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "AGENCY-yyMMdd-SERIAL"},
      {"-", "AGENCY-yyMMdd-SERIAL"},
      {"--", "AGENCY-yyMMdd-SERIAL"},
      {"H29.X01", "AGENCY-yyMMdd-SERIAL"},
      {"H29.X01-0007", "AGENCY-yyMMdd-SERIAL"},
      {"-260302-0007", "AGENCY-yyMMdd-SERIAL"},
      {"H29..X01-260302-0007", "agency"},
      {".H29-260302-0007", "agency"},
      {"H29/X01-260302-0007", "agency"},
      {"H29.X01-2603-0007", "date"},
      {"H29.X01-2603022-0007", "date"},
      {"H29.X01-26O302-0007", "date"},
      {"H29.X01-260302-007", "serial"},
      {"H29.X01-260302-00000007", "serial"},
      {"H29.X01-260302-000A", "serial"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_THAT(DossierCode::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(problem)))
        << text;
  }
}

TEST(FoldCodeTest, IgnoresCaseAndSurroundingBlanks) {
  EXPECT_EQ(FoldCode("  h29.x01-260302-0007\n"), "H29.X01-260302-0007");
  EXPECT_EQ(FoldCode("bđ-01"), "Bđ-01") << "only ASCII letters are folded";
}

TEST(CodeProblemTest, NamesWhatNoCodeHas) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"H29\u202E0001", "U+202E as its character 4"},
      {"H29\u200B0001", "U+200B"},
      {"H29\uFEFF0001", "U+FEFF"},
      {"\u00A0H29", "U+00A0 as its character 1"},
      {"H29\u2066-1", "U+2066"},
      {"H29\U000E0041", "U+E0041"},
      {"đ\u00AD1", "U+00AD as its character 2"},
      {"H29\r\n0001", "U+000D"},
      {std::string("H29\0-1", 6), "U+0000"},
      {"H29\x7F", "U+007F"},
      {"H29\xFF", "UTF-8"},
  };
  for (const auto& [code, problem] : cases) {
    EXPECT_THAT(CodeProblem(code), HasSubstr(problem)) << ::testing::PrintToString(code);
  }
}

TEST(CodeProblemTest, AnyShapeMayBeACode) {
  for (const char* code : {"H29.X01-260302-0007", "X05/2026/000123", "BĐ-01", "hồ_sơ#17(a)", "42",
                           "", "G09.20-20260609-0092637", "12 HS/2026",
                           " H29.X01-260302-0007\n" /* blanks around are not compared */}) {
    EXPECT_EQ(CodeProblem(code), "") << code;
  }
}

TEST(DossierCodeTest, ADayIsOneOfTheCalendarInEitherOrder) {
  for (const char* day :
       {"260302", "280229", "290228", "311226", "20260609", "09062026", "010100"}) {
    EXPECT_TRUE((DossierCode{"H29", day, "0001"}.NamesADay())) << day;
  }
  for (const char* day : {"261399", "000000", "263260", "20261301", "99999999", "310231"}) {
    EXPECT_FALSE((DossierCode{"H29", day, "0001"}.NamesADay())) << day;
  }
}

TEST(IsBlankTest, IsWhatShowsNothing) {
  for (const char* blank : {"", " ", "\t\r\n", "\u00A0\u3000", "\u200B\u202E"}) {
    EXPECT_TRUE(IsBlank(blank)) << ::testing::PrintToString(blank);
  }
  for (const char* seen : {"a", " . ", "đ", "\u200Bx", "\xFF"}) {
    EXPECT_FALSE(IsBlank(seen)) << ::testing::PrintToString(seen);
  }
}

TEST(ShapesTest, AgencyCode) {
  for (const char* good :
       {"H29", "H29.X01", "000.00.01.H29", "12345678901234567890123456789012345"}) {
    EXPECT_TRUE(IsAgencyCode(good)) << good;
  }
  for (const char* bad : {"", ".", "H29.", ".H29", "H29..X01", "h29", "H29-X01", "H29 ",
                          "123456789012345678901234567890123456"}) {
    EXPECT_FALSE(IsAgencyCode(bad)) << bad;
  }
}

TEST(ShapesTest, ProcedureCode) {
  for (const char* good : {"1.001193", "2.000635", "1.000656.000.00.00.H29"}) {
    EXPECT_TRUE(IsProcedureCode(good)) << good;
  }
  for (const char* bad : {"", "1", "1.", "1.00119", "1.00119A", "A.001193", "11.001193",
                          "1.001193.", "1.001193..H29", "1-001193"}) {
    EXPECT_FALSE(IsProcedureCode(bad)) << bad;
  }
}

TEST(ShapesTest, ElementId) {
  for (const std::string& good :
       {std::string("nv-7"), std::string("x05.a:b_C"), std::string(80, 'a')}) {
    EXPECT_TRUE(IsElementId(good)) << good;
  }
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a]"),
                                 std::string("a/b"), std::string("đ"), std::string(81, 'a')}) {
    EXPECT_FALSE(IsElementId(bad)) << bad;
  }
}

TEST(ShapesTest, Uuid) {
  EXPECT_TRUE(IsUuid("0d7c1b1e-7c1f-4b5a-9a53-0a4b1c2d3e4F"));
  for (const char* bad :
       {"", "0d7c1b1e7c1f4b5a9a530a4b1c2d3e4f", "0d7c1b1e-7c1f-4b5a-9a53-0a4b1c2d3e4",
        "0d7c1b1e-7c1f-4b5a-9a53-0a4b1c2d3e4g", "0d7c1b1e-7c1f-4b5a-9a530-a4b1c2d3e4f",
        "{d7c1b1e-7c1f-4b5a-9a53-0a4b1c2d3e4}"}) {
    EXPECT_FALSE(IsUuid(bad)) << bad;
  }
}

TEST(ShapesTest, Sha256) {
  EXPECT_TRUE(IsSha256(std::string(64, 'f')));
  EXPECT_FALSE(IsSha256(std::string(64, 'F'))) << "lower case only";
  EXPECT_FALSE(IsSha256(std::string(63, 'f')));
  EXPECT_FALSE(IsSha256(std::string(64, 'g')));
}

TEST(CountCharactersTest, CountsCodePoints) {
  EXPECT_EQ(CountCharacters(""), 0);
  EXPECT_EQ(CountCharacters("abc"), 3);
  EXPECT_EQ(CountCharacters("Nguyễn Văn Mẫu"), 14);
  EXPECT_EQ(CountCharacters("\xF0\x9F\x93\x84"), 1);
  EXPECT_EQ(CountCharacters("\xF4\x8F\xBF\xBF"), 1) << "U+10FFFF, the last";
  EXPECT_EQ(CountCharacters("\xED\x9F\xBF\xEE\x80\x80"), 2) << "beside the surrogates";
}

TEST(CountCharactersTest, RefusesWhatIsNoUtf8) {
  for (const char* bad :
       {"\x80", "\xBF", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE1\xBB", "\xE1\x41\x80", "\xE0\x80\x80",
        "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE1\xBB"}) {
    EXPECT_EQ(CountCharacters(bad), -1) << ::testing::PrintToString(bad);
  }
}

}  // namespace
}  // namespace lienthong::domain
