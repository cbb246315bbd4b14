#include "adapters/sdk/portal/packets.h"

#include <string>
#include <utility>
#include <vector>

#include "adapters/sdk/portal/content_token.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/matching.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace lienthong::sdk::portal {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Step;
using google::protobuf::util::MessageDifferencer;
using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message = Dossier>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// Whole and delivered as it stands. Invented.
Dossier Accepted() {
  return Parse(R"(
      code: "H29.X01-260302-0001" receipt_number: "H29.X01-260302-0001" status: STATUS_ACCEPTED
      origin { channel: CHANNEL_COUNTER submission_place: SUBMISSION_PLACE_LOCAL }
      procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03"
                  field_name: "Hộ tịch" }
      applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_CITIZEN
                  identities { id: "n1" kind: KIND_CITIZEN_ID number: "000000000001" } }
      reception { received_time { seconds: 1772414100 } }
      outcome { return_method: RETURN_METHOD_DIRECT }
      processing_unit: "UBND phường Mẫu"
      papers { id: "p-1" name: "Tờ khai" digitized: true removed: true
               file { source: "https://gateway.example/files/1" } }
      fees { id: "n1" code: "LP01" name: "Lệ phí" amount_vnd: 8000 }
      fees { id: "n2" code: "LP02" name: "Phí" amount_vnd: 5000 }
      supplements { id: "b-1" content: "Bổ sung giấy tờ" answered: false paper_ids: "p-1"
                    fee_ids: "n2" }
      results { id: "k-1" name: "Giấy khai sinh" file { source: "https://gateway.example/files/2" } })");
}

std::string ErrorField(const json& record) {
  const std::vector<adapter::v1::ItemError> errors = CheckRecord(record);
  return errors.empty() ? "" : errors.front().field();
}

json With(json record, const std::vector<std::pair<const char*, json>>& changes) {
  for (const auto& [name, value] : changes) record[name] = value;
  return record;
}

TEST(PortalEncodeTest, WritesThePortalsForms) {
  const Encoded encoded = EncodeDossier(Accepted(), {.code = "DVC.2026.7"});
  ASSERT_FALSE(encoded.error.has_value());
  const json& record = encoded.record;
  EXPECT_EQ(record.at("MaHoSo"), "DVC.2026.7");
  EXPECT_EQ(record.at("SoBienNhan"), "H29.X01-260302-0001");
  EXPECT_EQ(record.at("NgayTiepNhan"), "20260302081500");
  EXPECT_EQ(record.at("NgayHenTra"), "");
  EXPECT_EQ(record.at("TrangThaiHoSo"), "2");
  EXPECT_EQ(record.at("HinhThuc"), "0");
  EXPECT_EQ(record.at("DSKetNoiCSDL"), json::array());
  EXPECT_EQ(record.at("DinhDanhCHS"),
            json::parse(R"([{"LoaiDinhDanh":"1","SoDinhDanh":"000000000001"}])"));
  const json& paper = record.at("TaiLieuNop").at(0);
  EXPECT_EQ(paper.at("TepDinhKemId"), "p-1");
  EXPECT_EQ(paper.at("IsDeleted"), "True");
  Dossier living = Accepted();
  living.mutable_papers(0)->clear_removed();
  living.mutable_supplements(0)->set_id("dvc-15");
  const json told = EncodeDossier(living, {.code = "", .ids = {.own_prefix = "dvc-"}}).record;
  EXPECT_EQ(told.at("TaiLieuNop").at(0).at("IsDeleted"), "False");
  EXPECT_EQ(told.at("TaiLieuNop").at(0).at("DuocTaiSuDung"), "") << "nothing else is assumed";
  EXPECT_EQ(told.at("DanhSachHoSoBoSung").at(0).at("HoSoBoSungId"), 15);
  EXPECT_EQ(paper.at("DuocSoHoa"), "1");
  EXPECT_EQ(paper.at("DuongDanTaiTepTin"), "https://gateway.example/files/1");
  EXPECT_EQ(record.at("DanhSachLePhi").at(1).at("Gia"), "5000");
  const json& round = record.at("DanhSachHoSoBoSung").at(0);
  EXPECT_EQ(round.at("HoSoBoSungId"), domain::RoundNumber("b-1"));
  EXPECT_EQ(round.at("TrangThaiBoSung"), false);
  EXPECT_EQ(round.at("DanhSachGiayToBoSung").at(0), paper);
  EXPECT_EQ(round.at("DanhSachLePhiBoSung").at(0).at("MaPhiLePhi"), "LP02");
  EXPECT_EQ(record.at("DanhSachGiayToKetQua").at(0).at("DuongDanTepTinKetQua"),
            "https://gateway.example/files/2");
}

