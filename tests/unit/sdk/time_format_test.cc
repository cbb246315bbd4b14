#include "adapters/sdk/time_format.h"

#include <string>

#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

constexpr const char* kZone = "Asia/Ho_Chi_Minh";

absl::Time At(const char* rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

TEST(TimeFormatTest, WallTimeIsTheCitysWall) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat format,
                                 TimeFormat::Parse("yyyyMMddHHmmss", kZone));
  EXPECT_EQ(format.Format(At("2026-03-02T01:15:07Z")), "20260302081507");
  EXPECT_EQ(format.Read("20260302081507"), At("2026-03-02T01:15:07Z"));
}

TEST(TimeFormatTest, RoundsDownToSeconds) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat wall, TimeFormat::Parse("yyyyMMddHHmmss", kZone));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat rfc, TimeFormat::Parse("rfc3339", kZone));
  EXPECT_EQ(wall.Format(At("2026-03-02T01:15:07.999Z")), "20260302081507");
  EXPECT_EQ(rfc.Format(At("2026-03-02T01:15:07.999Z")), "2026-03-02T08:15:07+07:00");
}

TEST(TimeFormatTest, OtherPatternsAndTheirLiterals) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat format,
                                 TimeFormat::Parse("dd/MM/yyyy HH:mm", kZone));
  EXPECT_EQ(format.Format(At("2026-03-02T01:15:07Z")), "02/03/2026 08:15");
  EXPECT_EQ(format.Read("02/03/2026 08:15"), At("2026-03-02T01:15:00Z"));
  EXPECT_EQ(format.Read("02-03-2026 08:15"), std::nullopt);
}

TEST(TimeFormatTest, RefusesDatesThatDoNotExist) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat format,
                                 TimeFormat::Parse("yyyyMMddHHmmss", kZone));
  for (const char* bad :
       {"20260230081507", "20261301081507", "20260302241507", "20260302081560", "20260302",
        "2026030208150x", "00000101000000", "", "20260302081507 ", "202603020815071"}) {
    EXPECT_EQ(format.Read(bad), std::nullopt) << bad;
  }
  EXPECT_NE(format.Read("20240229235959"), std::nullopt);
}

TEST(TimeFormatTest, Rfc3339NeedsAnOffset) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat format, TimeFormat::Parse("rfc3339", kZone));
  EXPECT_EQ(format.Read("2026-03-02T08:15:07+07:00"), At("2026-03-02T01:15:07Z"));
  EXPECT_EQ(format.Read("2026-03-02T01:15:07Z"), At("2026-03-02T01:15:07Z"));
  for (const char* bad : {"2026-03-02T08:15:07", "2026-02-30T08:15:07+07:00", "infinite-future",
                          " 2026-03-02T08:15:07Z", "2026-03-02T08:15:07Z ", "2026-03-02"}) {
    EXPECT_EQ(format.Read(bad), std::nullopt) << bad;
  }
}

TEST(TimeFormatTest, LocalMeanTimeOfOldRecordsComesBack) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const TimeFormat format, TimeFormat::Parse("rfc3339", kZone));
  const absl::Time old = At("1899-05-01T00:00:10Z");
  EXPECT_EQ(format.Read(format.Format(old)), old);
}

TEST(TimeFormatTest, BadPatternsAndZonesAreNamed) {
  EXPECT_THAT(TimeFormat::Parse("yyyyMM", kZone),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"yyyyMM\"")));
  EXPECT_THAT(TimeFormat::Parse("yyyyMMddx", kZone),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no pattern")));
  EXPECT_THAT(TimeFormat::Parse("yyyyMMdd", "Asia/Hanoi_"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Asia/Hanoi_")));
}

}  // namespace
}  // namespace lienthong::sdk
