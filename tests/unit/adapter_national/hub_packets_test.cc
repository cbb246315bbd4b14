#include "adapters/national/hub_packets.h"

#include <string>

#include "adapters/national/hub_inbound.h"
#include "adapters/national/hub_represent.h"
#include "adapters/national/hub_state.h"
#include "gateway/domain/fields.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::Optional;

const char kSha[] = "1111111111111111111111111111111111111111111111111111111111111111";

template <typename Message = Dossier>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// Born at a counter. Invented.
Dossier Counter() {
  return Parse(R"(
      code: "H29.X01-260302-0001" status: STATUS_FINISHED status_note: "đã xong"
      procedure { code: "1.001193" service_code: "1.001193.01" }
      applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_ENTERPRISE identity_number: "0300000001"
                  address: "1 Đường Mẫu" province_code: "79" unit_code: "26740" }
      contact { phone: "0900000001" email: "mau@example.vn" fax: "1" }
      reception { agency: "H29.X01" received_time { seconds: 1772414100 nanos: 5 } }
      papers { id: "p-1" name: "Tờ khai" component_code: "TP-1" quantity: 2 copy_kind: COPY_KIND_COPY
               file { sha256: "1111111111111111111111111111111111111111111111111111111111111111"
                      fetch_state: FETCH_STATE_VERIFIED id: "x" source: "https://city.example/1" } }
      papers { id: "p-2" name: "Ảnh" file { source: "https://city.example/2" } }
      papers { id: "p-3" name: "Bỏ" removed: true }
      fees { id: "f-1" code: "LP01" name: "Lệ phí" amount_vnd: 8000 paid_vnd: 8000 }
      fees { id: "f-2" code: "LP02" amount_vnd: 5000 paid_vnd: 5000 refunded_vnd: 1 }
      results { id: "k-1" name: "Giấy khai sinh" result_code: "KQ.1"
                file { sha256: "1111111111111111111111111111111111111111111111111111111111111111"
                       fetch_state: FETCH_STATE_VERIFIED } }
      steps { id: "s-1" officer: "Trần Thị Ví Dụ" content: "xong"
              time { seconds: 1772414100 nanos: 120000000 } })");
}

TEST(HubRecordTest, MakesTheDossierUnderTheHubsCode) {
  const sdk::Encoded packet =
      EncodeHubRecord(Counter(), "H29.X01-20260302-0000001", {{kSha, "TT-9"}});
  ASSERT_FALSE(packet.error.has_value()) << packet.error->ShortDebugString();
  json expected = json::parse(R"({
      "MaHoSo": "H29.X01-20260302-0000001", "MaTTHC": "1.001193", "MaDichVuCong": "1.001193.01",
      "ChuHoSo": "Nguyễn Văn Mẫu", "LoaiDoiTuong": 1, "MaDonViTiepNhan": "H29.X01",
      "NgayNop": "2026-03-02 08:15:00", "NgayTiepNhan": "2026-03-02 08:15:00",
      "ThanhPhanHoSo": [
        {"MaThanhPhanHoSo": "TP-1", "TenThanhPhanHoSo": "Tờ khai", "SoLuong": 2, "LoaiBan": 1,
         "GiayToDinhKem": [{"IdGiayTo": "TT-9", "MaKetQua": "", "TenGiayTo": "Tờ khai"}]},
        {"MaThanhPhanHoSo": "", "TenThanhPhanHoSo": "Ảnh", "GiayToDinhKem": []},
        {"MaThanhPhanHoSo": "", "TenThanhPhanHoSo": "Bỏ", "GiayToDinhKem": []}],
      "ThongTinNguoiNop": {"LoaiDoiTuong": 1, "IdDoiTuong": "", "ThongTinChiTiet": {
        "HoTen": "Nguyễn Văn Mẫu", "SoGiayTo": "0300000001", "SoDienThoai": "0900000001",
        "Email": "mau@example.vn", "DiaChi": "1 Đường Mẫu", "MaTinh": "79", "MaXa": "26740"}},
      "EformThongTinChiTiet": null})");
  expected["ThanhPhanHoSo"][0]["GiayToDinhKem"][0]["HashTepTin"] = kSha;
  EXPECT_EQ(packet.record, expected) << packet.record.dump(1);
}

