#include "gateway/forms/words.h"

#include "gtest/gtest.h"

namespace lienthong::forms {
namespace {

google::protobuf::Timestamp At(int64_t seconds) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  return time;
}

TEST(Words, DatesAreThoseOfTheWallInVietNam) {
  EXPECT_EQ(Date(At(1767200400)), "01/01/2026");  // 2025-12-31T17:00:00Z
  EXPECT_EQ(Moment(At(1767200399)), "23 giờ 59 phút, ngày 31 tháng 12 năm 2025");
  EXPECT_EQ(Moment(At(1767200400)), "00 giờ 00 phút, ngày 01 tháng 01 năm 2026");
  EXPECT_EQ(LetterDate(At(1767200400)), "Ngày 01 tháng 01 năm 2026");
  EXPECT_EQ(Date({}), "");
  EXPECT_EQ(Moment({}), "");
}

TEST(Words, AmountsAreGroupedByThousands) {
  EXPECT_EQ(Amount(0), "0 đồng");
  EXPECT_EQ(Amount(999), "999 đồng");
  EXPECT_EQ(Amount(1'000), "1.000 đồng");
  EXPECT_EQ(Amount(1'234'000), "1.234.000 đồng");
  EXPECT_EQ(Amount(-50'000), "-50.000 đồng");
}

TEST(Words, TextIsCutBetweenCharacters) {
  EXPECT_EQ(Shortened("ữợặ", 3), "ữợặ");
  EXPECT_EQ(Shortened("ữợặễ", 3), "ữợặ…");
}

}  // namespace
}  // namespace lienthong::forms
