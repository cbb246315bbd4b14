// What an answer means, in both generations.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/national/hub_client.h"
#include "adapters/national/portal_client.h"
#include "gateway/base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::StatusIs;

sdk::HttpResponse Response(int code, const std::string& body) {
  sdk::HttpResponse response;
  response.maybe_sent = true;
  response.code = code;
  response.body = body;
  return response;
}

Verdict Portal(const std::string& body, int code = 200) {
  return JudgePortal(Response(code, body)).verdict;
}

Verdict Hub(const std::string& body, int code = 200) {
  return JudgeHub(Response(code, body)).verdict;
}

TEST(JudgePortalTest, CodesDecideInAllTheirSpellings) {
  const std::vector<std::pair<const char*, Verdict>> codes = {
      {"0", Verdict::kDone},        {"\"0\"", Verdict::kDone},
      {"\"00\"", Verdict::kDone},   {"3", Verdict::kExists},
      {"-3", Verdict::kExists},     {"\"-3\"", Verdict::kExists},
      {"4", Verdict::kNotThere},    {"1", Verdict::kBadData},
      {"-2", Verdict::kLoginEnded}, {"\"-5\"", Verdict::kLoginEnded},
      {"-1", Verdict::kUnclear},    {"99", Verdict::kUnclear},
      {"null", Verdict::kUnclear},  {"\"OK\"", Verdict::kUnclear},
      {"200", Verdict::kUnclear},   {"0.0", Verdict::kUnclear}};
  for (const auto& [code, verdict] : codes) {
    EXPECT_EQ(Portal(std::string(R"({"error_code":)") + code + R"(,"message":"","result":[]})"),
              verdict)
        << code;
  }
}

// "thành công" in the body decided.
TEST(JudgePortalTest, LostSync04_SuccessByText) {
  EXPECT_EQ(Portal(R"({"error_code":-1,"message":"Thành công","result":[]})"), Verdict::kUnclear);
  EXPECT_EQ(Portal(R"({"message":"Thành công"})"), Verdict::kUnclear);
  EXPECT_EQ(Portal("Thành công"), Verdict::kUnclear);
  EXPECT_EQ(Portal(R"({"error_code":3,"message":"Thành công"})"), Verdict::kExists);
  EXPECT_EQ(Portal(R"({"error_code":0,"message":"Lỗi: không thành công"})"), Verdict::kDone);
}

// getInteger("abc") = 0, and an exception inside the call was recorded as delivered.
TEST(JudgePortalTest, WhatCannotBeReadIsNotDelivered) {
  for (const char* body :
       {R"({"error_code":"abc"})", R"({"error_code":""})", R"({"error_code":[]})", "{}", "", "[]",
        R"({"error_code":0)", "<html>200 OK</html>"}) {
    EXPECT_EQ(Portal(body), Verdict::kUnclear) << body;
  }
  sdk::HttpResponse none;
  none.status = absl::UnavailableError("no answer: timeout");
  none.maybe_sent = true;
  EXPECT_EQ(JudgePortal(none).verdict, Verdict::kUnclear);
  none.maybe_sent = false;
  EXPECT_EQ(JudgePortal(none).verdict, Verdict::kNotReached);
}

TEST(JudgePortalTest, OnlyA2xxCarriesAnEnvelope) {
  const std::string success = R"({"error_code":0,"message":"","result":[]})";
  const std::vector<std::pair<int, Verdict>> codes = {
      {201, Verdict::kDone},       {302, Verdict::kRefused},       {400, Verdict::kRefused},
      {401, Verdict::kLoginEnded}, {403, Verdict::kNotAuthorised}, {404, Verdict::kRefused},
      {429, Verdict::kThrottled},  {500, Verdict::kUnclear},       {502, Verdict::kUnclear}};
  for (const auto& [code, verdict] : codes) EXPECT_EQ(Portal(success, code), verdict) << code;
}

TEST(JudgePortalTest, TheFieldAtFaultIsNamedAndTheTextIsNot) {
  const Answer answer = JudgePortal(
      Response(200, R"({"error_code":1,"message":"NgayTiepNhan: sai với Nguyễn Văn Mẫu"})"));
  EXPECT_EQ(answer.field, "NgayTiepNhan");
  EXPECT_EQ(answer.reason.find("Mẫu"), std::string::npos);
}