TEST(HubRecordTest, TheOtherListOfApplicants) {
  EXPECT_THAT(HubKind(dossier::v1::APPLICANT_KIND_CITIZEN), Optional(0));
  EXPECT_THAT(HubKind(dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS), Optional(2));
  EXPECT_EQ(HubKind(dossier::v1::APPLICANT_KIND_STATE_AGENCY), std::nullopt);
  Dossier dossier = Counter();
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_STATE_AGENCY);
  EXPECT_EQ(EncodeHubRecord(dossier, "C", {}).error->field(), "ThongTinNguoiNop.LoaiDoiTuong");
  dossier.mutable_submitter()->set_kind(dossier::v1::APPLICANT_KIND_CITIZEN);
  EXPECT_EQ(EncodeHubRecord(dossier, "C", {}).error->field(), "LoaiDoiTuong");
}

TEST(HubRecordTest, WhatIsMissingIsNamed) {
  const std::vector<std::pair<const char*, const char*>> paths = {
      {"procedure.code", "MaTTHC"},
      {"applicant.name", "ChuHoSo"},
      {"reception.agency", "MaDonViTiepNhan"},
      {"reception.received_time", "NgayNop"}};
  for (const auto& [path, name] : paths) {
    Dossier dossier = Counter();
    ASSERT_TRUE(domain::ClearField(dossier, path).ok());
    EXPECT_EQ(EncodeHubRecord(dossier, "C", {}).error->field(), name);
  }
}

TEST(HubStatusTest, ListsTravelWithThreeStatusesOnly) {
  const json state =
      EncodeHubStatus(Counter(), {.id = "HUB-1", .code = "C"}, {{kSha, "TT-9"}}).record.at(0);
  json expected = json::parse(R"({"IdHoSo": "HUB-1", "MaHoSo": "C", "TrangThai": 9,
      "NoiDungYKien": "đã xong",
      "DanhSachLePhi": [
        {"MaPhiLePhi": "LP01", "TenPhiLePhi": "Lệ phí", "Gia": 8000, "TrangThaiThanhToan": 1},
        {"MaPhiLePhi": "LP02", "TenPhiLePhi": "", "Gia": 5000, "TrangThaiThanhToan": 0}],
      "DanhSachGiayToKetQua": [
        {"TenGiayTo": "Giấy khai sinh", "MaGiayToKetQua": "KQ.1", "IdGiayTo": "TT-9"}]})");
  expected["DanhSachGiayToKetQua"][0]["HashTepTin"] = kSha;
  EXPECT_EQ(state, expected);
  for (int status = 1; status <= 10; ++status) {
    Dossier dossier = Counter();
    dossier.set_status(static_cast<dossier::v1::Status>(status));
    const json other = EncodeHubStatus(dossier, {.id = "H", .code = "C"}, {}).record.at(0);
    const bool carries = status == 5 || status == 6 || status == 9;
    EXPECT_EQ(other.contains("DanhSachLePhi"), carries) << status;
    EXPECT_EQ(other.contains("DanhSachGiayToKetQua"), carries) << status;
    EXPECT_EQ(other.at("TrangThai"), status);
  }
  Dossier none = Counter();
  none.clear_status();
  EXPECT_EQ(EncodeHubStatus(none, {}, {}).error->field(), "TrangThai");
}

TEST(HubStepTest, WritesInstantsWithMilliseconds) {
  const Dossier dossier = Counter();
  const sdk::Encoded line =
      EncodeHubStep(dossier.steps(0), {.id = "HUB-1", .code = "C"}, dossier::v1::STATUS_FINISHED);
  ASSERT_FALSE(line.error.has_value());
  EXPECT_EQ(line.record, json::parse(R"({"IDHoSo": "HUB-1", "MaHoSo": "C",
      "NguoiXuLy": "Trần Thị Ví Dụ", "ThoiDiemXuLy": "2026-03-02T08:15:00.120+07:00",
      "PhongBanXuLy": "", "NoiDungXuLy": "xong", "TrangThai": 9, "NgayBatDau": "",
      "NgayKetThucTheoQuyDinh": ""})"));
  dossier::v1::Step bare;
  bare.set_id("s-2");
  EXPECT_EQ(EncodeHubStep(bare, {}, dossier::v1::STATUS_FINISHED).error->field(),
            "steps[s-2].NguoiXuLy");
}

