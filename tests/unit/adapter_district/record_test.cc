#include "adapters/district/record.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gateway/domain/fields.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::district {
namespace {

namespace pb = ::lienthong::adapter::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Every field of the software's record. The people and numbers are invented.
constexpr char kFullRecord[] = R"json({
 "ma_ho_so": "H29.X01-261120-0001", "so_bien_nhan": "0001/BN-MAU",
 "so_bien_nhan_rieng": "X01/2026/000123",
 "ma_thu_tuc": "1.001193", "ten_thu_tuc": "Thủ tục đăng ký khai sinh (mẫu)",
 "ma_linh_vuc": "G15-HT03", "ten_linh_vuc": "Hộ tịch (mẫu)", "kenh": "truc_tuyen", "noi_nop": "cong",
 "nop_luc": "2026-11-20T08:00:00+07:00", "tai_khoan_cong": "TK-MAU-1",
 "chu_ho_so": "Nguyễn Văn Mẫu", "loai_doi_tuong": "ca_nhan", "so_giay_to": "000000000001",
 "dia_chi": "Số 1 đường Mẫu", "ma_tinh": "79", "ma_xa": "26740", "email": "mau@example.invalid",
 "fax": "0000000001", "dien_thoai": "0000000002", "trich_yeu": "Hồ sơ mẫu",
 "thong_tin_khac": "Không", "ghi_chu": "Mẫu", "don_vi_tiep_nhan": "H29.X01",
 "nguoi_tiep_nhan": "Trần Thị Mẫu", "tiep_nhan_luc": "2026-11-20T08:15:00+07:00",
 "tu_choi_luc": "2026-11-20T08:16:00+07:00", "ly_do_tu_choi": "Thiếu giấy tờ (mẫu)",
 "hen_tra": "2026-11-27T17:00:00+07:00", "trang_thai": "dang_xu_ly",
 "don_vi_xu_ly": "Phòng Mẫu", "ket_thuc_luc": "2026-11-26T10:00:00+07:00",
 "ly_do_dung": "Dừng (mẫu)", "tra_luc": "2026-11-27T09:00:00+07:00", "thong_tin_tra": "Tại quầy",
 "hinh_thuc_tra": "buu_chinh", "ket_qua_thue": "Đã nộp thuế (mẫu)", "sai_thu_tuc": false,
 "sai_ket_qua": true, "tai_chinh": "da_nop", "thanh_toan_truc_tuyen": "dia_phuong",
 "co_so_hoa": true, "xac_thuc_vneid": true,
 "dinh_danh": [{"ma": "nv-1", "loai": "cccd", "so": "000000000001"}],
 "ma_khac": [{"ma": "tp-1", "don_vi_cap": "city", "loai": "khac", "so": "TP-2026-0000001"}],
 "giay_to_nop": [{"ma": "nv-2", "ten": "Tờ khai (mẫu)", "ma_thanh_phan": "TP1",
   "duong_dan": "https://example.invalid/a.pdf", "so_hoa": true, "tai_su_dung": "thanh_phan",
   "tu_kho": false, "ma_thay_the": "KQ.G15.000001", "da_xoa": false}],
 "le_phi": [{"ma": "nv-3", "ma_phi": "LP1", "ten": "Lệ phí (mẫu)", "so_tien": 50000, "loai": "1",
   "thu_khi": "tiep_nhan", "da_nop": 50000, "nop_luc": "2026-11-20T08:20:00+07:00",
   "ma_giao_dich": "GD-MAU-1", "da_hoan": 0, "hoan_luc": "2026-11-21T08:20:00+07:00"}],
 "bo_sung": [{"ma": "nv-4", "nguoi_yeu_cau": "Lê Mẫu", "noi_dung": "Bổ sung bản sao (mẫu)",
   "yeu_cau_luc": "2026-11-21T08:00:00+07:00", "nguoi_tiep_nhan": "Trần Thị Mẫu",
   "thong_tin": "Đủ", "tiep_nhan_luc": "2026-11-22T08:00:00+07:00", "xong": true,
   "hen_truoc": "2026-11-26T17:00:00+07:00", "hen_moi": "2026-11-27T17:00:00+07:00"}],
 "ket_qua": [{"ma": "nv-5", "ten": "Giấy khai sinh (mẫu)", "ma_thanh_phan": "TP1",
   "ma_ket_qua": "KQ.G15.000002", "duong_dan": "https://example.invalid/b.pdf"}],
 "qua_trinh": [{"ma": "nv-6", "can_bo": "Lê Mẫu", "chuc_danh": "Chuyên viên", "phong": "Phòng Mẫu",
   "luc": "2026-11-20T09:00:00+07:00", "noi_dung": "Thẩm định (mẫu)", "trang_thai": "dang_xu_ly",
   "bat_dau": "2026-11-20T08:30:00+07:00", "han": "2026-11-25T17:00:00+07:00",
   "can_bo_nhan": "Phạm Mẫu", "don_vi_nhan": "Phòng Mẫu 2", "chuyen_lai": false, "tam_dung": true,
   "co_quan": "H29.X01"}],
 "tam_dung": [{"ma": "nv-7", "tu": "2026-11-21T08:00:00+07:00", "den": "2026-11-22T08:00:00+07:00",
   "ly_do": "co_quan_khac", "ghi_chu": "Chờ (mẫu)"}],
 "phan_cong": [{"ma": "nv-8", "co_quan": "H29.X01", "vai_tro": "chu_tri",
   "giao_luc": "2026-11-20T08:16:00+07:00", "han": "2026-11-25T17:00:00+07:00",
   "tra_loi": "hoan_thanh", "tra_loi_luc": "2026-11-24T17:00:00+07:00", "ghi_chu": "Mẫu"}]
})json";

