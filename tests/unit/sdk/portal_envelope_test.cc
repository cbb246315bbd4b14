#include "adapters/sdk/portal/envelope.h"

#include <string>
#include <utility>
#include <vector>

#include "adapters/sdk/portal/content_token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::sdk::portal {
namespace {

using nlohmann::json;
using ::testing::Eq;
using ::testing::Optional;

TEST(PortalEnvelopeTest, ACodeMayBeANumberOrItsDigits) {
  const std::vector<std::pair<const char*, int64_t>> codes = {
      {"0", 0}, {"\"0\"", 0}, {"\"00\"", 0}, {"-3", -3}, {"\"-3\"", -3}, {"3", 3}, {"\" 4 \"", 4}};
  for (const auto& [text, code] : codes) {
    EXPECT_THAT(ReadCode(json::parse(text)), Optional(code)) << text;
  }
}

// getInteger("abc") = 0 made a failure a success.
TEST(PortalEnvelopeTest, ACodeThatIsNoNumberIsNotZero) {
  for (const char* text :
       {"\"abc\"", "\"\"", "null", "true", "false", "0.0", "\"0x0\"", "\"--0\"", "\"-\"", "[]",
        "{}", "\"0 thành công\"", "18446744073709551615", "\"99999999999999999999\""}) {
    EXPECT_THAT(ReadCode(json::parse(text)), Eq(std::nullopt)) << text;
  }
  EXPECT_THAT(ReadReply(R"({"message":"Thành công"})")->code, Eq(std::nullopt));
}

TEST(PortalEnvelopeTest, ReadsRepliesAndNothingElse) {
  const auto reply =
      ReadReply(R"({"error_code":"0","message":"ok","result":[{"a":1}],"session":"s"})");
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(reply->code, Optional(0));
  EXPECT_EQ(reply->result, json::parse(R"([{"a":1}])"));
  EXPECT_EQ(TextAt(reply->body, "session"), "s");
  EXPECT_EQ(ReadReply(R"({"error_code":0,"result":null})")->result, json::array());
  EXPECT_EQ(ReadReply(R"({"error_code":0,"result":{"a":1}})")->result.size(), 1U);
  for (const char* text : {"", "null", "[]", "0", "<html>", R"({"error_code":0)",
                           R"({"error_code":0,"result":"ok"})"}) {
    EXPECT_FALSE(ReadReply(text).has_value()) << text;
  }
}

TEST(PortalEnvelopeTest, TheFieldThatAMessageNames) {
  EXPECT_EQ(FieldIn("NgayTiepNhan: bắt buộc"), "NgayTiepNhan");
  EXPECT_EQ(FieldIn("TaiLieuNop[2].IsDeleted: x"), "TaiLieuNop[2].IsDeleted");
  EXPECT_EQ(FieldIn("Nguyễn Văn Mẫu: x"), "");
  EXPECT_EQ(FieldIn("Mau A: x"), "");
  EXPECT_EQ(FieldIn("lỗi dữ liệu"), "");
}

TEST(PortalEnvelopeTest, WritesWhatItReads) {
  const auto reply = ReadReply(WriteReply(-3, "đã tồn tại", json::array({{{"MaHoSo", "X"}}})));
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(reply->code, Optional(-3));
  EXPECT_EQ(reply->message, "đã tồn tại");
  EXPECT_EQ(reply->result.at(0).at("MaHoSo"), "X");
  EXPECT_NE(WriteReply(0, "\xff").find("error_code"), std::string::npos);
}

TEST(PortalEnvelopeTest, ReadsCallsInAllTheirForms) {
  const auto call = ReadCall(
      R"({"session":"s","madonvi":"H29.X01","service":"DongBoHoSoMC","isUpdating":"True","data":{"MaHoSo":"X"}})");
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->agency, "H29.X01");
  EXPECT_EQ(call->service, "DongBoHoSoMC");
  EXPECT_THAT(call->is_updating, Optional(true));
  EXPECT_EQ(call->data.at(0).at("MaHoSo"), "X");
  EXPECT_THAT(ReadCall(R"({"isUpdating":0})")->is_updating, Optional(false));
  EXPECT_THAT(ReadCall(R"({"isUpdating":""})")->is_updating, Eq(std::nullopt));
  EXPECT_THAT(ReadCall(R"({})")->is_updating, Eq(std::nullopt));
  for (const char* text : {"", "[]", R"({"data":"x"})", R"({"isUpdating":"perhaps"})"}) {
    EXPECT_FALSE(ReadCall(text).has_value()) << text;
  }
}

TEST(ContentTokenTest, RoundTripsAndTakesNothingElse) {
  const std::string sha(64, 'a');
  const auto token = ReadContentToken(WriteContentToken({.sha256 = sha, .size_bytes = 7}));
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->sha256, sha);
  EXPECT_EQ(token->size_bytes, 7);
  for (const std::string& text : std::vector<std::string>{
           "JVBERi0xLjQ=", "lienthong-content:" + sha, "lienthong-content:" + sha + ":",
           "lienthong-content:" + sha + ":-1", "lienthong-content:abc:7",
           "lienthong-content:" + sha + ":7x"}) {
    EXPECT_FALSE(ReadContentToken(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lienthong::sdk::portal
