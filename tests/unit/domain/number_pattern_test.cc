#include "gateway/domain/number_pattern.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/codes.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::HasSubstr;

const absl::CivilDay kMarch2(2026, 3, 2);

TEST(NumberPatternTest, WritesAndReadsEveryForm) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{agency}-{yyMMdd}-{serial:4}", "H29.X05-260302-0007"},
      {"{agency}-{yyyyMMdd}-{serial:7}", "H29.X05-20260302-0000007"},
      {"{agency}-{yyMMdd}-{serial:6}", "H29.X05-260302-000007"},
      {"{agency}-{yyyyMMdd}-09{serial:5}", "H29.X05-20260302-0900007"},
  };
  for (const auto& [text, code] : cases) {
    const auto pattern = NumberPattern::Parse(text);
    ASSERT_THAT(pattern, IsOk()) << text;
    EXPECT_EQ(pattern->Format("H29.X05", kMarch2, 7), code);
    EXPECT_THAT(DossierCode::Parse(code), IsOk()) << code;
    for (const int64_t serial : {1, 7, 9999, 10'000, 99'999}) {
      const std::string number = pattern->Format("H29.X05", kMarch2, serial);
      EXPECT_EQ(pattern->SerialOf("H29.X05", kMarch2, number), serial) << number;
    }
  }
}

TEST(NumberPatternTest, TheTenThousandthWidens) {
  const NumberPattern& pattern = NumberPattern::Default();
  EXPECT_EQ(pattern.Format("H29.X01", kMarch2, 9999), "H29.X01-260302-9999");
  EXPECT_EQ(pattern.Format("H29.X01", kMarch2, 10'000), "H29.X01-260302-10000");
}

TEST(NumberPatternTest, KnowsWhatIsNoneOfItsNumbers) {
  const NumberPattern& pattern = NumberPattern::Default();
  for (const char* number :
       {"H29.X05-260303-0007", "H29.X05-260302-007", "H29.X05-260302-00007", "H29.X05-260302-0000",
        "H29.X05-260302-000A", "H29.X05-260302-", "H29.X051-260302-0007"}) {
    EXPECT_FALSE(pattern.SerialOf("H29.X05", kMarch2, number).has_value()) << number;
  }
  EXPECT_EQ(pattern.SerialOf("H29.X05", kMarch2, " h29.x05-260302-0007"), 7);
}

TEST(NumberPatternTest, RefusesWhatWouldCollide) {
  for (const char* text : {"", "{agency}-{serial:4}", "{yyMMdd}-{serial:4}",
                           "{agency}-{yyMMdd}-{serial:3}", "{agency}-{yyMMdd}-{serial:8}",
                           "{agency}-{yyMMdd}-{serial:4}x", "{agency}{yyMMdd}{serial:4}",
                           "{agency}-{yyMMdd}-1234{serial:4}", "X{agency}-{yyMMdd}-{serial:4}",
                           "{agency}-{yyMMdd}-X{serial:4}", "{agency}-{yyMMdd}-{serial:}"}) {
    EXPECT_FALSE(NumberPattern::Parse(text).ok()) << text;
  }
  EXPECT_THAT(std::string(NumberPattern::Parse("{serial:4}").status().message()),
              HasSubstr("{agency}-{yyMMdd}-{serial:4}"));
}

TEST(NumberPatternsTest, ChoosesByAgencyAndDay) {
  NumberPatterns patterns;
  const auto add = [&](const char* agency, std::optional<absl::CivilDay> from, const char* text) {
    return patterns.Add(agency, from, *NumberPattern::Parse(text));
  };
  ASSERT_THAT(add("", std::nullopt, "{agency}-{yyMMdd}-{serial:5}"), IsOk());
  ASSERT_THAT(add("H29.X05", kMarch2, "{agency}-{yyyyMMdd}-{serial:6}"), IsOk());
  EXPECT_FALSE(add("H29.X05", kMarch2, "{agency}-{yyMMdd}-{serial:4}").ok()) << "the same day";
  EXPECT_EQ(patterns.For("H29.X05", kMarch2).Format("H29.X05", kMarch2, 1),
            "H29.X05-20260302-000001");
  EXPECT_EQ(patterns.For("H29.X05", kMarch2 - 1).text(), "{agency}-{yyMMdd}-{serial:5}");
  EXPECT_EQ(patterns.For("H29.X01", kMarch2).text(), "{agency}-{yyMMdd}-{serial:5}");
  EXPECT_EQ(NumberPatterns().For("H29.X01", kMarch2).text(), NumberPattern::Default().text());
  EXPECT_EQ(patterns.AllOf("H29.X05").size(), 3U);
  EXPECT_EQ(patterns.AllOf("H29.X01").size(), 2U);
}

TEST(SeriesDayTest, RoundTripAndTheVietnameseDay) {
  EXPECT_EQ(SeriesDay(kMarch2), "260302");
  EXPECT_EQ(ReadSeriesDay("260302"), kMarch2);
  EXPECT_EQ(ReadDay(ShowDay(kMarch2)), kMarch2);
  for (const char* text : {"260230", "26030", "2603021", "26a302", "-60302"}) {
    EXPECT_FALSE(ReadSeriesDay(text).has_value()) << text;
  }
  for (const char* text :
       {"2026-02-30", "1999-01-01", "2100-01-01", "2026-1-1", "2026/01/01", ""}) {
    EXPECT_FALSE(ReadDay(text).has_value()) << text;
  }
  EXPECT_EQ(CivilDayOf(BeginOf(kMarch2)), kMarch2);
  EXPECT_EQ(CivilDayOf(BeginOf(kMarch2) - absl::Microseconds(1)), kMarch2 - 1);
}

}  // namespace
}  // namespace lienthong::domain
