// What the portal's tests of this folder have in common: small records, and a portal without
// sockets.
#ifndef LIENTHONG_TESTS_UNIT_RIGS_PORTAL_FOR_TEST_H_
#define LIENTHONG_TESTS_UNIT_RIGS_PORTAL_FOR_TEST_H_

#include <string>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::portal {

using Json = nlohmann::json;

// The smallest that DongBoHoSoMC takes.
inline Json SmallestPortalRecord() {
  return {{"MaHoSo", "H29.X01-261122-0001"},
          {"MaTTHC", "1.001193"},
          {"TenTTHC", "Đăng ký khai sinh"},
          {"MaLinhVuc", "G15-HT03"},
          {"TenLinhVuc", "Hộ tịch"},
          {"KenhThucHien", "1"},
          {"ChuHoSo", "Trần Thị Mẫu"},
          {"LoaiDoiTuong", "1"},
          {"TrangThaiHoSo", "2"},
          {"HinhThuc", "0"},
          {"DonViXuLy", "Phường Mẫu"},
          {"NgayTiepNhan", "20261122080000"}};
}

// What a citizen submits, as it goes to the gateway.
inline Json SmallestSubmission() {
  Json record = SmallestPortalRecord();
  record.update({{"MaHoSo", "DVC.2026.0000001"},
                 {"TrangThaiHoSo", "1"},
                 {"KenhThucHien", "2"},
                 {"NoiNopHoSo", "1"},
                 {"NgayNopHoSo", "20261122080000"}});
  record.erase("NgayTiepNhan");
  record.erase("DonViXuLy");
  return record;
}

inline Json SmallestProgress(const std::string& text = "Tiếp nhận") {
  return {{"MaHoSo", "H29.X01-261122-0001"},
          {"NguoiXuLy", "Lê Văn Mẫu"},
          {"ThoiDiemXuLy", "20261122080000"},
          {"NoiDungXuLy", text},
          {"TrangThai", "2"}};
}

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_UNIT_RIGS_PORTAL_FOR_TEST_H_