TEST(PortalEncodeTest, CutsTextsAndSaysSo) {
  Dossier dossier = Accepted();
  std::string phone;
  for (int i = 0; i < 60; ++i) phone += "ộ";
  dossier.mutable_contact()->set_phone(phone);
  const Encoded encoded = EncodeDossier(dossier, {});
  EXPECT_EQ(encoded.record.at("SoDienThoai").get<std::string>().size(),
            50 * std::string("ộ").size());
  ASSERT_EQ(encoded.losses.size(), 1U);
  EXPECT_EQ(encoded.losses[0].path(), "contact.phone");
  EXPECT_EQ(encoded.losses[0].description(), "cut to 50 characters");
  dossier.set_code(std::string(60, 'X'));  // a cut code is another dossier's
  EXPECT_EQ(EncodeDossier(dossier, {}).record.at("MaHoSo"), std::string(60, 'X'));
}

TEST(PortalEncodeTest, AValueWithoutACodeIsAnErrorNotAGuess) {
  Dossier dossier = Accepted();
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  const Encoded encoded = EncodeDossier(dossier, {});
  ASSERT_TRUE(encoded.error.has_value());
  EXPECT_EQ(encoded.error->field(), "LoaiDoiTuong");
  EXPECT_THAT(encoded.error->reason(), HasSubstr("APPLICANT_KIND_HOUSEHOLD_BUSINESS"));
  EXPECT_FALSE(encoded.record.contains("LoaiDoiTuong"));
}

TEST(PortalEncodeTest, TheAccountIsToldOfOnlineDossiersOnly) {
  Dossier dossier = Accepted();
  dossier.mutable_origin()->set_portal_account("tech-1");
  Encoded encoded = EncodeDossier(dossier, {});
  EXPECT_EQ(encoded.record.at("MaDoiTuong"), "");
  ASSERT_EQ(encoded.losses.size(), 1U);
  EXPECT_EQ(encoded.losses[0].path(), "origin.portal_account");
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
  encoded = EncodeDossier(dossier, {});
  EXPECT_EQ(encoded.record.at("MaDoiTuong"), "tech-1");
  EXPECT_EQ(ErrorField(encoded.record), "");
}

TEST(PortalEncodeTest, RemovedFeesAreLeftOutAndIdsOfThePortalGoBack) {
  Dossier dossier = Accepted();
  dossier.mutable_fees(0)->set_removed(true);
  dossier.mutable_papers(0)->set_id("dvc-77");
  const json record = EncodeDossier(dossier, {.code = {}, .ids = {.own_prefix = "dvc-"}}).record;
  ASSERT_EQ(record.at("DanhSachLePhi").size(), 1U);
  EXPECT_EQ(record.at("DanhSachLePhi").at(0).at("MaPhiLePhi"), "LP02");
  EXPECT_EQ(record.at("TaiLieuNop").at(0).at("TepDinhKemId"), "77");
}

TEST(PortalCheckTest, DemandsWhatTheStatusNeeds) {
  const json record = EncodeDossier(Accepted(), {}).record;
  EXPECT_EQ(ErrorField(record), "");
  for (const char* name :
       {"MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "KenhThucHien", "ChuHoSo",
        "LoaiDoiTuong", "TrangThaiHoSo", "HinhThuc", "DonViXuLy", "NgayTiepNhan"}) {
    EXPECT_EQ(ErrorField(With(record, {{name, ""}})), name);
  }
  EXPECT_EQ(ErrorField(With(record, {{"TrangThaiHoSo", "4"}, {"NgayTiepNhan", ""}})),
            "NgayTiepNhan");
  const json before = With(record, {{"NgayTiepNhan", ""}, {"NgayNopHoSo", "20260302080000"}});
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", "1"}})), "");
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", 1}, {"NgayNopHoSo", ""}})), "NgayNopHoSo");
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", "3"}})), "NgayTuChoi");
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", "3"}, {"NgayTuChoi", "20260302090000"}})),
            "");
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", "5"}})), "");
  EXPECT_EQ(ErrorField(With(record, {{"TrangThaiHoSo", "7"}})), "");
  EXPECT_EQ(ErrorField(With(before, {{"TrangThaiHoSo", "7"}, {"NgayNopHoSo", ""}})), "NgayNopHoSo");
  EXPECT_EQ(ErrorField(With(record, {{"MaDoiTuong", "t"}})), "MaDoiTuong");
}

