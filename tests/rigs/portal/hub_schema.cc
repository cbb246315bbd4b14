#include "tests/rigs/portal/hub_schema.h"

#include <string_view>
#include <vector>

#include "tests/rigs/shape/members.h"

namespace lienthong::rigs::portal {
namespace {

using member::List;
using member::Mandatory;
using member::Nullable;
using member::Number;
using member::Object;
using member::Of;
using member::Text;

constexpr std::string_view kStatusCodes = "1|2|3|4|5|6|7|8|9|10";
constexpr std::string_view kPersonCodes = "0|1|2";

constexpr Member kFiles[] = {
    Mandatory(Text("IdGiayTo", 100)),
    Text("MaKetQua", 100),
    Text("TenGiayTo", 4000),
    Mandatory(Text("HashTepTin", 64)),
};
constexpr Member kComponents[] = {
    Text("MaThanhPhanHoSo", 100),
    Mandatory(Text("TenThanhPhanHoSo", 4000)),
    Number("SoLuong"),
    Number("LoaiBan", "0|1|2"),
    List("GiayToDinhKem", kFiles),
};
constexpr Member kPerson[] = {
    Text("HoTen", 500),   Text("SoGiayTo", 100), Text("SoDienThoai", 50), Text("Email", 100),
    Text("DiaChi", 1000), Text("MaTinh", 10),    Text("MaXa", 10),
};
constexpr Member kSubmitter[] = {
    Number("LoaiDoiTuong", kPersonCodes),
    Text("IdDoiTuong", 50),
    Nullable(Object("ThongTinChiTiet", kPerson)),
};
constexpr Member kRecord[] = {
    Mandatory(Text("MaHoSo", 50)),
    Mandatory(Text("MaTTHC", 50)),
    Text("MaDichVuCong", 50),
    Mandatory(Text("ChuHoSo", 500)),
    Mandatory(Number("LoaiDoiTuong", kPersonCodes)),
    Mandatory(Text("MaDonViTiepNhan", 35)),
    Mandatory(Of(MemberKind::kSpacedTime, "NgayNop")),
    Of(MemberKind::kSpacedTime, "NgayTiepNhan"),
    List("ThanhPhanHoSo", kComponents),
    Nullable(Object("ThongTinNguoiNop", kSubmitter)),
    Nullable(Of(MemberKind::kAnyObject, "EformThongTinChiTiet")),
};

constexpr Member kProgress[] = {
    Mandatory(Text("IDHoSo", 50)),
    Mandatory(Text("MaHoSo", 50)),
    Mandatory(Text("NguoiXuLy", 200)),
    Mandatory(Of(MemberKind::kIsoTime, "ThoiDiemXuLy")),
    Text("PhongBanXuLy", 500),
    Mandatory(Text("NoiDungXuLy", 4000)),
    Mandatory(Number("TrangThai", kStatusCodes)),
    Of(MemberKind::kIsoTime, "NgayBatDau"),
    Of(MemberKind::kIsoTime, "NgayKetThucTheoQuyDinh"),
};

constexpr Member kFees[] = {
    Text("MaPhiLePhi", 50),
    Text("TenPhiLePhi", 500),
    Number("Gia"),
    Number("TrangThaiThanhToan", "0|1"),
};
constexpr Member kResults[] = {
    Text("TenGiayTo", 2000),
    Text("MaGiayToKetQua", 100),
    Text("IdGiayTo", 100),
    Text("HashTepTin", 64),
};
constexpr Member kStatus[] = {
    Mandatory(Text("IdHoSo", 50)),
    Mandatory(Text("MaHoSo", 50)),
    Mandatory(Number("TrangThai", kStatusCodes)),
    Text("NoiDungYKien", 4000),
    List("DanhSachLePhi", kFees),
    List("DanhSachGiayToKetQua", kResults),
};

std::vector<Member> With(std::span<const Member> members, std::string_view name,
                         std::span<const Member> inner) {
  std::vector<Member> changed(members.begin(), members.end());
  for (Member& member : changed) {
    if (member.name == name) member.members = inner;
  }
  return changed;
}

}  // namespace

std::span<const Member> HubRecordMembers() { return kRecord; }

std::span<const Member> HubSubmissionMembers() {
  static const std::vector<Member> kLinkedFiles = [] {
    std::vector<Member> files(std::begin(kFiles), std::end(kFiles));
    files.push_back(Text("DuongDanTaiTepTin", 2000));
    return files;
  }();
  static const std::vector<Member> kLinkedComponents =
      With(kComponents, "GiayToDinhKem", kLinkedFiles);
  static const std::vector<Member> kSubmission = [] {
    std::vector<Member> members = With(kRecord, "ThanhPhanHoSo", kLinkedComponents);
    members.push_back(Text("IdHoSo", 50));
    return members;
  }();
  return kSubmission;
}

std::span<const Member> HubProgressMembers() { return kProgress; }

std::span<const Member> HubStatusMembers() { return kStatus; }

}  // namespace lienthong::rigs::portal
