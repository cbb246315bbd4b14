#include "adapters/sdk/portal/procedures.h"

#include <cstdlib>
#include <string>

#include "adapters/sdk/portal/json_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk::portal {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

TEST(JsonTextTest, CountsDepthOutsideOfTexts) {
  EXPECT_EQ(ReadJson(R"({"a": "[[[[[[[[[[[[[[[[[[[[[[[[\"[["})").fault, JsonText::Fault::kNone);
  EXPECT_EQ(ReadJson(std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']')).fault,
            JsonText::Fault::kNone);
  EXPECT_EQ(ReadJson(std::string(1 << 20, '[')).fault, JsonText::Fault::kTooDeep);
  EXPECT_EQ(ReadJson(R"({"a": {"b": 1}, "c": {"b": 1}})").fault, JsonText::Fault::kNone);
  EXPECT_EQ(ReadJson(R"({"a": 1, "b": {"c": 2, "c": 2}})").fault, JsonText::Fault::kTwice);
}

TEST(ProceduresTest, SayWhatIsWrongWithTheFile) {
  const auto with = [](const std::string& keys) {
    return Procedures::Parse("[{" + keys + "}]").status();
  };
  const std::string field =
      R"(, "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"}])";
  const std::string whole = R"("MATTHC": "1.001193", "TENTTHC": "Khai sinh")" + field;
  EXPECT_THAT(with(whole), IsOk());
  EXPECT_THAT(with(R"("TENTTHC": "Khai sinh")"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("procedure 1: MATTHC")));
  EXPECT_THAT(with(R"("MATTHC": "1.001193")"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TENTTHC")));
  EXPECT_THAT(with(R"("MATTHC": "1.001193", "TENTTHC": "Khai sinh")"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("LINHVUCTHUCHIEN")));
  EXPECT_THAT(with(whole + R"(, "CACHTHUCTHUCHIEN": {})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("CACHTHUCTHUCHIEN")));
  EXPECT_THAT(Procedures::Parse("[{" + whole + "},{" + whole + "}]"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1.001193 is there twice")));
  EXPECT_THAT(Procedures::Parse(R"({"result": [{)" + whole + "}]}"), IsOk());
  EXPECT_THAT(Procedures::Parse("{}"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Procedures::Load("/nonexistent"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/nonexistent")));
}

TEST(ProceduresTest, TheShippedSampleIsGood) {
  const char* source = std::getenv("LIENTHONG_SOURCE_DIR");
  ASSERT_NE(source, nullptr) << "run by ctest, or set LIENTHONG_SOURCE_DIR";
  const auto sample = Procedures::Load(std::string(source) + "/deploy/procedures.example.json");
  ASSERT_THAT(sample, IsOk());
  EXPECT_GE(sample->list().size(), 20u);
}

TEST(ProceduresTest, GiveAProcedureThatHasOnlyItsCodeItsNames) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Procedures procedures, Procedures::Parse(R"([
      {"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh",
       "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"},
                           {"MALINHVUC": "G15-X", "TENLINHVUC": "Khác"}]}])"));
  dossier::v1::ProcedureReference procedure;
  procedure.set_code("1.001193");
  procedures.Complete(procedure);
  EXPECT_EQ(procedure.name(), "Đăng ký khai sinh");
  EXPECT_EQ(procedure.field_code(), "G15-HT03");
  EXPECT_EQ(procedure.field_name(), "Hộ tịch");
  procedure.set_name("Tên đã nói");
  procedures.Complete(procedure);
  EXPECT_EQ(procedure.name(), "Tên đã nói") << "what was said stays";
  dossier::v1::ProcedureReference unknown;
  unknown.set_code("1.009999");
  procedures.Complete(unknown);
  EXPECT_FALSE(unknown.has_name() || unknown.has_field_code() || unknown.has_field_name());
}

}  // namespace
}  // namespace lienthong::sdk::portal
