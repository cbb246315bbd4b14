// Packets are checked to the last member, and what is wrong is named and never repeated.
#include "tests/rigs/shape/shape.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/shape/members.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;

constexpr Member kLines[] = {member::Key(member::Text("Id", 5)), member::Digits("Gia"),
                             member::Bool("Xong")};
constexpr Member kInner[] = {member::Mandatory(member::Text("Ten"))};
constexpr Member kMembers[] = {
    member::Mandatory(member::Text("Ma", 3)),
    member::Date("Ngay"),
    member::Of(MemberKind::kSpacedTime, "Luc"),
    member::Of(MemberKind::kIsoTime, "Iso"),
    member::Code("Kenh", "1|2|10"),
    member::Number("So"),
    member::Number("Loai", "0|1"),
    member::List("Dong", kLines),
    member::Nullable(member::Object("Nguoi", kInner)),
    member::Nullable(member::Of(MemberKind::kAnyObject, "Mau")),
};

std::string Refused(const Json& patch) {
  Json object = {{"Ma", "a"}};
  object.update(patch);
  const auto error = CheckShape(object, kMembers);
  return error ? error->field : "";
}

TEST(Shape, TakesWhatItIs) {
  EXPECT_EQ(Refused(Json::object()), "");
  EXPECT_EQ(Refused({{"Ngay", "20261122080000"},
                     {"Luc", "2026-11-22 08:00:00"},
                     {"Iso", "2026-11-22T08:00:00.000+07:00"},
                     {"Kenh", "10"},
                     {"So", 5},
                     {"Loai", 0},
                     {"Nguoi", nullptr},
                     {"Mau", {{"bat", "ky"}}}}),
            "");
  EXPECT_EQ(Refused({{"Ngay", ""}, {"Kenh", ""}, {"Iso", ""}}), "");
  EXPECT_EQ(Refused({{"Dong", {{{"Id", "a"}, {"Gia", "8000"}, {"Xong", true}}}}}), "");
}

TEST(Shape, NamesWhatIsWrong) {
  const std::vector<std::pair<Json, std::string>> wrong = {
      {{{"Ma", ""}}, "Ma"},
      {{{"Ma", 5}}, "Ma"},
      {{{"Ma", nullptr}}, "Ma"},
      {{{"Ma", "abcd"}}, "Ma"},
      {{{"Khac", "1"}}, "Khac"},
      {{{"Ngay", "20260230080000"}}, "Ngay"},
      {{{"Luc", "2026-11-22T08:00:00"}}, "Luc"},
      {{{"Iso", "2026-11-22T08:00:00+07:00"}}, "Iso"},
      {{{"Iso", "2026-11-22T08:00:00.000Z"}}, "Iso"},
      {{{"Kenh", "3"}}, "Kenh"},
      {{{"Kenh", "1|2"}}, "Kenh"},
      {{{"Kenh", 1}}, "Kenh"},
      {{{"So", "5"}}, "So"},
      {{{"So", -1}}, "So"},
      {{{"So", 1.5}}, "So"},
      {{{"Loai", 2}}, "Loai"},
      {{{"Nguoi", Json::object()}}, "Nguoi.Ten"},
      {{{"Nguoi", "x"}}, "Nguoi"},
      {{{"Mau", "x"}}, "Mau"},
      {{{"Dong", "x"}}, "Dong"},
      {{{"Dong", {"x"}}}, "Dong[0]"},
      {{{"Dong", {Json::object()}}}, "Dong[0].Id"},
      {{{"Dong", {{{"Id", "a"}, {"Gia", "8.000"}}}}}, "Dong[0].Gia"},
      {{{"Dong", {{{"Id", "a"}, {"Xong", "true"}}}}}, "Dong[0].Xong"},
      {{{"Dong", {{{"Id", "a"}, {"La", "1"}}}}}, "Dong[0].La"},
      {{{"Dong", {{{"Id", "a"}}, {{"Id", "a"}}}}}, "Dong[1].Id"},
  };
  for (const auto& [patch, field] : wrong) EXPECT_EQ(Refused(patch), field) << patch;
  EXPECT_EQ(CheckShape(Json::object(), kMembers)->field, "Ma");
  EXPECT_TRUE(CheckShape(Json::array(), kMembers));
}

TEST(Shape, ReasonsNeverRepeatFreeText) {
  const auto error = CheckShape({{"Ma", "Tên người"}}, kMembers);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->reason, ::testing::HasSubstr("9 ký tự, tối đa 3"));
  EXPECT_THAT(error->reason, ::testing::Not(::testing::HasSubstr("người")));
}

TEST(Shape, CompletesWhatWasLeftOut) {
  const Json whole = Completed({{"Ma", "a"}, {"Dong", {{{"Id", "x"}}}}}, kMembers);
  EXPECT_EQ(whole, Json({{"Ma", "a"},
                         {"Ngay", ""},
                         {"Luc", ""},
                         {"Iso", ""},
                         {"Kenh", ""},
                         {"So", 0},
                         {"Loai", 0},
                         {"Dong", {{{"Id", "x"}, {"Gia", ""}, {"Xong", false}}}},
                         {"Nguoi", nullptr},
                         {"Mau", nullptr}}));
}

TEST(ShapeText, DatesMustExist) {
  for (const char* good : {"20240229000000", "20000229120000", "20261231235959"}) {
    EXPECT_TRUE(IsDate(good)) << good;
  }
  for (const char* wrong :
       {"", "20260229000000", "19000229000000", "20260431000000", "20261301000000",
        "20260100000000", "20260101240000", "20260101006000", "20260101000060", "2026010100000",
        "202601010000000", "2026-01-01T000", "18991231000000"}) {
    EXPECT_FALSE(IsDate(wrong)) << wrong;
  }
}

TEST(ShapeText, OtherTimesHaveOneForm) {
  EXPECT_TRUE(IsSpacedTime("2026-11-22 23:59:59"));
  EXPECT_TRUE(IsIsoTime("2026-11-22T08:30:00.123+07:00"));
  for (const char* wrong : {"", "2026-11-22 8:30:00", "2026-02-30 08:30:00", "2026/11/22 08:30:00",
                            "2026-11-22T08:30:00"}) {
    EXPECT_FALSE(IsSpacedTime(wrong)) << wrong;
  }
  for (const char* wrong :
       {"2026-11-22T08:30:00+07:00", "2026-11-22T08:30:00.123Z", "2026-11-22T08:30:00.12+07:00",
        "2026-11-31T08:30:00.123+07:00", "2026-11-22T08:30:00.123+08:00"}) {
    EXPECT_FALSE(IsIsoTime(wrong)) << wrong;
  }
}

TEST(ShapeText, LengthIsCountedInCodePoints) {
  EXPECT_EQ(CountChars("Nguyễn"), 6U);
  EXPECT_EQ(CountChars("😀"), 1U);
}

TEST(ShapeText, LocalTimeIsThatOfHoChiMinhCity) {
  EXPECT_EQ(LocalTime(1'790'000'000'000, "%Y%m%d%H%M%S"), "20260921211320");
}

}  // namespace
}  // namespace lienthong::rigs
