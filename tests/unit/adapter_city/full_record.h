#ifndef LIENTHONG_TESTS_UNIT_ADAPTER_CITY_FULL_RECORD_H_
#define LIENTHONG_TESTS_UNIT_ADAPTER_CITY_FULL_RECORD_H_

#include <string_view>

namespace lienthong::adapters::city {

// A record with every field that the platform's HoSo has. All persons and numbers are invented.
inline constexpr std::string_view kFullRecord = R"json({
  "MaHoSo": "H29.X01-260302-0001", "SoBienNhan": "X01/2026/000123",
  "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G15-HT03",
  "TenLinhVuc": "Hộ tịch", "KenhThucHien": "2", "NoiNopHoSo": "1",
  "NgayNopHoSo": "20260302074500", "MaDoiTuong": "tech-0001", "ChuHoSo": "Nguyễn Văn Mẫu",
  "LoaiDoiTuong": "1", "SoGiayToChuHoSo": "079000000001", "DiaChi": "1 Đường Mẫu",
  "MaTinh": "79", "MaXa": "26740", "Email": "mau@example.vn", "Fax": "02800000000",
  "SoDienThoai": "0900000001", "TrichYeuHoSo": "Khai sinh cho con", "ThongTinKhac": "khác",
  "GhiChu": "ghi chú", "MaDonViTiepNhan": "H29.X01", "NguoiTiepNhan": "Trần Thị Ví Dụ",
  "NgayTiepNhan": "20260302080000", "NgayTuChoi": "20260302080001", "LyDoTuChoi": "thiếu giấy",
  "NgayHenTra": "20260309170000", "TrangThaiHoSo": "10", "DonViXuLy": "Phòng Tư pháp",
  "NgayKetThucXuLy": "20260306160000", "LyDoDung": "dừng", "NgayTra": "20260307090000",
  "ThongTinTra": "trả tại quầy", "HinhThuc": "0", "KetQuaThue": "không", "SaiThuTuc": "0",
  "SaiKetQua": "1", "TrangThaiTaiChinh": "2", "DuocThanhToanTrucTuyen": "3",
  "HoSoCoThanhPhanSoHoa": "1", "TaiKhoanDuocXacThucVoiVNeID": "1",
  "DinhDanhCHS": [{"Id": "tp-d1", "LoaiDinhDanh": "2", "SoDinhDanh": "020000001"}],
  "MaKhac": [{"Id": "tp-m1", "DonViCap": "city", "Loai": "Khac", "Ma": "TP-1"},
             {"Id": "tp-m2", "DonViCap": "city", "Loai": "MaHoSo", "Ma": "A"},
             {"Id": "tp-m3", "DonViCap": "city", "Loai": "SoBienNhan", "Ma": "B"}],
  "TaiLieuNop": [{"Id": "tp-t1", "TenTepDinhKem": "to-khai.pdf", "MaThanhPhanHoSo": "TP01",
    "DuongDanTaiTepTin": "https://kho.example.vn/1", "DuocSoHoa": "1", "DuocTaiSuDung": "2",
    "DuocLayTuKhoDMQG": "0", "MaKetQuaThayThe": "KQ.1", "IsDeleted": "0"}],
  "DanhSachLePhi": [{"Id": "tp-l1", "MaPhiLePhi": "LP1", "TenPhiLePhi": "Lệ phí", "Gia": "50000",
    "LoaiPhiLePhi": "1", "HinhThucThu": "4", "DaNop": "50000", "NgayNop": "20260302081000",
    "MaGiaoDich": "GD1", "DaHoan": "0", "NgayHoan": "20260303081000"}],
  "DanhSachHoSoBoSung": [{"Id": "tp-b1", "NguoiYeuCauBoSung": "Lê Văn Thử",
    "NoiDungBoSung": "thêm bản sao", "NgayBoSung": "20260303090000",
    "NguoiTiepNhanBoSung": "Trần Thị Ví Dụ", "ThongTinTiepNhan": "đã nhận",
    "NgayTiepNhanBoSung": "20260304090000", "TrangThaiBoSung": "1",
    "NgayHenTraTruoc": "20260309170000", "NgayHenTraMoi": "20260310170000"}],
  "DanhSachGiayToKetQua": [{"Id": "tp-k1", "TenGiayTo": "Giấy khai sinh",
    "MaThanhPhanHoSo": "TP09", "MaGiayToKetQua": "KQ.G15.000001",
    "DuongDanTepTinKetQua": "https://kho.example.vn/2"}],
  "QuaTrinhXuLy": [{"Id": "tp-q1", "NguoiXuLy": "Lê Văn Thử", "ChucDanh": "Chuyên viên",
    "PhongBanXuLy": "Phòng Tư pháp", "ThoiDiemXuLy": "20260302090000",
    "NoiDungXuLy": "thụ lý", "TrangThai": "4", "NgayBatDau": "20260302090000",
    "NgayKetThucTheoQuyDinh": "20260306170000", "NguoiNhan": "Phạm Thị Kiểm",
    "DonViNhan": "Lãnh đạo", "ChuyenLai": "0", "TamDung": "1", "MaCoQuan": "H29.X01"}],
  "TamDung": [{"Id": "tp-p1", "TuLuc": "20260303090000", "DenLuc": "20260304090000", "LyDo": "3",
    "GhiChu": "chờ cơ quan khác"}],
  "PhanCong": [{"Id": "tp-a1", "MaCoQuan": "H29.X05", "VaiTro": "2", "NgayGiao": "20260302093000",
    "HanXuLy": "20260305170000", "TraLoi": "3", "NgayTraLoi": "20260304100000",
    "GhiChu": "xong"}]
})json";

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_TESTS_UNIT_ADAPTER_CITY_FULL_RECORD_H_
