// What a request's target says.
#include "tests/rigs/http/message.h"

#include "gtest/gtest.h"

namespace lienthong::rigs::http {
namespace {

TEST(ParseQuery, DecodesNamesAndValues) {
  const auto query = ParseQuery("MaHoSo=H29.X01%2d1&Ten=Nguy%e1%BB%85n+A&Trong");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->at("MaHoSo"), "H29.X01-1");
  EXPECT_EQ(query->at("Ten"), "Nguyễn A");
  EXPECT_EQ(query->at("Trong"), "");
  EXPECT_TRUE(ParseQuery("")->empty());
}

TEST(ParseQuery, RefusesBrokenEscapesAndRepeats) {
  for (const char* wrong : {"a=%", "a=%4", "a=%zz", "a=1&a=2"}) {
    EXPECT_FALSE(ParseQuery(wrong)) << wrong;
  }
}

TEST(ParseNumber, TakesDigitsOnly) {
  EXPECT_EQ(ParseNumber("0"), 0);
  EXPECT_EQ(ParseNumber("9223372036854775807"), INT64_MAX);
  for (const char* wrong : {"", "-1", "-0", "+1", " 1", "1 ", "1.0", "9223372036854775808"}) {
    EXPECT_FALSE(ParseNumber(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace lienthong::rigs::http
