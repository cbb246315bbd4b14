// The portal's calls, asked twice: what they mean, then what to answer.
#include "adapters/national/receiver.h"

#include <string>

#include "adapters/national/inbound_calls.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Result = pb::ReceiveRequest::Result;

Result Made(pb::Outcome outcome, const std::string& code = "") {
  Result result;
  result.set_outcome(outcome);
  if (!code.empty()) result.mutable_dossier()->set_code(code);
  return result;
}

class ReceiverTest : public ::testing::Test {
 protected:
  static std::string Body(const json& object) {
    return json{{"madonvi", "H29.X01"}, {"data", json::array({object})}}.dump();
  }
  pb::ReceiveReply Ask(const std::string& service, const std::string& body) {
    pb::ReceiveRequest request;
    request.set_service(service);
    request.set_body(body);
    return *receiver_.Receive(request);
  }
  json Answer(const std::string& service, const std::string& body,
              const std::vector<Result>& results) {
    pb::ReceiveRequest request;
    request.set_service(service);
    request.set_body(body);
    request.set_answer(true);
    for (const Result& result : results) *request.add_results() = result;
    const pb::ReceiveReply reply = *receiver_.Receive(request);
    EXPECT_EQ(reply.items_size() + reply.look_ups_size(), 0);
    return json::parse(reply.body());
  }

  const sdk::NoFiles files_;
  const sdk::PaperLinks papers_{files_, "portal", sdk::PaperLinks::Unverified::kLeftOut};
  const Receiver receiver_{"DongBoHoSoMC", ReadSubmission, UnusedInSubmission, "MaHoSo", papers_};
  const json submission_ = {{"MaHoSo", "DVC.1"},
                            {"TrangThaiHoSo", "1"},
                            {"NgayNopHoSo", "20260302080000"},
                            {"ChuHoSo", "Nguyễn Văn Mẫu"}};
  const json withdrawal_ = {{"MaHoSo", "DVC.1"}, {"MaYeuCau", "yc-5"}};
};

TEST_F(ReceiverTest, ASubmissionIsAnsweredWithTheSharedCode) {
  const std::string body = Body(submission_);
  const pb::ReceiveReply meant = Ask("DongBoHoSoMC", body);
  ASSERT_EQ(meant.items_size(), 1);
  EXPECT_EQ(meant.look_ups_size(), 0);
  EXPECT_EQ(meant.items(0).key(), "DVC.1");
  EXPECT_EQ(meant.body(), "");
  for (const pb::Outcome outcome : {pb::OUTCOME_APPLIED, pb::OUTCOME_DUPLICATE}) {
    const json answer = Answer("DongBoHoSoMC", body, {Made(outcome, "H29.X01-260302-0001")});
    EXPECT_EQ(answer.at("error_code"), 0);
    EXPECT_EQ(answer.at("result"),
              json::parse(R"([{"MaHoSo":"DVC.1","SoBienNhan":"H29.X01-260302-0001"}])"));
  }
}

TEST_F(ReceiverTest, ARefusalNamesThePortalsField) {
  Result refused = Made(pb::OUTCOME_REJECTED);
  refused.set_field("procedure.code");
  refused.set_reason("is required");
  const json answer = Answer("DongBoHoSoMC", Body(submission_), {refused});
  EXPECT_EQ(answer.at("error_code"), 1);
  EXPECT_EQ(answer.at("message"), "MaTTHC: is required");
}

TEST_F(ReceiverTest, WhatIsNotKnownToBeDurableIsCalledAgain) {
  EXPECT_EQ(Answer("DongBoHoSoMC", Body(submission_), {Made(pb::OUTCOME_UNKNOWN)}).at("error_code"),
            -1);
  EXPECT_EQ(Answer("DongBoHoSoMC", Body(submission_), {}).at("error_code"), -1);
  EXPECT_EQ(Answer("DongBoHoSoMC", Body(submission_), {Made(pb::OUTCOME_APPLIED)}).at("error_code"),
            -1);
  EXPECT_EQ(Answer("RutHoSo", Body(withdrawal_), {Made(pb::OUTCOME_APPLIED)}).at("error_code"), -1);
  EXPECT_EQ(Answer("RutHoSo", Body(withdrawal_),
                   {Made(pb::OUTCOME_RETRY_AFTER), Made(pb::OUTCOME_APPLIED, "C")})
                .at("error_code"),
            -1);
  EXPECT_EQ(
      Answer("TraCuuHoSo", Body({{"MaHoSo", "X"}}), {Made(pb::OUTCOME_UNKNOWN)}).at("error_code"),
      -1);
}