TEST(PortalDecodeTest, TakesTheFormsThatWereSeen) {
  const json record = json::parse(R"({
      "MaHoSo": "DVC.2026.7", "TrangThaiHoSo": 2, "KenhThucHien": " 1 ", "NgayTiepNhan": 20260302081500,
      "SoDienThoai": 900000001, "HoSoCoThanhPhanSoHoa": "True", "TaiKhoanDuocXacThucVoiVNeID": 1,
      "Email": "", "Fax": null, "TaiLieuNop": [{"TepDinhKemId": 77, "IsDeleted": "0", "DuocSoHoa": true}],
      "DanhSachLePhi": [{"Gia": 50000.0}], "DanhSachHoSoBoSung": [{"HoSoBoSungId": 5, "TrangThaiBoSung": "True"}],
      "DSKetNoiCSDL": "", "DanhSachTepDinhKemKhac": null, "TenDonVi": "x"})");
  const DecodedDossier decoded =
      DecodeDossier(record, {.ids = {.own_prefix = "dvc-", .position_prefix = "dvc-n"}});
  ASSERT_FALSE(decoded.error.has_value()) << decoded.error->ShortDebugString();
  const Dossier expected = Parse(R"(
      code: "DVC.2026.7" status: STATUS_ACCEPTED
      origin { channel: CHANNEL_COUNTER account_verified: true }
      contact { phone: "900000001" } has_digitized_papers: true
      reception { received_time { seconds: 1772414100 } }
      papers { id: "dvc-77" removed: false digitized: true }
      fees { id: "dvc-n1" amount_vnd: 50000 }
      supplements { id: "dvc-5" answered: true })");
  EXPECT_TRUE(MessageDifferencer::Equals(decoded.dossier, expected))
      << decoded.dossier.DebugString();
  EXPECT_THAT(decoded.cleared, ElementsAre("contact.email"));
  EXPECT_THAT(decoded.ignored, ElementsAre("TenDonVi"));
}

TEST(PortalDecodeTest, WhatCannotBeUnderstoodIsNamedWithoutPersonalValues) {
  const std::vector<std::pair<const char*, const char*>> bad = {
      {R"({"NgayTiepNhan":"20260231000000"})", "NgayTiepNhan"},
      {R"({"NgayTiepNhan":"2026-03-02"})", "NgayTiepNhan"},
      {R"({"TrangThaiHoSo":"11"})", "TrangThaiHoSo"},
      {R"({"LoaiDoiTuong":"citizen"})", "LoaiDoiTuong"},
      {R"({"HoSoCoThanhPhanSoHoa":"maybe"})", "HoSoCoThanhPhanSoHoa"},
      {R"({"SoDienThoai":{"so":"0900000009"}})", "SoDienThoai"},
      {R"({"SoDienThoai":true})", "SoDienThoai"},
      {R"({"TaiLieuNop":"x"})", "TaiLieuNop"},
      {R"({"TaiLieuNop":["x"]})", "TaiLieuNop[1]"},
      {R"({"TaiLieuNop":[{"TepDinhKemId":"a b"}]})", "TaiLieuNop[1].TepDinhKemId"},
      {R"({"TaiLieuNop":[{"TepDinhKemId":"1"},{"TepDinhKemId":"1"}]})", "TaiLieuNop[2]"},
      {R"({"TaiLieuNop":[{},{"DuocTaiSuDung":"7"}]})", "TaiLieuNop[2].DuocTaiSuDung"},
      {R"({"DanhSachLePhi":[{"Gia":"8.000"}]})", "DanhSachLePhi[1].Gia"},
      {R"({"DanhSachHoSoBoSung":[{"DanhSachGiayToBoSung":[{"DuocSoHoa":"x"}]}]})",
       "DanhSachHoSoBoSung[1].DanhSachGiayToBoSung[1].DuocSoHoa"},
      {R"({"DinhDanhCHS":[{"LoaiDinhDanh":"000000000009"}]})", "DinhDanhCHS[1].LoaiDinhDanh"}};
  for (const auto& [text, field] : bad) {
    const DecodedDossier decoded = DecodeDossier(json::parse(text), {});
    ASSERT_TRUE(decoded.error.has_value()) << text;
    EXPECT_EQ(decoded.error->field(), field) << text;
    EXPECT_NE(decoded.error->reason(), "");
    EXPECT_THAT(decoded.error->reason(), Not(HasSubstr("0000009"))) << text;
  }
}

