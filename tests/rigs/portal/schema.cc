#include "tests/rigs/portal/schema.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/rigs/shape/members.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;
using member::Bool;
using member::Code;
using member::Date;
using member::Digits;
using member::Key;
using member::List;
using member::Mandatory;
using member::Number;
using member::Text;

constexpr std::string_view kStatusCodes = "1|2|3|4|5|6|7|8|9|10";
constexpr std::string_view kYesNo = "0|1";
// Statuses that there cannot be before reception.
constexpr std::string_view kReceivedCodes = "2|4|6|8|9|10";

constexpr Member kPapers[] = {
    Key(Text("TepDinhKemId", 80)),   Text("TenTepDinhKem", 4000),
    Code("IsDeleted", "True|False"), Text("MaThanhPhanHoSo", 100),
    Text("DuongDanTaiTepTin", 2000), Code("DuocSoHoa", kYesNo),
    Code("DuocTaiSuDung", "0|1|2"),  Code("DuocLayTuKhoDMQG", kYesNo),
    Text("MaKetQuaThayThe", 100),
};
constexpr Member kFees[] = {
    Text("TenPhiLePhi", 500), Text("MaPhiLePhi", 50), Code("HinhThucThu", "1|2|4"), Digits("Gia"),
    Text("LoaiPhiLePhi", 10),
};
constexpr Member kOtherPapers[] = {
    Text("TenGiayTo", 2000),
    Digits("SoLuong"),
    Text("LoaiGiayTo", 100),
};
constexpr Member kSupplements[] = {
    Key(Number("HoSoBoSungId")),
    Text("NguoiYeuCauBoSung", 200),
    Text("NoiDungBoSung", 4000),
    Date("NgayBoSung"),
    Text("NguoiTiepNhanBoSung", 200),
    Text("ThongTinTiepNhan", 2000),
    Date("NgayTiepNhanBoSung"),
    Bool("TrangThaiBoSung"),
    List("DanhSachGiayToBoSung", kPapers),
    List("DanhSachLePhiBoSung", kFees),
    Date("NgayHenTraTruoc"),
    Date("NgayHenTraMoi"),
};
constexpr Member kResults[] = {
    Text("TenGiayTo", 2000),     Text("MaThanhPhanHoSo", 100),
    Key(Text("GiayToId", 80)),   Text("DuongDanTepTinKetQua", 2000),
    Text("MaGiayToKetQua", 100),
};
constexpr Member kIdentities[] = {
    Code("LoaiDinhDanh", "1|2"),
    Text("SoDinhDanh", 20),
};
constexpr Member kDatabases[] = {
    Text("MaCSDL", 50),
};

constexpr Member kRecord[] = {
    Mandatory(Text("MaHoSo", 50)),
    Mandatory(Text("MaTTHC", 50)),
    Mandatory(Text("TenTTHC", 2000)),
    Mandatory(Text("MaLinhVuc", 50)),
    Mandatory(Text("TenLinhVuc", 500)),
    Mandatory(Code("KenhThucHien", "1|2|3")),
    Text("SoBienNhan", 50),
    Mandatory(Text("ChuHoSo", 500)),
    Mandatory(Code("LoaiDoiTuong", "1|2|3|4")),
    Text("MaDoiTuong", 50),
    Text("ThongTinKhac"),
    Text("Email", 100),
    Text("Fax"),
    Text("SoDienThoai", 50),
    Text("TrichYeuHoSo", 1000),
    Date("NgayTiepNhan"),
    Date("NgayHenTra"),
    Mandatory(Code("TrangThaiHoSo", kStatusCodes)),
    Date("NgayTra"),
    Text("ThongTinTra"),
    Mandatory(Code("HinhThuc", kYesNo)),
    Date("NgayKetThucXuLy"),
    Mandatory(Text("DonViXuLy")),
    Text("GhiChu"),
    List("TaiLieuNop", kPapers),
    List("DanhSachLePhi", kFees),
    List("DanhSachTepDinhKemKhac", kOtherPapers),
    List("DanhSachHoSoBoSung", kSupplements),
    List("DanhSachGiayToKetQua", kResults),
    // The extensions for QĐ 766.
    Code("NoiNopHoSo", "1|2"),
    Date("NgayNopHoSo"),
    Date("NgayTuChoi"),
    Code("HoSoCoThanhPhanSoHoa", kYesNo),
    Code("TaiKhoanDuocXacThucVoiVNeID", kYesNo),
    Code("DuocThanhToanTrucTuyen", "0|1|2|3"),
    List("DinhDanhCHS", kIdentities),
    List("DSKetNoiCSDL", kDatabases),
    Text("SoGiayToChuHoSo", 100),
};