TEST_F(ReceiverTest, AnUnknownDossierAndABadFieldAreToldApart) {
  const pb::ReceiveReply meant = Ask("RutHoSo", Body(withdrawal_));
  ASSERT_EQ(meant.items_size(), 1);
  EXPECT_THAT(meant.look_ups(), ElementsAre("DVC.1"));
  Result refused = Made(pb::OUTCOME_REJECTED);
  refused.set_field("requests[dvc-yc-5].time");
  refused.set_reason("is missing");
  const Result known = Made(pb::OUTCOME_APPLIED, "C"), unknown = Made(pb::OUTCOME_REJECTED);
  EXPECT_EQ(Answer("RutHoSo", Body(withdrawal_), {refused, unknown}).at("error_code"), 4);
  const json bad = Answer("RutHoSo", Body(withdrawal_), {refused, known});
  EXPECT_EQ(bad.at("error_code"), 1);
  EXPECT_EQ(bad.at("message"), "NgayYeuCau: is missing");
  EXPECT_EQ(
      Answer("RutHoSo", Body(withdrawal_), {Made(pb::OUTCOME_DUPLICATE), known}).at("error_code"),
      0);
}

TEST_F(ReceiverTest, ALookUpGivesTheRecordUnderTheCodeThatWasAsked) {
  const pb::ReceiveReply meant = Ask("TraCuuHoSo", Body({{"MaHoSo", "DVC.1"}}));
  EXPECT_EQ(meant.items_size(), 0);
  EXPECT_THAT(meant.look_ups(), ElementsAre("DVC.1"));
  Result found = Made(pb::OUTCOME_APPLIED, "H29.X01-260302-0001");
  found.mutable_dossier()->set_status(dossier::v1::STATUS_PROCESSING);
  found.mutable_dossier()->add_papers()->set_id("dvc-77");
  found.mutable_dossier()->mutable_papers(0)->mutable_file()->set_source("https://city.example/1");
  const json answer = Answer("TraCuuHoSo", Body({{"MaHoSo", "DVC.1"}}), {found});
  EXPECT_EQ(answer.at("error_code"), 0);
  ASSERT_EQ(answer.at("result").size(), 1U);
  EXPECT_EQ(answer.at("result").at(0).at("MaHoSo"), "DVC.1");
  EXPECT_EQ(answer.at("result").at(0).at("TrangThaiHoSo"), "4");
  EXPECT_EQ(answer.at("result").at(0).at("TaiLieuNop").at(0).at("TepDinhKemId"), "77");
  const json none = Answer("TraCuuHoSo", Body({{"MaHoSo", "DVC.1"}}), {Made(pb::OUTCOME_REJECTED)});
  EXPECT_EQ(none.at("error_code"), 0);
  EXPECT_EQ(none.at("result"), json::array());
}

TEST_F(ReceiverTest, WhatIsNoCallIsRefusedAtOnce) {
  for (const std::string& body :
       {std::string("x"), std::string("[]"), std::string(R"({"madonvi":"H29.X01","data":[]})"),
        std::string(R"({"data":[{"MaHoSo":"A"},{"MaHoSo":"B"}]})"),
        std::string(R"({"data":["x"]})"),
        std::string(R"({"service":"RutHoSo","data":[{"MaHoSo":"A"}]})"), Body(json::object())}) {
    const pb::ReceiveReply reply = Ask("DongBoHoSoMC", body);
    EXPECT_EQ(reply.items_size() + reply.look_ups_size(), 0) << body;
    EXPECT_THAT(reply.body(), HasSubstr(R"("error_code":1)")) << body;
  }
  pb::ReceiveRequest request;
  request.set_service("NoiHoSo");
  EXPECT_THAT(receiver_.Receive(request), StatusIs(absl::StatusCode::kNotFound));
}

