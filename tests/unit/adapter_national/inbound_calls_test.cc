#include "adapters/national/inbound_calls.h"

#include <string>
#include <utility>
#include <vector>

#include "adapters/sdk/portal/content_token.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using google::protobuf::util::MessageDifferencer;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Dossier Parse(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier)) << text;
  return dossier;
}

// What a citizen hands in. Invented.
json Submission() {
  return json::parse(R"({
      "MaHoSo": "DVC.2026.0000123", "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh",
      "MaLinhVuc": "G15-HT03", "TenLinhVuc": "Hộ tịch", "KenhThucHien": "2", "ChuHoSo": "Nguyễn Văn Mẫu",
      "LoaiDoiTuong": "1", "MaDoiTuong": "tech-1", "TrangThaiHoSo": "1", "HinhThuc": "0",
      "NoiNopHoSo": "1", "NgayNopHoSo": "20260302080000", "NgayTiepNhan": "", "SoBienNhan": "",
      "DiaChi": "1 Đường Mẫu", "MaTinh": "79", "MaXa": "26740", "MaSoThue": "0300000001",
      "TaiLieuNop": [{"TepDinhKemId": "77", "TenTepDinhKem": "Tờ khai",
                      "DuongDanTaiTepTin": "https://portal.example/files/77"}]})");
}