std::string MappingFile() {
  const char* root = std::getenv("LIENTHONG_SOURCE_DIR");
  const std::filesystem::path top =
      root != nullptr ? std::filesystem::path(root)
                      : std::filesystem::path(__FILE__).parent_path() / "../../..";
  return top / "adapters/district/mapping.yaml";
}

const sdk::Mapping& TheMapping() {
  static const sdk::Mapping* const mapping = [] {
    std::ifstream in(MappingFile());
    const std::string yaml((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    absl::StatusOr<sdk::Mapping> parsed = sdk::Mapping::Parse(yaml, "mapping.yaml");
    EXPECT_THAT(parsed, testing::IsOk());
    return new sdk::Mapping(*std::move(parsed));
  }();
  return *mapping;
}

OutboxTable Outbox() {
  return {"lienthong_outbox", "id",           "giao_dich", "khoa",
          "ma_ho_so",         "so_bien_nhan", "noi_dung",  "tao_luc"};
}

InboxTable Inbox() {
  return {"lienthong_inbox", "id",        "ma_tin",   "khoa",      "ma_ho_so",
          "so_bien_nhan",    "phien_ban", "noi_dung", "xu_ly_luc", "loi"};
}

OutboxRow Row(const std::string& content) {
  OutboxRow row;
  row.id = 7;
  row.key = "NV-000001";
  row.content = content;
  return row;
}

pb::InboundItem Read(const OutboxRow& row) { return ToInboundItem(row, Outbox(), TheMapping()); }

TEST(Mapping, FullRecordComesBackAsItWas) {
  const nlohmann::json record = nlohmann::json::parse(kFullRecord);
  const sdk::Decoded decoded = TheMapping().Decode(record);
  ASSERT_FALSE(decoded.error) << decoded.error->field() << ": " << decoded.error->reason();
  EXPECT_TRUE(decoded.cleared.empty());
  const sdk::Encoded encoded = TheMapping().Encode(decoded.dossier, {});
  ASSERT_FALSE(encoded.error) << encoded.error->field() << ": " << encoded.error->reason();
  EXPECT_EQ(encoded.record, record) << nlohmann::json::diff(record, encoded.record).dump(1);
  EXPECT_TRUE(encoded.losses.empty());
}

TEST(Mapping, FullRecordExercisesEveryMappedField) {
  const sdk::Decoded decoded = TheMapping().Decode(nlohmann::json::parse(kFullRecord));
  std::set<std::string> seen;
  for (const auto& [path, value] : domain::Flatten(decoded.dossier)) {
    seen.insert(std::regex_replace(path, std::regex("\\[[^\\]]*\\]"), "[]"));
  }
  for (const std::string& path : TheMapping().fields()) EXPECT_TRUE(seen.contains(path)) << path;
}

TEST(Mapping, OwnReceiptNumberIsACodeOfTheDistrict) {
  const sdk::Decoded decoded = TheMapping().Decode({{"so_bien_nhan_rieng", "X01/2026/000123"}});
  ASSERT_FALSE(decoded.error);
  ASSERT_EQ(decoded.dossier.codes_size(), 1);
  EXPECT_EQ(decoded.dossier.codes(0).id(), "nv-rieng");
  EXPECT_EQ(decoded.dossier.codes(0).issuer(), "district");
  EXPECT_EQ(decoded.dossier.codes(0).kind(), dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
  EXPECT_EQ(decoded.dossier.codes(0).code(), "X01/2026/000123");
}

TEST(Mapping, RepresentationIsStable) {
  const sdk::Decoded decoded = TheMapping().Decode(nlohmann::json::parse(kFullRecord));
  const pb::Representation once = TheMapping().Represent(decoded.dossier);
  const pb::Representation twice = TheMapping().Represent(once.dossier());
  EXPECT_EQ(once.dossier().SerializeAsString(), twice.dossier().SerializeAsString());
}

TEST(Mapping, HouseholdBusinessIsNotDeliveredAsSomethingElse) {
  dossier::v1::Dossier dossier;
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  const sdk::Encoded encoded = TheMapping().Encode(dossier, {});
  ASSERT_TRUE(encoded.error);
  EXPECT_EQ(encoded.error->field(), "loai_doi_tuong");
}

TEST(ToInboundItem, TakesKeyVersionAndCodesFromTheColumns) {
  OutboxRow row = Row(R"({"dien_thoai": "0000000003", "email": null})");
  row.code = "H29.X01-261120-0001";
  row.receipt_number = "0001/BN-MAU";
  const pb::InboundItem item = Read(row);
  ASSERT_FALSE(item.has_error()) << item.error().reason();
  EXPECT_EQ(item.key(), "NV-000001");
  EXPECT_EQ(item.version(), 7);
  EXPECT_EQ(item.dossier().code(), "H29.X01-261120-0001");
  EXPECT_EQ(item.dossier().receipt_number(), "0001/BN-MAU");
  EXPECT_EQ(item.dossier().contact().phone(), "0000000003");
  EXPECT_THAT(item.cleared(), ElementsAre("contact.email"));
  EXPECT_EQ(item.raw(), "");
}

TEST(ToInboundItem, CodeThatContradictsItsColumnIsAnError) {
  OutboxRow row = Row(R"({"ma_ho_so": "H29.X01-261120-0002"})");
  row.code = "H29.X01-261120-0001";
  const pb::InboundItem item = Read(row);
  EXPECT_EQ(item.error().field(), "ma_ho_so");
  EXPECT_FALSE(item.has_dossier());
}

struct BadRow {
  const char* content;
  const char* field;
};

TEST(ToInboundItem, BadRowNamesItsFieldAndKeepsTheRow) {
  const BadRow bad_rows[] = {
      {R"([1])", "noi_dung"},
      {R"("x")", "noi_dung"},
      {R"({"la": 1})", "la"},
      {R"({"hen_tra": "2026-02-30T08:00:00+07:00"})", "hen_tra"},
      {R"({"trang_thai": "xong"})", "trang_thai"},
      {R"({"dien_thoai": 5})", "dien_thoai"},
      {R"({"sai_thu_tuc": "1"})", "sai_thu_tuc"},
      {R"({"qua_trinh": [{"noi_dung": "x"}]})", "qua_trinh"},
  };
  for (const BadRow& bad : bad_rows) {
    const pb::InboundItem item = Read(Row(bad.content));
    EXPECT_THAT(item.error().field(), HasSubstr(bad.field)) << bad.content;
    EXPECT_NE(item.error().reason(), "") << bad.content;
    EXPECT_FALSE(item.has_dossier()) << bad.content;
    EXPECT_EQ(item.key(), "NV-000001");
    const nlohmann::json raw = nlohmann::json::parse(item.raw());
    EXPECT_EQ(raw["id"], 7);
    EXPECT_EQ(raw["noi_dung"], nlohmann::json::parse(bad.content));
  }
}

TEST(ToInboundItem, ErrorNeverQuotesAPersonalValue) {
  const pb::InboundItem item = Read(Row(R"({"chu_ho_so": ["Nguyễn Văn Mẫu"]})"));
  EXPECT_EQ(item.error().field(), "chu_ho_so");
  EXPECT_THAT(item.error().reason(), Not(HasSubstr("Nguyễn")));
}

TEST(ToInboundItem, RowOfNoTransactionIsAnErrorThatNamesTheColumn) {
  OutboxRow row = Row(R"({"email": "mau@example.invalid"})");
  row.strange_transaction = "9000000000000000000";
  const pb::InboundItem item = Read(row);
  EXPECT_EQ(item.key(), "NV-000001");
  EXPECT_EQ(item.version(), 7);
  EXPECT_FALSE(item.has_dossier());
  EXPECT_EQ(item.error().field(), "giao_dich");
  EXPECT_THAT(item.error().reason(), Not(HasSubstr("9000000000000000000")));
  EXPECT_THAT(item.raw(), HasSubstr("\"giao_dich\":\"9000000000000000000\""));
}

TEST(ToInboundItem, RowWithoutKeyOrContentIsAnError) {
  OutboxRow row = Row("{}");
  row.key.reset();
  EXPECT_EQ(Read(row).error().field(), "khoa");
  row = Row("{}");
  row.content.reset();
  EXPECT_EQ(Read(row).error().field(), "noi_dung");
}

pb::InboundItem Interpret(const pb::InboundItem& kept, const std::string& raw) {
  pb::InterpretRequest request;
  request.set_key(kept.key());
  request.set_version(kept.version());
  request.set_raw(raw);
  return InterpretRow(request, Outbox(), TheMapping());
}

TEST(InterpretRow, AKeptRowMeansTheSameAsWhenItCame) {
  std::vector<OutboxRow> rows;
  for (const char* content : {"{", "[1]", "\"x\"", R"({"la": 1})", R"({"trang_thai": "xong"})"}) {
    rows.push_back(Row(content));
  }
  rows.push_back(Row("{}"));
  rows.back().key.reset();
  rows.push_back(Row("{}"));
  rows.back().content.reset();
  rows.push_back(Row("{}"));
  rows.back().strange_transaction = "9000000000000000000";
  rows.push_back(Row(R"({"ma_ho_so": "H29.X01-261120-0002"})"));
  rows.back().code = "H29.X01-261120-0001";
  for (const OutboxRow& row : rows) {
    const pb::InboundItem item = Read(row);
    ASSERT_TRUE(item.has_error());
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(item, Interpret(item, item.raw())))
        << item.ShortDebugString();
  }
}

TEST(InterpretRow, AMendedRowIsWhatItSays) {
  OutboxRow row = Row(R"({"dien_thoai": 5, "email": null})");
  row.code = "H29.X01-261120-0001";
  const pb::InboundItem bad = Read(row);
  nlohmann::json raw = nlohmann::json::parse(bad.raw());
  raw["noi_dung"]["dien_thoai"] = "0000000003";
  row.content = R"({"dien_thoai": "0000000003", "email": null})";
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(Read(row), Interpret(bad, raw.dump())));
  raw["khoa"] = "NV-000002";
  EXPECT_EQ(Interpret(bad, raw.dump()).error().field(), "khoa");
  raw["khoa"] = 1;
  EXPECT_EQ(Interpret(bad, raw.dump()).error().field(), "khoa");
}

pb::OutboundItem Item() {
  pb::OutboundItem item;
  item.set_delivery_id("d-1");
  item.set_key("NV-000001");
  item.set_revision(3);
  item.mutable_dossier()->set_code("H29.X01-261120-0001");
  item.mutable_dossier()->set_receipt_number("0001/BN-MAU");
  item.mutable_dossier()->mutable_contact()->set_phone("0000000004");
  item.add_cleared("contact.email");
  return item;
}

TEST(ToInboxMessage, CarriesThePatchAndTheCodes) {
  InboxMessage message;
  ASSERT_FALSE(ToInboxMessage(Item(), Inbox(), TheMapping(), message));
  EXPECT_EQ(message.delivery_id, "d-1");
  EXPECT_EQ(message.key, "NV-000001");
  EXPECT_EQ(message.code, "H29.X01-261120-0001");
  EXPECT_EQ(message.receipt_number, "0001/BN-MAU");
  EXPECT_EQ(message.revision, 3);
  EXPECT_EQ(nlohmann::json::parse(message.content),
            nlohmann::json::parse(R"({"ma_ho_so": "H29.X01-261120-0001",
              "so_bien_nhan": "0001/BN-MAU", "dien_thoai": "0000000004", "email": null})"));
}

TEST(ToInboxMessage, RefusesWhatTheSoftwareCannotHold) {
  InboxMessage message;
  pb::OutboundItem item = Item();
  item.mutable_dossier()->clear_code();
  EXPECT_EQ(ToInboxMessage(item, Inbox(), TheMapping(), message)->field(), "ma_ho_so");
  item = Item();
  item.clear_delivery_id();
  EXPECT_EQ(ToInboxMessage(item, Inbox(), TheMapping(), message)->field(), "ma_tin");
  item = Item();
  item.mutable_dossier()->mutable_applicant()->set_kind(
      dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  EXPECT_EQ(ToInboxMessage(item, Inbox(), TheMapping(), message)->field(), "loai_doi_tuong");
  item = Item();
  item.mutable_dossier()->set_note("\xff");
  EXPECT_EQ(ToInboxMessage(item, Inbox(), TheMapping(), message)->field(), "noi_dung");
}

}  // namespace
}  // namespace lienthong::adapters::district
