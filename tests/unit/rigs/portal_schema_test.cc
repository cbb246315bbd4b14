// DongBoHoSoMC as strict as the portal: members, lists, and what depends on status and channel.
#include "tests/rigs/portal/schema.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/rigs/portal_for_test.h"

namespace lienthong::rigs::portal {
namespace {

std::string Refused(const Json& patch) {
  Json record = SmallestPortalRecord();
  record.update(patch);
  const auto error = CheckRecord(record);
  return error ? error->field : "";
}

std::string RefusedSubmission(const Json& patch) {
  Json record = SmallestSubmission();
  record.update(patch);
  const auto error = CheckSubmission(record);
  return error ? error->field : "";
}

TEST(PortalSchema, TheSmallestRecordIsTakenAndLacksNothingMandatory) {
  EXPECT_EQ(Refused(Json::object()), "");
  const Json smallest = SmallestPortalRecord();
  for (const auto& [name, value] : smallest.items()) {
    Json record = smallest;
    record.erase(name);
    const auto error = CheckRecord(record);
    ASSERT_TRUE(error) << name;
    EXPECT_EQ(error->field, name);
    EXPECT_EQ(Refused({{name, ""}}), name);
  }
}

TEST(PortalSchema, EveryMemberOfThePacketIsKnown) {
  EXPECT_EQ(RecordMembers().size(), 38U);  // 29 of 2019 and what came later, 9 with QĐ 766
  EXPECT_EQ(ProgressMembers().size(), 9U);
  EXPECT_EQ(Refused({{"MaXa", "26740"}}), "MaXa");
  EXPECT_EQ(Refused({{"TienDo", Json::array()}}), "TienDo");
}

TEST(PortalSchema, TheStatusAsksForItsDates) {
  const Json received = {{"NgayTiepNhan", "20261122080000"}, {"NgayNopHoSo", ""}};
  const Json submitted = {{"NgayTiepNhan", ""}, {"NgayNopHoSo", "20261122080000"}};
  const auto with = [](Json dates, const char* status) {
    dates["TrangThaiHoSo"] = status;
    return dates;
  };
  for (const char* status : {"2", "4", "6", "8", "9", "10"}) {
    EXPECT_EQ(Refused(with(received, status)), "") << status;
    EXPECT_EQ(Refused(with(submitted, status)), "NgayTiepNhan") << status;
  }
  for (const char* status : {"5", "7"}) {
    EXPECT_EQ(Refused(with(received, status)), "") << status;
    EXPECT_EQ(Refused(with(submitted, status)), "") << status;
    EXPECT_EQ(Refused({{"TrangThaiHoSo", status}, {"NgayTiepNhan", ""}}), "NgayNopHoSo") << status;
  }
  EXPECT_EQ(Refused(with(submitted, "1")), "");
  EXPECT_EQ(Refused(with(received, "1")), "NgayNopHoSo");
  EXPECT_EQ(Refused(with(submitted, "3")), "NgayTuChoi");
  Json refused = with(submitted, "3");
  refused["NgayTuChoi"] = "20261122090000";
  EXPECT_EQ(Refused(refused), "");
}

TEST(PortalSchema, TheAccountGoesWithTheOnlineChannel) {
  EXPECT_EQ(Refused({{"MaDoiTuong", "TK-1"}}), "MaDoiTuong");
  EXPECT_EQ(Refused({{"MaDoiTuong", "TK-1"}, {"KenhThucHien", "2"}}), "");
}

TEST(PortalSchema, ListsAreCheckedInside) {
  const Json paper = {{"TepDinhKemId", "a"}, {"TenTepDinhKem", "x"}, {"IsDeleted", "False"}};
  EXPECT_EQ(Refused({{"TaiLieuNop", {paper}}}), "");
  EXPECT_EQ(Refused({{"TaiLieuNop", {paper, paper}}}), "TaiLieuNop[1].TepDinhKemId");
  EXPECT_EQ(Refused({{"TaiLieuNop", {{{"TenTepDinhKem", "x"}}}}}), "TaiLieuNop[0].TepDinhKemId");
  EXPECT_EQ(Refused({{"TaiLieuNop", {{{"TepDinhKemId", "a"}, {"IsDeleted", "0"}}}}}),
            "TaiLieuNop[0].IsDeleted");
  EXPECT_EQ(Refused({{"TaiLieuNop", {{{"TepDinhKemId", "a"}, {"Base64", "QQ=="}}}}}),
            "TaiLieuNop[0].Base64");
  for (const char* open :
       {R"({"TepDinhKemId": "a"})", R"({"TepDinhKemId": "a", "IsDeleted": ""})"}) {
    EXPECT_EQ(Refused({{"TaiLieuNop", {Json::parse(open)}}}), "TaiLieuNop[0].IsDeleted");
    EXPECT_EQ(Refused({{"DanhSachHoSoBoSung",
                        {{{"HoSoBoSungId", 1}, {"DanhSachGiayToBoSung", {Json::parse(open)}}}}}}),
              "DanhSachHoSoBoSung[0].DanhSachGiayToBoSung[0].IsDeleted");
  }
  EXPECT_EQ(Refused({{"DanhSachHoSoBoSung", {{{"HoSoBoSungId", "1"}}}}}),
            "DanhSachHoSoBoSung[0].HoSoBoSungId");
  EXPECT_EQ(Refused({{"DanhSachHoSoBoSung", {{{"HoSoBoSungId", 1}}, {{"HoSoBoSungId", 1}}}}}),
            "DanhSachHoSoBoSung[1].HoSoBoSungId");
  const Json round = {{"HoSoBoSungId", 7},
                      {"TrangThaiBoSung", false},
                      {"DanhSachGiayToBoSung", {paper}},
                      {"DanhSachLePhiBoSung", {{{"Gia", "1000"}}}}};
  EXPECT_EQ(Refused({{"DanhSachHoSoBoSung", {round}}}), "");
  Json bad = round;
  bad["DanhSachGiayToBoSung"][0]["DuocSoHoa"] = "2";
  EXPECT_EQ(Refused({{"DanhSachHoSoBoSung", {bad}}}),
            "DanhSachHoSoBoSung[0].DanhSachGiayToBoSung[0].DuocSoHoa");
  bad = round;
  bad["TrangThaiBoSung"] = "False";
  EXPECT_EQ(Refused({{"DanhSachHoSoBoSung", {bad}}}), "DanhSachHoSoBoSung[0].TrangThaiBoSung");
  EXPECT_EQ(Refused({{"DanhSachLePhi", {{{"Gia", "1.000"}}}}}), "DanhSachLePhi[0].Gia");
  EXPECT_EQ(Refused({{"DinhDanhCHS", {{{"LoaiDinhDanh", "3"}}}}}), "DinhDanhCHS[0].LoaiDinhDanh");
}

TEST(PortalSchema, ASubmissionHasMoreMembersAndMayCarryContent) {
  EXPECT_EQ(RefusedSubmission({{"MaXa", "26740"}, {"DiaChi", "1 đường Mẫu"}}), "");
  EXPECT_EQ(RefusedSubmission({{"TaiLieuNop", {{{"TenTepDinhKem", "x"}, {"Base64", "QQ=="}}}}}),
            "");
  EXPECT_EQ(RefusedSubmission({{"TaiLieuNop", {{{"TenTepDinhKem", ""}, {"Base64", "QQ=="}}}}}),
            "TaiLieuNop.TenTepDinhKem");
  EXPECT_EQ(RefusedSubmission({{"TaiLieuNop", {{{"TenTepDinhKem", "x"}}}}}),
            "TaiLieuNop[0].TepDinhKemId");
  EXPECT_EQ(RefusedSubmission({{"NgayNopHoSo", ""}}), "NgayNopHoSo");
  EXPECT_EQ(RefusedSubmission({{"ChuHoSo", ""}}), "ChuHoSo");
}

}  // namespace
}  // namespace lienthong::rigs::portal