TEST(SubmissionTest, BecomesANewDossier) {
  const pb::InboundItem item = ReadSubmission(Submission(), "H29.X01");
  ASSERT_FALSE(item.has_error()) << item.error().ShortDebugString();
  EXPECT_EQ(item.key(), "DVC.2026.0000123");
  EXPECT_EQ(item.version(), 0);
  EXPECT_EQ(item.cleared_size(), 0);
  EXPECT_TRUE(MessageDifferencer::Equals(item.dossier(), Parse(R"(
      code: "DVC.2026.0000123" status: STATUS_SUBMITTED
      origin { channel: CHANNEL_ONLINE submission_place: SUBMISSION_PLACE_PORTAL
               submitted_time { seconds: 1772413200 } portal_account: "tech-1" }
      procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03" field_name: "Hộ tịch" }
      applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_CITIZEN identity_number: "0300000001"
                  address: "1 Đường Mẫu" province_code: "79" unit_code: "26740" }
      outcome { return_method: RETURN_METHOD_DIRECT }
      papers { id: "dvc-77" name: "Tờ khai" file { source: "https://portal.example/files/77" } }
      reception { agency: "H29.X01" })")))
      << item.dossier().DebugString();
}

TEST(SubmissionTest, TheSameCallGivesTheSameItem) {
  json inlined = Submission();
  inlined["TaiLieuNop"].push_back(
      {{"TenTepDinhKem", "Ảnh"},
       {"Base64",
        sdk::portal::WriteContentToken({.sha256 = std::string(64, 'b'), .size_bytes = 5})}});
  const pb::InboundItem item = ReadSubmission(inlined, "H29.X01");
  ASSERT_FALSE(item.has_error());
  EXPECT_EQ(item.dossier().papers(1).id(), "dvc-n2");
  EXPECT_THAT(item.dossier().papers(1).file().source(), HasSubstr("lienthong-content:bbbb"));
  EXPECT_EQ(item.SerializeAsString(), ReadSubmission(inlined, "H29.X01").SerializeAsString());
}

// The portal may send a dossier once more, its lists in another order.
TEST(SubmissionTest, ElementsWithoutIdsAreMarkedAsPlaces) {
  json record = Submission();
  record["DinhDanhCHS"] = {{{"LoaiDinhDanh", "2"}}, {{"LoaiDinhDanh", "1"}}};
  record["DanhSachLePhi"] = json::array({{{"MaPhiLePhi", "LP01"}}});
  record["DSKetNoiCSDL"] = json::array({{{"MaCSDL", "7"}}});
  const Dossier dossier = ReadSubmission(record, "H29.X01").dossier();
  EXPECT_EQ(dossier.applicant().identities(1).id(), "dvc-n2*");
  EXPECT_EQ(dossier.fees(0).id(), "dvc-n1*");
  EXPECT_EQ(dossier.database_lookups(0).id(), "dvc-n1*");
  EXPECT_EQ(dossier.papers(0).id(), "dvc-77");
}

TEST(SubmissionTest, WhatIsMissingOrWrongIsNamed) {
  const std::vector<std::pair<json, const char*>> changes = {
      {{{"MaHoSo", ""}}, "MaHoSo"},
      {{{"TrangThaiHoSo", "2"}}, "TrangThaiHoSo"},
      {{{"TrangThaiHoSo", ""}}, "TrangThaiHoSo"},
      {{{"NgayNopHoSo", ""}}, "NgayNopHoSo"},
      {{{"NgayNopHoSo", "2026"}}, "NgayNopHoSo"},
      {{{"TaiLieuNop", {{{"Base64", "JVBERi0xLjQ="}}}}}, "TaiLieuNop[1].Base64"}};
  for (const auto& [change, field] : changes) {
    json record = Submission();
    record.update(change);
    const pb::InboundItem item = ReadSubmission(record, "H29.X01");
    EXPECT_EQ(item.error().field(), field) << change.dump();
    EXPECT_FALSE(item.has_dossier());
  }
  EXPECT_EQ(ReadSubmission(Submission(), "").error().field(), "madonvi");
  EXPECT_EQ(ReadSubmission(Submission(), "phường").error().field(), "madonvi");
}

TEST(SupplementTest, AnswersTheRoundThatWeToldOf) {
  const json reply = json::parse(R"({"MaHoSo": "DVC.1", "HoSoBoSungId": "nv-bs1",
      "ThongTinTiepNhan": "Tôi bổ sung", "NgayTiepNhanBoSung": "20260302081500",
      "TaiLieuNop": [{"TepDinhKemId": "78", "TenTepDinhKem": "Ảnh"}, {"TenTepDinhKem": "Đơn"}]})");
  const pb::InboundItem item = ReadSupplement(reply);
  ASSERT_FALSE(item.has_error()) << item.error().ShortDebugString();
  EXPECT_EQ(item.key(), "DVC.1");
  EXPECT_TRUE(MessageDifferencer::Equals(item.dossier(), Parse(R"(
      papers { id: "dvc-78" name: "Ảnh" } papers { id: "dvc-nv-bs1-n2" name: "Đơn" }
      supplements { id: "nv-bs1" reply_note: "Tôi bổ sung" answered: true
                    received_time { seconds: 1772414100 }
                    paper_ids: "dvc-78" paper_ids: "dvc-nv-bs1-n2" })")))
      << item.dossier().DebugString();
}

TEST(SupplementTest, WithoutARoundTheGatewayFindsIt) {
  json reply = {{"MaHoSo", "DVC.1"},
                {"NgayTiepNhanBoSung", "20260302081500"},
                {"TaiLieuNop", {{{"TenTepDinhKem", "Đơn"}}}}};
  const pb::InboundItem item = ReadSupplement(reply);
  ASSERT_FALSE(item.has_error());
  EXPECT_FALSE(item.dossier().supplements(0).has_id());
  EXPECT_EQ(item.dossier().papers(0).id(), "dvc-20260302081500-n1");
  reply["NgayTiepNhanBoSung"] = "x";
  EXPECT_EQ(ReadSupplement(reply).error().field(), "NgayTiepNhanBoSung");
  reply["NgayTiepNhanBoSung"] = "";
  EXPECT_EQ(ReadSupplement(reply).error().field(), "HoSoBoSungId");
  reply = {{"MaHoSo", "DVC.1"}, {"HoSoBoSungId", "b"}, {"TaiLieuNop", {{{"DuocSoHoa", "7"}}}}};
  EXPECT_EQ(ReadSupplement(reply).error().field(), "TaiLieuNop[1].DuocSoHoa");
}

TEST(WithdrawalTest, IsAnEventOfTheApplicants) {
  const json request = json::parse(R"({"MaHoSo": "DVC.1", "MaYeuCau": "yc-5",
      "NgayYeuCau": "20260302081500", "LyDo": "Tôi rút hồ sơ"})");
  const pb::InboundItem item = ReadWithdrawal(request);
  ASSERT_FALSE(item.has_error());
  EXPECT_TRUE(MessageDifferencer::Equals(item.dossier(), Parse(R"(
      requests { id: "dvc-yc-5" kind: KIND_WITHDRAW time { seconds: 1772414100 }
                 content: "Tôi rút hồ sơ" })")));
  for (const char* name : {"MaHoSo", "MaYeuCau"}) {
    json without = request;
    without.erase(name);
    EXPECT_EQ(ReadWithdrawal(without).error().field(), name);
  }
  json wrong = request;
  wrong["NgayYeuCau"] = "20260230000000";
  EXPECT_EQ(ReadWithdrawal(wrong).error().field(), "NgayYeuCau");
  wrong = request;
  wrong["MaYeuCau"] = "a b";
  EXPECT_EQ(ReadWithdrawal(wrong).error().field(), "MaYeuCau");
}

TEST(PaymentTest, NamesTheLineByItsCode) {
  const json payment = json::parse(R"({"MaHoSo": "DVC.1", "MaPhiLePhi": "LP01", "SoTien": "8000",
      "NgayThanhToan": "20260302081500", "MaGiaoDich": "GD-1", "HoanTra": "0"})");
  EXPECT_TRUE(MessageDifferencer::Equals(ReadPayment(payment).dossier(), Parse(R"(
      fees { code: "LP01" paid_vnd: 8000 paid_time { seconds: 1772414100 } payment_reference: "GD-1"
             payment_channel: ONLINE_PAYMENT_PORTAL })")));
  json refund = payment;
  refund["HoanTra"] = 1;
  refund["SoTien"] = 8000;
  EXPECT_TRUE(MessageDifferencer::Equals(ReadPayment(refund).dossier(), Parse(R"(
      fees { code: "LP01" refunded_vnd: 8000 refunded_time { seconds: 1772414100 } })")));
  const std::vector<std::pair<json, const char*>> changes = {
      {{{"SoTien", "-5"}}, "SoTien"},
      {{{"SoTien", "8.000"}}, "SoTien"},
      {{{"SoTien", "0"}}, "SoTien"},
      {{{"SoTien", ""}}, "SoTien"},
      {{{"SoTien", "99999999999999999999"}}, "SoTien"},
      {{{"HoanTra", "x"}}, "HoanTra"},
      {{{"MaPhiLePhi", ""}}, "MaPhiLePhi"},
      {{{"MaGiaoDich", nullptr}}, "MaGiaoDich"},
      {{{"NgayThanhToan", "1"}}, "NgayThanhToan"}};
  for (const auto& [change, field] : changes) {
    json wrong = payment;
    wrong.update(change);
    EXPECT_EQ(ReadPayment(wrong).error().field(), field) << change.dump();
  }
}

TEST(UnusedTest, WhatASubmissionSaysBesideTheRecordAndTheGatewayHasNoPlaceFor) {
  EXPECT_THAT(UnusedInSubmission(Submission()), IsEmpty());
  json record = Submission();
  record.update({{"MaHuyen", "760"},
                 {"NgayTiepNhan", "20260302080000"},
                 {"SoBienNhan", "SBN-1"},
                 {"SoGiayToChuHoSo", "000000000009"},
                 {"Rong", json::array()}});
  EXPECT_THAT(UnusedInSubmission(record),
              UnorderedElementsAre("MaHuyen", "NgayTiepNhan", "SoBienNhan", "MaSoThue"));
  EXPECT_THAT(UnusedInWithdrawal({{"MaYeuCau", "a"}, {"L\xc3\xbd", "x"}}), ElementsAre("L??"));
}

TEST(NameInCallTest, IsThePortals) {
  EXPECT_EQ(NameInCall("fees[lp1].payment_reference"), "MaGiaoDich");
  EXPECT_EQ(NameInCall("fees[0].code"), "MaPhiLePhi");
  EXPECT_EQ(NameInCall("requests[dvc-1].content"), "LyDo");
  EXPECT_EQ(NameInCall("supplements[b].paper_ids"), "TaiLieuNop");
  EXPECT_EQ(NameInCall("procedure.code"), "MaTTHC");
  EXPECT_EQ(NameInCall("fees[a].author"), "fees[a].author");
}

TEST(ReadBackTest, APortalsOwnCodeIsNotTheSharedOne) {
  EXPECT_FALSE(ReadBackItem({{"MaHoSo", "DVC.1"}}, "DVC.1").dossier().has_code());
  EXPECT_EQ(
      ReadBackItem({{"MaHoSo", "H29.X01-260302-0001"}}, "H29.X01-260302-0001").dossier().code(),
      "H29.X01-260302-0001");
  const pb::InboundItem bad = ReadBackItem({{"MaHoSo", "X"}, {"SoDienThoai", {"0900000009"}}}, "X");
  EXPECT_EQ(bad.error().field(), "SoDienThoai");
  EXPECT_THAT(bad.error().reason(), Not(HasSubstr("09000")));
}

}  // namespace
}  // namespace lienthong::adapters::national