TEST(JudgePortalTest, AQuotaTellsWhenToComeAgain) {
  sdk::HttpResponse response = Response(429, "");
  response.retry_after = absl::Seconds(7);
  const Answer answer = JudgePortal(response);
  EXPECT_EQ(ToOutcome("d", answer).retry_after().seconds(), 7);
  EXPECT_EQ(ToOutcome("d", answer).outcome(), pb::OUTCOME_RETRY_AFTER);
  const absl::Status status = ToStatus(answer);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(DetailsOf(status).retry_after, absl::Seconds(7));
  EXPECT_EQ(FromLoginFailure(status).verdict, Verdict::kThrottled);
  EXPECT_EQ(FromLoginFailure(status).retry_after, absl::Seconds(7));
}

TEST(VerdictTest, OnlyWhatThePortalItselfDoesIsSaidOfIt) {
  for (const Verdict verdict : {Verdict::kNotReached, Verdict::kLoginEnded, Verdict::kThrottled}) {
    EXPECT_FALSE(UnavailabilityOf(MakeAnswer(verdict, "why")).ok());
  }
  for (const Verdict verdict : {Verdict::kDone, Verdict::kUnclear, Verdict::kNotDone,
                                Verdict::kBadData, Verdict::kNotThere, Verdict::kExists}) {
    EXPECT_TRUE(UnavailabilityOf(MakeAnswer(verdict, "why")).ok());
  }
  EXPECT_EQ(FromLoginFailure(absl::UnavailableError("refused")).verdict, Verdict::kNotReached);
}

TEST(JudgeHubTest, CodesDecideInAllTheirSpellings) {
  EXPECT_EQ(Hub(R"({"code":200,"message":"","data":null})"), Verdict::kDone);
  EXPECT_EQ(Hub(R"({"code":"200","message":"","data":"x"})"), Verdict::kDone);
  EXPECT_EQ(Hub(R"({"code":500,"message":"Thành công"})"), Verdict::kUnclear);
  EXPECT_EQ(Hub(R"({"code":409,"data":{"idHoSo":"a"}})", 400), Verdict::kExists);
  EXPECT_EQ(Hub(R"({"code":400,"message":"MaTTHC: thiếu"})", 400), Verdict::kBadData);
  EXPECT_EQ(Hub(R"({"code":404})", 404), Verdict::kNotThere);
  EXPECT_EQ(Hub(R"({"code":200})", 400), Verdict::kUnclear);
  EXPECT_EQ(Hub("<html>", 404), Verdict::kUnclear);
  EXPECT_EQ(Hub(R"({"code":200})", 401), Verdict::kLoginEnded);
  EXPECT_EQ(Hub(R"({"code":0})"), Verdict::kUnclear);
  EXPECT_EQ(Hub(R"({"message":"OK"})"), Verdict::kUnclear);
  EXPECT_EQ(Hub("", 502), Verdict::kUnclear);
}

TEST(VerdictTest, NothingButSuccessIsApplied) {
  for (const Verdict verdict :
       {Verdict::kUnclear, Verdict::kNotReached, Verdict::kNotDone, Verdict::kThrottled,
        Verdict::kLoginEnded, Verdict::kNotAuthorised, Verdict::kBadData, Verdict::kNotThere,
        Verdict::kExists, Verdict::kRefused}) {
    const Answer answer = MakeAnswer(verdict, "why");
    EXPECT_NE(ToOutcome("d", answer).outcome(), pb::OUTCOME_APPLIED);
    EXPECT_NE(ToOutcome("d", answer).outcome(), pb::OUTCOME_DUPLICATE);
    EXPECT_EQ(ToOutcome("d", answer).reason(), "why");
    EXPECT_FALSE(ToStatus(answer).ok());
  }
  EXPECT_EQ(ToOutcome("d", MakeAnswer(Verdict::kDone, "")).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(ToOutcome("d", Answer()).outcome(), pb::OUTCOME_UNKNOWN);
}

}  // namespace
}  // namespace lienthong::adapters::national