// The hub has two ids of a dossier, and keeps it under its own.
TEST_F(ReceiverTest, AnActNamesItsDossierByTheIdUnderWhichItIsKept) {
  const Receiver hub("NoiHoSo", ReadSubmission, UnusedInSubmission, "IdHoSo", papers_);
  json withdrawal = withdrawal_;
  pb::ReceiveRequest request;
  request.set_service("RutHoSo");
  request.set_body(Body(withdrawal));
  const json refused = json::parse(hub.Receive(request)->body());
  EXPECT_EQ(refused.at("error_code"), 1);
  EXPECT_THAT(refused.at("message").get<std::string>(), HasSubstr("IdHoSo: "));
  withdrawal["IdHoSo"] = "HUB-1";
  request.set_body(Body(withdrawal));
  const pb::ReceiveReply taken = *hub.Receive(request);
  ASSERT_EQ(taken.items_size(), 1);
  EXPECT_EQ(taken.items(0).key(), "HUB-1");
  EXPECT_THAT(taken.look_ups(), ElementsAre("DVC.1"));
}

// 3 and -3 mean "exists" to whoever reads our answers, 4 "not there": a caller turns its create
// into an update, or the other way round.
TEST_F(ReceiverTest, NoDataErrorIsReadAsADossierThatExists) {
  Result refused = Made(pb::OUTCOME_REJECTED);
  refused.set_field("x");
  const Result known = Made(pb::OUTCOME_APPLIED, "C");
  const json bad = {{"MaHoSo", "A"}};
  for (const json& answer : {Answer("DongBoHoSoMC", Body(submission_), {refused}),
                             Answer("RutHoSo", Body(withdrawal_), {refused, known}),
                             json::parse(Ask("DongBoHoSoMC", "x").body()),
                             json::parse(Ask("BoSungHoSo", Body(bad)).body()),
                             json::parse(Ask("ThanhToanHoSo", Body(bad)).body())}) {
    EXPECT_EQ(answer.at("error_code"), 1) << answer;
  }
}

TEST_F(ReceiverTest, NamesThatHaveNoPlaceAreToldInTheAnswer) {
  json record = submission_;
  record.update({{"MaHuyen", "760"}, {"DonDangKy", "JVBERi0x"}, {"MaTinh", "79"}, {"Fax2", ""}});
  const Result made = Made(pb::OUTCOME_APPLIED, "H29.X01-260302-0001");
  EXPECT_EQ(Answer("DongBoHoSoMC", Body(record), {made}).at("message"),
            "Thành công; không lưu: DonDangKy, MaHuyen");
  EXPECT_EQ(Answer("DongBoHoSoMC", Body(submission_), {made}).at("message"), "Thành công");
  json refund = {{"MaHoSo", "DVC.1"},    {"MaPhiLePhi", "LP01"}, {"SoTien", "1"},
                 {"MaGiaoDich", "GD-1"}, {"HoanTra", "0"},       {"NganHang", "Mẫu"}};
  EXPECT_EQ(Answer("ThanhToanHoSo", Body(refund), {made, made}).at("message"),
            "Thành công; không lưu: NganHang");
  refund["HoanTra"] = "1";
  EXPECT_EQ(Answer("ThanhToanHoSo", Body(refund), {made, made}).at("message"),
            "Thành công; không lưu: MaGiaoDich, NganHang");
}

TEST_F(ReceiverTest, AKeptCallSaysWhichServiceAndAgencyItWasFor) {
  const pb::InboundItem item = Ask("DongBoHoSoMC", Body(submission_)).items(0);
  const json kept = json::parse(item.raw());
  EXPECT_EQ(kept, (json{{"madonvi", "H29.X01"},
                        {"service", "DongBoHoSoMC"},
                        {"data", json::array({submission_})}}));
  pb::InterpretRequest request;
  request.set_key(item.key());
  request.set_raw(item.raw());
  EXPECT_EQ(receiver_.Interpret(request).SerializeAsString(), item.SerializeAsString());
  json other = kept;
  other["service"] = "TraCuuHoSo";
  request.set_raw(other.dump());
  EXPECT_EQ(receiver_.Interpret(request).error().field(), "service");
  other = kept;
  other["data"] = json::array();
  request.set_raw(other.dump());
  EXPECT_EQ(receiver_.Interpret(request).error().field(), "data");
}

}  // namespace
}  // namespace lienthong::adapters::national
