#include "adapters/city/wire.h"

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using ::lienthong::testing::StatusIs;

sdk::HttpResponse Http(int code, std::string body) {
  sdk::HttpResponse response;
  response.maybe_sent = true;
  response.code = code;
  response.body = std::move(body);
  return response;
}

std::string Envelope(const std::string& code, const std::string& result = "{}",
                     const std::string& description = "Thành công") {
  return R"({"StatusCode":)" + code + R"(,"Status":"OK","Description":")" + description +
         R"(","ThrowException":"","ResultObject":)" + result + "}";
}

sdk::FieldNames Names() {
  return {"QuaTrinhXuLy", "NguoiXuLy", "NgayHenTra", "NgayTiepNhan", "Email"};
}

struct Case {
  int http;
  std::string body;
  Verdict verdict;
  int code;
};

TEST(JudgeTest, TheInnerStatusDecidesAndTheTextNever) {
  const Case cases[] = {
      {200, Envelope("200"), Verdict::kDone, 200},
      {201, Envelope("201"), Verdict::kDone, 201},
      // Under HTTP 200 the inner status counts, whatever the words say.
      {200, Envelope("500"), Verdict::kUnclear, 500},
      {200, Envelope("400"), Verdict::kBadData, 400},
      {200, Envelope("401"), Verdict::kNotAuthorised, 401},
      {200, Envelope("403"), Verdict::kNotAuthorised, 403},
      {200, Envelope("404"), Verdict::kUnknown, 404},
      {200, Envelope("409"), Verdict::kExists, 409},
      {200, Envelope("429"), Verdict::kThrottled, 429},
      {200, Envelope("405"), Verdict::kRefused, 405},
      {400, Envelope("400"), Verdict::kBadData, 400},
      {422, Envelope("422"), Verdict::kBadData, 422},
      {500, Envelope("500"), Verdict::kUnclear, 500},
      {503, Envelope("503"), Verdict::kUnclear, 503},
      // Contradictions and half-truths.
      {500, Envelope("200"), Verdict::kUnclear, 500},
      {404, Envelope("200"), Verdict::kUnclear, 404},
      {200, Envelope("200", "null"), Verdict::kUnclear, 200},
      {200, Envelope("200", "[]"), Verdict::kUnclear, 200},
      {200, Envelope("\"200\""), Verdict::kUnclear, 200},
      {200, Envelope("7"), Verdict::kUnclear, 200},
      {200, Envelope("200.0"), Verdict::kUnclear, 200},
      {200, R"({"StatusCode":200})", Verdict::kUnclear, 200},
      {200, R"({"Status":"OK","ResultObject":{}})", Verdict::kUnclear, 200},
      {200, "[]", Verdict::kUnclear, 200},
      {200, "", Verdict::kUnclear, 200},
      {200, "Thành công", Verdict::kUnclear, 200},
      {200, "<html>OK</html>", Verdict::kUnclear, 200},
      {200, Envelope("200").substr(0, 40), Verdict::kUnclear, 200},
      // What stands in front of the platform knows rights and quotas, but no records.
      {401, "<html>", Verdict::kNotAuthorised, 401},
      {403, "", Verdict::kNotAuthorised, 403},
      {429, "", Verdict::kThrottled, 429},
      {404, "<html>not found</html>", Verdict::kUnclear, 404},
      {400, "", Verdict::kUnclear, 400},
      {409, "", Verdict::kUnclear, 409},
      {502, "<html>bad gateway</html>", Verdict::kUnclear, 502},
      {302, "", Verdict::kUnclear, 302},
  };
  for (const Case& c : cases) {
    const Answer answer = Judge(Http(c.http, c.body), Names());
    EXPECT_EQ(answer.verdict, c.verdict) << c.http << " " << c.body;
    EXPECT_EQ(answer.code, c.code) << c.http << " " << c.body;
    EXPECT_EQ(answer.reason.empty(), c.verdict == Verdict::kDone) << c.http << " " << c.body;
  }
}

TEST(JudgeTest, NoAnswerIsUnclearUnlessNothingWasSent) {
  sdk::HttpResponse lost;
  lost.status = absl::UnavailableError("no answer: timeout");
  lost.maybe_sent = true;
  EXPECT_EQ(Judge(lost, Names()).verdict, Verdict::kUnclear);
  lost.maybe_sent = false;
  EXPECT_EQ(Judge(lost, Names()).verdict, Verdict::kNotSent);
}

Answer JudgeText(const std::string& description) {
  return Judge(Http(400, Envelope("400", "null", description)), Names());
}

TEST(JudgeTest, NamesTheFieldButNeverQuotesTheText) {
  const Answer answer = JudgeText("QuaTrinhXuLy[tp-1].NguoiXuLy: Nguyễn Văn Mẫu quá dài");
  EXPECT_EQ(answer.field, "QuaTrinhXuLy[tp-1].NguoiXuLy");
  EXPECT_EQ(answer.reason,
            "the platform does not accept the data (400); it names QuaTrinhXuLy, NguoiXuLy");
  for (const char* text : {"Nguyễn Văn Mẫu: sai", "sai dữ liệu", "0900000001: sai", "Mau: sai",
                           "QuaTrinhXuLy[Nguyễn].NguoiXuLy: sai", "NguoiXuLy.Mau: sai"}) {
    EXPECT_EQ(JudgeText(text).field, "") << text;
  }
}

TEST(JudgeTest, NamesTheFieldsThatTheTextMentionsAndNothingElseOfIt) {
  EXPECT_EQ(
      JudgeText("NgayHenTra phải sau NgayTiepNhan; NgayHenTra=20260101 của Mai NguoiXuLyX").reason,
      "the platform does not accept the data (400); it names NgayHenTra, NgayTiepNhan");
  EXPECT_EQ(JudgeText("Nguyễn Văn Mẫu, 0900000001").reason,
            "the platform does not accept the data (400)");
  // Only of bad data: another refusal's text is not about fields.
  EXPECT_EQ(
      Judge(Http(403, Envelope("403", "null", "NgayHenTra")), Names()).reason.find("NgayHenTra"),
      std::string::npos);
}

TEST(JudgeTest, RetryAfterIsKept) {
  sdk::HttpResponse response = Http(429, Envelope("429"));
  response.retry_after = absl::Seconds(3);
  const Answer answer = Judge(response, Names());
  EXPECT_EQ(answer.retry_after, absl::Seconds(3));
  EXPECT_EQ(DetailsOf(ToStatus(answer)).retry_after, absl::Seconds(3));
}

TEST(ToStatusTest, ErrorsOfWholeCalls) {
  const auto status = [](int code) {
    return ToStatus(Judge(Http(code, Envelope(std::to_string(code))), Names()));
  };
  EXPECT_THAT(status(500), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status(429), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(status(401), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(status(403), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(status(400), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(status(405), StatusIs(absl::StatusCode::kInternal));
}

TEST(AuthorizationTest, IsTheSignedKeyWithoutBearer) {
  std::string text;
  ASSERT_TRUE(absl::Base64Unescape(AuthorizationOf({"A", "S", "app", "P", ""}), &text));
  EXPECT_EQ(
      text,
      R"({"AccessKey":"A","SecretKey":"S","AppName":"app","PartnerCode":"P","PartnerCodeCus":""})");
}

}  // namespace
}  // namespace lienthong::adapters::city