TEST(HubRepresentTest, ShowsWhatTheHubHolds) {
  const adapter::v1::Representation shown = RepresentForHub(Counter());
  EXPECT_FALSE(shown.has_error());
  const Dossier& dossier = shown.dossier();
  EXPECT_FALSE(dossier.contact().has_fax());
  EXPECT_EQ(dossier.reception().received_time().nanos(), 0);
  EXPECT_EQ(dossier.steps(0).time().nanos(), 120'000'000);
  EXPECT_EQ(dossier.steps(0).status(), dossier::v1::STATUS_FINISHED);
  ASSERT_EQ(dossier.papers_size(), 2);
  EXPECT_EQ(dossier.papers(0).file().sha256(), kSha);
  EXPECT_FALSE(dossier.papers(0).file().has_source());
  EXPECT_TRUE(IsAwaited(dossier.papers(1).file()));
  EXPECT_FALSE(dossier.papers(1).file().has_source());
  const adapter::v1::Representation again = RepresentForHub(dossier);
  EXPECT_TRUE(MessageDifferencer::Equals(dossier, again.dossier()));
}

TEST(HubRepresentTest, ADeadOrRefusedFileIsNotWaitedFor) {
  Dossier dossier = Counter();
  dossier.mutable_papers(1)->mutable_file()->set_fetch_state(
      dossier::v1::FileReference::FETCH_STATE_DEAD);
  EXPECT_FALSE(IsAwaited(RepresentForHub(dossier).dossier().papers(1).file()));
  dossier.mutable_papers(1)->mutable_file()->set_fetch_state(
      dossier::v1::FileReference::FETCH_STATE_REFUSED);
  EXPECT_FALSE(IsAwaited(RepresentForHub(dossier).dossier().papers(1).file()));
  dossier.mutable_papers(1)->clear_file();
  EXPECT_FALSE(IsAwaited(RepresentForHub(dossier).dossier().papers(1).file()));
}

TEST(HubRepresentTest, TextsAreCutWhereTheHubEndsThemAndCodesAreNot) {
  Dossier dossier = Counter();
  std::string note;
  for (int i = 0; i < 4001; ++i) note += "ế";
  dossier.set_status_note(note);
  dossier.mutable_contact()->set_phone(std::string(51, '7'));
  dossier.mutable_applicant()->set_identity_number(std::string(120, '8'));
  const adapter::v1::Representation shown = RepresentForHub(dossier);
  EXPECT_EQ(shown.dossier().status_note(), note.substr(0, 4000 * std::string("ế").size()));
  EXPECT_EQ(shown.dossier().contact().phone().size(), 50U);
  EXPECT_EQ(shown.dossier().applicant().identity_number().size(), 120U);
  std::vector<std::string> lost;
  for (const adapter::v1::Loss& loss : shown.losses()) lost.push_back(loss.path());
  EXPECT_THAT(lost, ::testing::IsSupersetOf({"status_note", "contact.phone"}));
}

TEST(HubRepresentTest, AKindWithoutACodeIsAnError) {
  Dossier dossier = Counter();
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_OTHER_ORGANIZATION);
  EXPECT_EQ(RepresentForHub(dossier).error().field(), "LoaiDoiTuong");
  EXPECT_FALSE(RepresentForHub(RepresentForHub(dossier).dossier()).has_error());
}