TEST(PortalDecodeTest, AllBadFieldsAreNamedAtOnce) {
  const json record = json::parse(R"({"NgayHenTra": "20260231000000", "TrangThaiHoSo": "11",
      "TaiLieuNop": ["x", {"TepDinhKemId": "a b", "DuocSoHoa": "?"}, {"TepDinhKemId": "1"},
                     {"TepDinhKemId": "1", "DuocTaiSuDung": "7"}],
      "DanhSachLePhi": {}})");
  std::vector<std::string> fields;
  for (const auto& error : DecodeDossier(record, {}).errors) fields.push_back(error.field());
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("NgayHenTra", "TrangThaiHoSo",
                                                      "TaiLieuNop[1]", "TaiLieuNop[2].TepDinhKemId",
                                                      "TaiLieuNop[2].DuocSoHoa", "TaiLieuNop[4]",
                                                      "DanhSachLePhi"));
  const json many = {{"TaiLieuNop", json(std::vector<json>(1000, "x"))}};
  EXPECT_EQ(DecodeDossier(many, {}).errors.size(), 100u);
}

TEST(PortalDecodeTest, APaperMayComeInlineOnceItsContentIsStored) {
  const std::string sha(64, '1');
  const json record = {{"TaiLieuNop",
                        {{{"TenTepDinhKem", "Tờ khai"},
                          {"Base64", WriteContentToken({.sha256 = sha, .size_bytes = 7})}}}}};
  const DecodedDossier decoded = DecodeDossier(record, {});
  ASSERT_FALSE(decoded.error.has_value());
  EXPECT_EQ(decoded.dossier.papers(0).file().ShortDebugString(),
            "source: \"lienthong-content:" + sha + ":7\"");
  const json raw = {{"TaiLieuNop", {{{"TenTepDinhKem", "Tờ khai"}, {"Base64", "JVBERi0xLjQ="}}}}};
  EXPECT_EQ(DecodeDossier(raw, {}).error->field(), "TaiLieuNop[1].Base64");
}

