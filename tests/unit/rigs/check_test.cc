// The city takes what its schema says and nothing else.
#include "tests/rigs/city/check.h"

#include <span>
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/city/schema.h"
#include "tests/unit/rigs/records_for_test.h"

namespace lienthong::rigs::city {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// The field that a patch is refused for; "" when it is taken.
std::string RefusedField(Json patch) {
  const CheckResult result = CheckRecord(patch, CheckFor::kPatch, LongText::kRefuse);
  return result.error ? result.error->field : "";
}

std::string Letters(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += "ế";
  return text;
}

// One value that the field takes and one that it does not.
std::string Good(const FieldRule& field) {
  switch (field.kind) {
    case FieldKind::kText:
      return Letters(field.chars_max);
    case FieldKind::kDate:
      return "20260228235959";
    case FieldKind::kCode:
      return std::string(field.codes.substr(0, field.codes.find('|')));
    case FieldKind::kDigits:
      return std::string(field.chars_max, '9');
    case FieldKind::kId:
      return std::string(field.chars_max, 'a');
    case FieldKind::kHash:
    case FieldKind::kContent:
      return "";  // only together
  }
  return "";
}

std::string Bad(const FieldRule& field) {
  switch (field.kind) {
    case FieldKind::kText:
      return Letters(field.chars_max + 1);
    case FieldKind::kDate:
      return "20260229000000";
    case FieldKind::kCode:
      return "11";
    case FieldKind::kDigits:
      return "1.5";
    case FieldKind::kId:
      return "a b";
    case FieldKind::kHash:
      return std::string(64, 'a');
    case FieldKind::kContent:
      return "Base64?";
  }
  return "";
}

TEST(CityCheck, EveryFieldTakesItsLongestAndRefusesOneOver) {
  ASSERT_EQ(RecordFields().size(), 42U);
  for (const FieldRule& field : RecordFields()) {
    const std::string name(field.name);
    EXPECT_EQ(RefusedField({{name, Good(field)}}), "") << name;
    EXPECT_EQ(RefusedField({{name, Bad(field)}}), name);
    EXPECT_EQ(RefusedField({{name, 1}}), name);
    EXPECT_EQ(RefusedField({{name, nullptr}}), name);
    EXPECT_EQ(RefusedField({{name, ""}}), field.mandatory ? name : "") << name;
  }
}

TEST(CityCheck, EveryListElementIsHeldToItsFields) {
  ASSERT_EQ(RecordLists().size(), 9U);
  for (const ListRule& list : RecordLists()) {
    const std::string list_name(list.name);
    for (const FieldRule& field : list.fields.subspan(1)) {
      const std::string name(field.name);
      const std::string place = list_name + "[x-1]." + name;
      EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x-1"}, {name, Good(field)}}}}}), "") << place;
      EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x-1"}, {name, Bad(field)}}}}}), place);
      EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x-1"}, {name, false}}}}}), place);
      EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x-1"}, {name, ""}}}}}), "") << place;
    }
    EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x-1"}, {"Thừa", ""}}}}}),
              list_name + "[x-1].Thừa");
    EXPECT_EQ(RefusedField({{list_name, Json::array({Json::object()})}}), list_name + "[0].Id");
    EXPECT_EQ(RefusedField({{list_name, {{{"Id", ""}}}}}), list_name + "[0].Id");
    EXPECT_EQ(RefusedField({{list_name, {{{"Id", "ế"}}}}}), list_name + "[0].Id");
    EXPECT_EQ(RefusedField({{list_name, {{{"Id", "x"}}, {{"Id", "x"}}}}}), list_name + "[x].Id");
    EXPECT_EQ(RefusedField({{list_name, {"x"}}}), list_name + "[0]");
    EXPECT_EQ(RefusedField({{list_name, ""}}), list_name);
  }
}

