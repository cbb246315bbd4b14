#include "tests/rigs/city/schema.h"

namespace lienthong::rigs::city {
namespace {

constexpr size_t kDateChars = 14;
constexpr size_t kDigitsMax = 18;
constexpr size_t kElementIdCharsMax = 80;
constexpr std::string_view kStatusCodes = "1|2|3|4|5|6|7|8|9|10";
constexpr std::string_view kYesNo = "0|1";

constexpr FieldRule Text(std::string_view name, size_t chars_max) {
  return {name, FieldKind::kText, chars_max, "", false};
}
constexpr FieldRule Date(std::string_view name) {
  return {name, FieldKind::kDate, kDateChars, "", false};
}
constexpr FieldRule Code(std::string_view name, std::string_view codes) {
  return {name, FieldKind::kCode, 0, codes, false};
}
constexpr FieldRule Digits(std::string_view name) {
  return {name, FieldKind::kDigits, kDigitsMax, "", false};
}
constexpr FieldRule Id() { return {kElementId, FieldKind::kId, kElementIdCharsMax, "", true}; }
constexpr FieldRule Mandatory(FieldRule rule) {
  rule.mandatory = true;
  return rule;
}

constexpr FieldRule kRecordFields[] = {
    Text(kDossierCode, 50),
    Text("SoBienNhan", 50),
    Mandatory(Text("MaTTHC", 50)),
    Text("TenTTHC", 2000),
    Mandatory(Text("MaLinhVuc", 50)),
    Text("TenLinhVuc", 500),
    Mandatory(Code("KenhThucHien", "1|2|3")),
    Code("NoiNopHoSo", "1|2"),
    Date("NgayNopHoSo"),
    Text("MaDoiTuong", 50),
    Mandatory(Text("ChuHoSo", 500)),
    Mandatory(Code("LoaiDoiTuong", "1|2|3|4")),
    Text("SoGiayToChuHoSo", 100),
    Text("DiaChi", 1000),
    Text("MaTinh", 10),
    Text("MaXa", 10),
    Text("Email", 100),
    Text("Fax", 50),
    Text("SoDienThoai", 50),
    Text("TrichYeuHoSo", 1000),
    Text("ThongTinKhac", 2000),
    Text("GhiChu", 2000),
    Mandatory(Text("MaDonViTiepNhan", 35)),
    Text("NguoiTiepNhan", 200),
    Date("NgayTiepNhan"),
    Date("NgayTuChoi"),
    Text("LyDoTuChoi", 2000),
    Date("NgayHenTra"),
    Mandatory(Code("TrangThaiHoSo", kStatusCodes)),
    Text("DonViXuLy", 500),
    Date("NgayKetThucXuLy"),
    Text("LyDoDung", 2000),
    Date("NgayTra"),
    Text("ThongTinTra", 1000),
    Mandatory(Code("HinhThuc", kYesNo)),
    Text("KetQuaThue", 2000),
    Code("SaiThuTuc", kYesNo),
    Code("SaiKetQua", kYesNo),
    Code("TrangThaiTaiChinh", "0|1|2|3"),
    Code("DuocThanhToanTrucTuyen", "0|1|2|3"),
    Code("HoSoCoThanhPhanSoHoa", kYesNo),
    Code("TaiKhoanDuocXacThucVoiVNeID", kYesNo),
};

constexpr FieldRule kIdentities[] = {
    Id(),
    Code("LoaiDinhDanh", "1|2"),
    Text("SoDinhDanh", 20),
};
constexpr FieldRule kOtherCodes[] = {
    Id(),
    Text("DonViCap", 80),
    Code("Loai", "MaHoSo|SoBienNhan|Khac"),
    Text("Ma", 80),
};
constexpr FieldRule kPapers[] = {
    Id(),
    Text("TenTepDinhKem", 4000),
    Text("MaThanhPhanHoSo", 100),
    Text("DuongDanTaiTepTin", 2000),
    {"HashTepTin", FieldKind::kHash, 64, "", false},
    {"NoiDungTepTin", FieldKind::kContent, 0, "", false},
    Code("DuocSoHoa", kYesNo),
    Code("DuocTaiSuDung", "0|1|2"),
    Code("DuocLayTuKhoDMQG", kYesNo),
    Text("MaKetQuaThayThe", 100),
    Code("IsDeleted", kYesNo),
};
constexpr FieldRule kFees[] = {
    Id(),
    Text("MaPhiLePhi", 50),
    Text("TenPhiLePhi", 500),
    Digits("Gia"),
    Text("LoaiPhiLePhi", 10),
    Code("HinhThucThu", "1|2|4"),
    Digits("DaNop"),
    Date("NgayNop"),
    Text("MaGiaoDich", 100),
    Digits("DaHoan"),
    Date("NgayHoan"),
};
constexpr FieldRule kSupplements[] = {
    Id(),
    Text("NguoiYeuCauBoSung", 200),
    Text("NoiDungBoSung", 4000),
    Date("NgayBoSung"),
    Text("NguoiTiepNhanBoSung", 200),
    Text("ThongTinTiepNhan", 2000),
    Date("NgayTiepNhanBoSung"),
    Code("TrangThaiBoSung", kYesNo),
    Date("NgayHenTraTruoc"),
    Date("NgayHenTraMoi"),
};
constexpr FieldRule kResults[] = {
    Id(),
    Text("TenGiayTo", 2000),
    Text("MaThanhPhanHoSo", 100),
    Text("MaGiayToKetQua", 100),
    Text("DuongDanTepTinKetQua", 2000),
};
constexpr FieldRule kSteps[] = {
    Id(),
    Text("NguoiXuLy", 200),
    Text("ChucDanh", 200),
    Text("PhongBanXuLy", 500),
    Date("ThoiDiemXuLy"),
    Text("NoiDungXuLy", 4000),
    Code("TrangThai", kStatusCodes),
    Date("NgayBatDau"),
    Date("NgayKetThucTheoQuyDinh"),
    Text("NguoiNhan", 200),
    Text("DonViNhan", 500),
    Code("ChuyenLai", kYesNo),
    Code("TamDung", kYesNo),
    Text("MaCoQuan", 35),
};
constexpr FieldRule kPauses[] = {
    Id(), Date("TuLuc"), Date("DenLuc"), Code("LyDo", "1|2|3"), Text("GhiChu", 1000),
};
constexpr FieldRule kAssignments[] = {
    Id(),
    Text("MaCoQuan", 35),
    Code("VaiTro", "1|2"),
    Date("NgayGiao"),
    Date("HanXuLy"),
    Code("TraLoi", "1|2|3"),
    Date("NgayTraLoi"),
    Text("GhiChu", 1000),
};

constexpr ListRule kRecordLists[] = {
    {"DinhDanhCHS", kIdentities},
    {"MaKhac", kOtherCodes},
    {"TaiLieuNop", kPapers},
    {"DanhSachLePhi", kFees},
    {"DanhSachHoSoBoSung", kSupplements},
    {"DanhSachGiayToKetQua", kResults},
    {"QuaTrinhXuLy", kSteps},
    {"TamDung", kPauses},
    {"PhanCong", kAssignments},
};

}  // namespace

std::span<const FieldRule> RecordFields() { return kRecordFields; }

std::span<const ListRule> RecordLists() { return kRecordLists; }

const FieldRule* FindField(std::span<const FieldRule> fields, std::string_view name) {
  for (const FieldRule& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const ListRule* FindList(std::string_view name) {
  for (const ListRule& list : kRecordLists) {
    if (list.name == name) return &list;
  }
  return nullptr;
}

}  // namespace lienthong::rigs::city