TEST(PortalDecodeTest, ARoundNamesPapersAndFeesOfTheDossier) {
  const json record = json::parse(R"({
      "TaiLieuNop": [{"TepDinhKemId": "1", "TenTepDinhKem": "Tờ khai"}],
      "DanhSachLePhi": [{"MaPhiLePhi": "LP01", "Gia": "8000"}, {"MaPhiLePhi": "LP01", "Gia": "1"}],
      "DanhSachHoSoBoSung": [{"HoSoBoSungId": "b",
          "DanhSachGiayToBoSung": [{"TepDinhKemId": "1"}, {"TenTepDinhKem": "Ảnh"}],
          "DanhSachLePhiBoSung": [{"MaPhiLePhi": "LP02", "Gia": "5000"}, {"MaPhiLePhi": "LP01"}, {"MaPhiLePhi": "LP01"}]}]})");
  const DecodedDossier decoded = DecodeDossier(record, {});
  ASSERT_FALSE(decoded.error.has_value());
  EXPECT_TRUE(MessageDifferencer::Equals(decoded.dossier, Parse(R"(
      papers { id: "1" name: "Tờ khai" } papers { id: "b-n2" name: "Ảnh" }
      fees { id: "n1" code: "LP01" amount_vnd: 8000 } fees { id: "n2" code: "LP01" amount_vnd: 1 }
      fees { id: "b-n1" code: "LP02" amount_vnd: 5000 }
      supplements { id: "b" paper_ids: "1" paper_ids: "b-n2" fee_ids: "b-n1" fee_ids: "n1" fee_ids: "n2" })")))
      << decoded.dossier.DebugString();
}

TEST(PortalRepresentTest, ShowsWhatWouldBeReadBack) {
  Dossier dossier = Accepted();
  dossier.mutable_supplements(0)->set_id("7");  // the portal knows a round by a number
  dossier.add_papers()->set_id("p-2");
  dossier.mutable_contact()->set_email("");
  dossier.mutable_reception()->mutable_received_time()->set_nanos(500'000'000);
  dossier.mutable_procedure()->set_name(std::string(3000, 'x'));
  const adapter::v1::Representation shown = Represent(dossier);
  EXPECT_FALSE(shown.has_error());
  const DecodedDossier read = DecodeDossier(EncodeDossier(dossier, {}).record, {});
  EXPECT_TRUE(MessageDifferencer::Equals(shown.dossier(), read.dossier))
      << shown.dossier().DebugString() << read.dossier.DebugString();
  const adapter::v1::Representation again = Represent(shown.dossier());
  EXPECT_TRUE(MessageDifferencer::Equals(shown.dossier(), again.dossier()));
}

TEST(PortalRepresentTest, NamesWhatIsLost) {
  Dossier dossier = Accepted();
  dossier.mutable_fees(0)->set_removed(true);
  dossier.mutable_applicant()->set_address("1 Đường Mẫu");
  *dossier.add_steps() = Parse<Step>(
      R"(id: "s-1" officer: "ộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộ" to_unit: "B")");
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  const adapter::v1::Representation shown = Represent(dossier);
  EXPECT_EQ(shown.error().field(), "LoaiDoiTuong");
  std::vector<std::string> losses;
  for (const adapter::v1::Loss& loss : shown.losses()) {
    losses.push_back(loss.path() + ": " + loss.description());
  }
  EXPECT_THAT(losses, ElementsAre("applicant.kind: has no place in the record",
                                  "fees[n1]: a removed element is left out",
                                  "steps[s-1].officer: cut to 50 characters",
                                  "applicant.address: has no place in the record",
                                  "steps[s-1].to_unit: has no place in the record"));
  EXPECT_EQ(shown.dossier().steps(0).status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_FALSE(Represent(shown.dossier()).has_error());
}

TEST(PortalNameTest, PathsHaveThePortalsNames) {
  EXPECT_EQ(NameOf("procedure.code"), "MaTTHC");
  EXPECT_EQ(NameOf("results[a].file.source"), "DanhSachGiayToKetQua[a].DuongDanTepTinKetQua");
  EXPECT_EQ(NameOf("applicant.address"), "applicant.address");
  EXPECT_EQ(NameOf("papers[a].quantity"), "papers[a].quantity");
  EXPECT_EQ(NameOf(""), "");
}

TEST(PortalStepTest, AStepWithoutStatusCarriesTheDossiers) {
  const Step step = Parse<Step>(R"(id: "s-1" officer: "Trần Thị Ví Dụ" content: "thẩm định"
                                   time { seconds: 1772414100 })");
  const Encoded encoded = EncodeStep(step, "X", dossier::v1::STATUS_PROCESSING);
  ASSERT_FALSE(encoded.error.has_value());
  EXPECT_EQ(encoded.record, json::parse(R"({"MaHoSo":"X","NguoiXuLy":"Trần Thị Ví Dụ","ChucDanh":"",
      "ThoiDiemXuLy":"20260302081500","PhongBanXuLy":"","NoiDungXuLy":"thẩm định","TrangThai":"4",
      "NgayBatDau":"","NgayKetThucTheoQuyDinh":""})"));
  const DecodedStep read = DecodeStep(encoded.record);
  ASSERT_TRUE(read.errors.empty());
  EXPECT_EQ(read.code, "X");
  EXPECT_EQ(read.step.status(), dossier::v1::STATUS_PROCESSING);
  EXPECT_EQ(read.step.content(), "thẩm định");
}

TEST(PortalStepTest, MissingFieldsAreNamedNeverInvented) {
  const Step step =
      Parse<Step>(R"(id: "s-1" content: "x" time { seconds: 1 } status: STATUS_ACCEPTED)");
  EXPECT_EQ(EncodeStep(step, "X", dossier::v1::STATUS_ACCEPTED).error->field(),
            "steps[s-1].NguoiXuLy");
  json line = EncodeStep(step, "X", dossier::v1::STATUS_ACCEPTED).record;
  EXPECT_EQ(DecodeStep(line).errors.at(0).field(), "NguoiXuLy");
  line["NguoiXuLy"] = "A";
  EXPECT_TRUE(DecodeStep(line).errors.empty());
  line.erase("MaHoSo");
  EXPECT_EQ(DecodeStep(line).errors.at(0).field(), "MaHoSo");
  EXPECT_FALSE(DecodeStep(json::array()).errors.empty());
}

}  // namespace
}  // namespace lienthong::sdk::portal