TEST(CityCheck, ContentComesWithItsDigestAndIsNotKept) {
  const char* digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";  // of x
  const auto paper = [](const Json& more) {
    Json element = {{"Id", "p"}};
    element.update(more);
    return Json{{"TaiLieuNop", Json::array({element})}};
  };
  Json good = paper({{"HashTepTin", digest}, {"NoiDungTepTin", "eA=="}});
  EXPECT_FALSE(CheckRecord(good, CheckFor::kPatch, LongText::kRefuse).error);
  EXPECT_EQ(good, paper({{"HashTepTin", digest}}));
  EXPECT_EQ(RefusedField(paper({{"HashTepTin", ""}})), "") << "content is taken back";
  EXPECT_EQ(RefusedField(paper({{"HashTepTin", digest}})), "TaiLieuNop[p].HashTepTin");
  EXPECT_EQ(RefusedField(paper({{"NoiDungTepTin", "eA=="}})), "TaiLieuNop[p].HashTepTin");
  EXPECT_EQ(RefusedField(paper({{"HashTepTin", digest}, {"NoiDungTepTin", "eQ=="}})),
            "TaiLieuNop[p].HashTepTin");
  const std::string too_much((kContentBytesMax / 3 + 1) * 4, 'A');
  EXPECT_EQ(RefusedField(paper({{"HashTepTin", digest}, {"NoiDungTepTin", too_much}})),
            "TaiLieuNop[p].NoiDungTepTin");
}

TEST(CityCheck, EveryMandatoryFieldMustBeThereOnCreate) {
  const Json smallest = SmallestRecord();
  Json whole = smallest;
  EXPECT_FALSE(CheckRecord(whole, CheckFor::kCreate, LongText::kRefuse).error);
  for (const auto& [name, value] : smallest.items()) {
    Json record = smallest;
    record.erase(name);
    const CheckResult result = CheckRecord(record, CheckFor::kCreate, LongText::kRefuse);
    ASSERT_TRUE(result.error) << name;
    EXPECT_EQ(result.error->field, name);
    EXPECT_EQ(RefusedField(record), "") << "a patch may leave " << name << " out";
  }
}

TEST(CityCheck, RefusesUnknownFieldsAndTheIdThatTheCityIssues) {
  EXPECT_EQ(RefusedField({{"MaHoSoo", "1"}}), "MaHoSoo");
  EXPECT_EQ(RefusedField({{"maHoSo", "1"}}), "maHoSo");
  EXPECT_EQ(RefusedField({{"IdHoSo", "TP-2026-0000001"}}), "IdHoSo");
  EXPECT_EQ(RefusedField(Json::array()), "HoSo");
}

TEST(CityCheck, CodesAreComparedWhole) {
  EXPECT_EQ(RefusedField({{"TrangThaiHoSo", "10"}}), "");
  for (const char* wrong : {"0", "11", "1|2", "01", " 1"}) {
    EXPECT_EQ(RefusedField({{"TrangThaiHoSo", wrong}}), "TrangThaiHoSo") << wrong;
  }
  EXPECT_EQ(RefusedField({{"DanhSachLePhi", {{{"Id", "p"}, {"HinhThucThu", "3"}}}}}),
            "DanhSachLePhi[p].HinhThucThu");
}

TEST(CityCheck, LengthIsCountedInCodePoints) {
  Json patch = {{"MaTinh", Letters(11)}};
  const CheckResult result = CheckRecord(patch, CheckFor::kPatch, LongText::kRefuse);
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->reason, HasSubstr("11 ký tự, tối đa 10"));
}

TEST(CityCheck, TruncationCutsTextsAndNothingElse) {
  Json patch = {{"MaTinh", Letters(12)}, {"PhanCong", {{{"Id", "a"}, {"GhiChu", Letters(1001)}}}}};
  const CheckResult result = CheckRecord(patch, CheckFor::kPatch, LongText::kCut);
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.texts_cut, 2);
  EXPECT_EQ(patch["MaTinh"], Letters(10));
  EXPECT_EQ(patch["PhanCong"][0]["GhiChu"], Letters(1000));
  Json date = {{"NgayTra", "202601010000001"}};
  EXPECT_TRUE(CheckRecord(date, CheckFor::kPatch, LongText::kCut).error);
}

TEST(CityCheck, ReasonsNeverRepeatFreeText) {
  Json patch = {{"MaTinh", "Tên người rất dài"}};
  const CheckResult result = CheckRecord(patch, CheckFor::kPatch, LongText::kRefuse);
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->reason, ::testing::Not(HasSubstr("người")));
}

}  // namespace
}  // namespace lienthong::rigs::city
