// The smallest HoSo that the city takes, for the tests of this folder.
#ifndef LIENTHONG_TESTS_UNIT_RIGS_RECORDS_FOR_TEST_H_
#define LIENTHONG_TESTS_UNIT_RIGS_RECORDS_FOR_TEST_H_

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {

inline nlohmann::json SmallestRecord() {
  return {{"MaTTHC", "1.000001"},      {"MaLinhVuc", "LV01"},
          {"KenhThucHien", "1"},       {"LoaiDoiTuong", "1"},
          {"ChuHoSo", "Trần Thị Mẫu"}, {"MaDonViTiepNhan", "H29.X01"},
          {"TrangThaiHoSo", "1"},      {"HinhThuc", "0"}};
}

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_UNIT_RIGS_RECORDS_FOR_TEST_H_