json HubSubmission() {
  json record = json::parse(R"({"MaHoSo": "H29.X01-20260302-0000001", "IdHoSo": "HUB-1",
      "MaTTHC": "1.001193", "MaDichVuCong": "", "ChuHoSo": "Nguyễn Văn Mẫu", "LoaiDoiTuong": 2,
      "MaDonViTiepNhan": "H29.X01", "NgayNop": "2026-03-02 08:15:00", "NgayTiepNhan": "",
      "ThanhPhanHoSo": [
        {"MaThanhPhanHoSo": "TP-1", "TenThanhPhanHoSo": "Tờ khai", "SoLuong": 1, "LoaiBan": 2,
         "GiayToDinhKem": [
            {"IdGiayTo": "to-khai.pdf", "MaKetQua": "", "TenGiayTo": "Tờ khai",
             "DuongDanTaiTepTin": "https://hub.example/files/to-khai.pdf"},
            {"IdGiayTo": "tờ khai 2", "MaKetQua": "KQ.1", "TenGiayTo": "Trang 2"}]},
        {"TenThanhPhanHoSo": "Ảnh", "GiayToDinhKem": []}],
      "ThongTinNguoiNop": {"LoaiDoiTuong": 0, "IdDoiTuong": "acc-1", "ThongTinChiTiet": {
          "HoTen": "Lê Thị Mẫu", "SoGiayTo": "000000000002", "SoDienThoai": "0900000002",
          "Email": "", "DiaChi": "2 Đường Mẫu", "MaTinh": "79", "MaXa": "26740"}},
      "EformThongTinChiTiet": {"b": 1, "a": "x"}})");
  record["ThanhPhanHoSo"][0]["GiayToDinhKem"][0]["HashTepTin"] = kSha;
  return record;
}

TEST(HubSubmissionTest, BecomesANewDossier) {
  const adapter::v1::InboundItem item = ReadHubSubmission(HubSubmission(), "H29.X01", {});
  ASSERT_FALSE(item.has_error()) << item.error().ShortDebugString();
  EXPECT_EQ(item.key(), "HUB-1");
  EXPECT_TRUE(MessageDifferencer::Equals(item.dossier(), Parse(R"(
      code: "H29.X01-20260302-0000001" status: STATUS_SUBMITTED
      origin { channel: CHANNEL_ONLINE submission_place: SUBMISSION_PLACE_PORTAL
               submitted_time { seconds: 1772414100 } }
      procedure { code: "1.001193" } reception { agency: "H29.X01" }
      applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_HOUSEHOLD_BUSINESS }
      outcome { return_method: RETURN_METHOD_DIRECT }
      papers { id: "dvc-to-khai.pdf" name: "Tờ khai" component_code: "TP-1" quantity: 1
               copy_kind: COPY_KIND_ELECTRONIC
               file { upload_id: "to-khai.pdf" source: "https://hub.example/files/to-khai.pdf"
                      sha256: "1111111111111111111111111111111111111111111111111111111111111111" } }
      papers { id: "dvc-n1-2" name: "Tờ khai" component_code: "TP-1" quantity: 1
               copy_kind: COPY_KIND_ELECTRONIC replacement_result_code: "KQ.1"
               file { upload_id: "tờ khai 2" } }
      papers { id: "dvc-n2" name: "Ảnh" }
      submitter { kind: APPLICANT_KIND_CITIZEN account: "acc-1" name: "Lê Thị Mẫu"
                  identity_number: "000000000002" phone: "0900000002" address: "2 Đường Mẫu"
                  province_code: "79" unit_code: "26740" }
      form_data: "{\"a\":\"x\",\"b\":1}")")))
      << item.dossier().DebugString();
}

// Other systems take no dossier without the procedure's names, and a counter needs the telephone.
TEST(HubSubmissionTest, IsCompleteForTheOthers) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto procedures, sdk::portal::Procedures::Parse(R"([
      {"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh",
       "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"}]}])"));
  json record = HubSubmission();
  record["LoaiDoiTuong"] = 0;
  record["ChuHoSo"] = "Lê Thị Mẫu";
  record.erase("ThanhPhanHoSo");
  record.erase("EformThongTinChiTiet");
  const adapter::v1::InboundItem item = ReadHubSubmission(record, "", procedures);
  ASSERT_FALSE(item.has_error()) << item.error().ShortDebugString();
  EXPECT_TRUE(MessageDifferencer::Equals(item.dossier(), Parse(R"(
      code: "H29.X01-20260302-0000001" status: STATUS_SUBMITTED
      origin { channel: CHANNEL_ONLINE submission_place: SUBMISSION_PLACE_PORTAL
               submitted_time { seconds: 1772414100 } portal_account: "acc-1" }
      procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03"
                  field_name: "Hộ tịch" }
      reception { agency: "H29.X01" }
      applicant { name: "Lê Thị Mẫu" kind: APPLICANT_KIND_CITIZEN identity_number: "000000000002"
                  address: "2 Đường Mẫu" province_code: "79" unit_code: "26740" }
      contact { phone: "0900000002" }
      outcome { return_method: RETURN_METHOD_DIRECT })")))
      << item.dossier().DebugString();
  // What goes back is what was said.
  json sent = EncodeHubRecord(item.dossier(), item.dossier().code(), {}).record;
  EXPECT_EQ(sent.at("ThongTinNguoiNop"), record.at("ThongTinNguoiNop"));
}