constexpr Member kProgress[] = {
    Mandatory(Text("MaHoSo", 50)),
    Mandatory(Text("NguoiXuLy", 50)),
    Text("ChucDanh"),
    Mandatory(Date("ThoiDiemXuLy")),
    Text("PhongBanXuLy"),
    Mandatory(Text("NoiDungXuLy")),
    Mandatory(Code("TrangThai", kStatusCodes)),
    Date("NgayBatDau"),
    Date("NgayKetThucTheoQuyDinh"),
};

constexpr Member kInlinePaper[] = {
    Text("TepDinhKemId", 80),
    Mandatory(Text("TenTepDinhKem", 4000)),
    Text("MaThanhPhanHoSo", 100),
    Mandatory(Text("Base64")),
};

std::optional<FieldError> Needed(const Json& record, const char* name, const std::string& status) {
  if (!TextIn(record, name).empty()) return std::nullopt;
  return FieldError{name, "bắt buộc khi TrangThaiHoSo là " + status};
}

std::optional<FieldError> CheckStatusDates(const Json& record) {
  const std::string status = TextIn(record, "TrangThaiHoSo");
  if (IsListed(kReceivedCodes, status)) return Needed(record, "NgayTiepNhan", status);
  if (status == "3") {
    if (auto error = Needed(record, "NgayTuChoi", status)) return error;
  }
  const bool may_be_received = status == "5" || status == "7";
  if (may_be_received && !TextIn(record, "NgayTiepNhan").empty()) return std::nullopt;
  return Needed(record, "NgayNopHoSo", status);
}

std::optional<FieldError> CheckTogether(const Json& record) {
  if (TextIn(record, "KenhThucHien") != "2" && !TextIn(record, "MaDoiTuong").empty()) {
    return FieldError{"MaDoiTuong", "chỉ có khi KenhThucHien là 2"};
  }
  return CheckStatusDates(record);
}

// Whether a paper is deleted is a yes or no: a record leaves it open for none.
std::optional<FieldError> CheckTombstones(const Json& papers, const std::string& place) {
  if (!papers.is_array()) return std::nullopt;
  for (size_t i = 0; i < papers.size(); ++i) {
    if (!TextIn(papers[i], "IsDeleted").empty()) continue;
    return FieldError{place + "[" + std::to_string(i) + "].IsDeleted", "phải là True hoặc False"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckAllTombstones(const Json& record) {
  const Json none = Json::array();
  const std::string rounds = "DanhSachHoSoBoSung", papers = "DanhSachGiayToBoSung";
  auto error = CheckTombstones(record.value("TaiLieuNop", none), "TaiLieuNop");
  const Json all = record.value(rounds, none);
  for (size_t i = 0; i < all.size() && !error; ++i) {
    error = CheckTombstones(all[i].value(papers, none),
                            rounds + "[" + std::to_string(i) + "]." + papers);
  }
  return error;
}

// The members of a submission: those of a record, and what else the portal knows of the citizen.
std::vector<Member> SubmissionMembers() {
  std::vector<Member> members(std::begin(kRecord), std::end(kRecord));
  for (Member& member : members) {
    if (member.name == "DonViXuLy") member.mandatory = false;
  }
  for (const char* name : {"MaTinh", "MaXa"}) members.push_back(Text(name, 10));
  members.push_back(Text("DiaChi", 1000));
  members.push_back(Text("MaSoThue", 20));
  return members;
}

bool IsInline(const Json& paper) { return paper.is_object() && paper.contains("Base64"); }

}  // namespace

std::span<const Member> RecordMembers() { return kRecord; }

std::span<const Member> ProgressMembers() { return kProgress; }

std::optional<FieldError> CheckRecord(const Json& record) {
  if (auto error = CheckShape(record, kRecord)) return error;
  if (auto error = CheckAllTombstones(record)) return error;
  return CheckTogether(record);
}

std::optional<FieldError> CheckSubmission(const Json& record) {
  static const std::vector<Member> kMembers = SubmissionMembers();
  Json linked = record;
  if (linked.is_object() && linked.contains("TaiLieuNop") && linked["TaiLieuNop"].is_array()) {
    Json& papers = linked["TaiLieuNop"];
    for (const Json& paper : papers) {
      if (!IsInline(paper)) continue;
      if (auto error = CheckShape(paper, kInlinePaper, "TaiLieuNop.")) return error;
    }
    papers.erase(std::remove_if(papers.begin(), papers.end(), IsInline), papers.end());
  }
  if (auto error = CheckShape(linked, kMembers)) return error;
  return CheckTogether(linked);
}

}  // namespace lienthong::rigs::portal