// An enterprise and a person of one name are two.
TEST(HubSubmissionTest, AnotherSubmitterStaysTheSubmitter) {
  json record = HubSubmission();
  record["ChuHoSo"] = "Lê Thị Mẫu";
  EXPECT_EQ(ReadHubSubmission(record, "", {}).dossier().submitter().phone(), "0900000002");
  record["LoaiDoiTuong"] = 0;
  EXPECT_FALSE(ReadHubSubmission(record, "", {}).dossier().has_submitter());
  record["ChuHoSo"] = "Nguyễn Văn Mẫu";
  const Dossier dossier = ReadHubSubmission(record, "", {}).dossier();
  EXPECT_EQ(dossier.submitter().phone(), "0900000002");
  EXPECT_FALSE(dossier.has_contact() || dossier.applicant().has_identity_number());
}

TEST(HubSubmissionTest, WhatIsWrongIsNamed) {
  const std::vector<std::pair<json, const char*>> changes = {
      {{{"MaHoSo", ""}, {"IdHoSo", ""}}, "MaHoSo"},
      {{{"NgayNop", "20260302"}}, "NgayNop"},
      {{{"LoaiDoiTuong", 7}}, "LoaiDoiTuong"},
      {{{"LoaiDoiTuong", "citizen"}}, "LoaiDoiTuong"},
      {{{"ThanhPhanHoSo", "x"}}, "ThanhPhanHoSo"},
      {{{"ThanhPhanHoSo", {{{"LoaiBan", 9}}}}}, "ThanhPhanHoSo[1].LoaiBan"},
      {{{"ThanhPhanHoSo", {{{"SoLuong", -1}}}}}, "ThanhPhanHoSo[1].SoLuong"},
      {{{"MaDonViTiepNhan", "phường"}}, "MaDonViTiepNhan"}};
  for (const auto& [change, field] : changes) {
    json record = HubSubmission();
    record.update(change);
    EXPECT_EQ(ReadHubSubmission(record, "H29.X01", {}).error().field(), field) << change.dump();
  }
  json without = HubSubmission();
  without.erase("MaDonViTiepNhan");
  EXPECT_EQ(ReadHubSubmission(without, "H29.X05", {}).dossier().reception().agency(), "H29.X05");
}

TEST(HubStateTest, IsReadAsItWasWritten) {
  HubState state = {.code = "C", .id = "", .uploads = {{kSha, "TT-9"}}};
  state.waiting_since = absl::FromUnixMillis(1'772'414'100'123);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const HubState read, ReadHubState(WriteHubState(state)));
  EXPECT_EQ(read.code, "C");
  EXPECT_EQ(read.id, "");
  EXPECT_EQ(read.uploads, state.uploads);
  EXPECT_EQ(read.waiting_since, state.waiting_since);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const HubState fresh, ReadHubState(""));
  EXPECT_EQ(fresh.waiting_since, absl::InfiniteFuture());
  for (const char* text :
       {"x", "{}", "[]", R"({"uploads":{"a":1}})", R"({"uploads":{},"waiting_since_ms":"x"})"}) {
    EXPECT_THAT(ReadHubState(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace lienthong::adapters::national
