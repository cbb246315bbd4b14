#include "adapters/national/hub_fields.h"

#include <algorithm>

#include "adapters/sdk/mapping_describe.h"
#include "gateway/base/text.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::adapters::national {
namespace {

using google::protobuf::EnumDescriptor;

constexpr std::string_view kSubmitterKind = "LoaiDoiTuong, ThongTinNguoiNop.LoaiDoiTuong";
constexpr std::string_view kStatusTable = "Status";
constexpr std::string_view kKindTable = "ApplicantKind";
constexpr std::string_view kCopyTable = "CopyKind";

struct HubField {
  std::string_view path;
  std::string_view name;  // empty: shown in no field of its own
  size_t characters_max = 0;
  std::string_view table = "";
};

// By path.
constexpr HubField kFields[] = {
    {"applicant.address", "ThongTinNguoiNop.ThongTinChiTiet.DiaChi", 1000},
    {"applicant.identity_number", "ThongTinNguoiNop.ThongTinChiTiet.SoGiayTo"},
    {"applicant.kind", kSubmitterKind, 0, kKindTable},
    {"applicant.name", "ChuHoSo", 500},
    {"applicant.province_code", "ThongTinNguoiNop.ThongTinChiTiet.MaTinh"},
    {"applicant.unit_code", "ThongTinNguoiNop.ThongTinChiTiet.MaXa"},
    {"contact.email", "ThongTinNguoiNop.ThongTinChiTiet.Email", 100},
    {"contact.phone", "ThongTinNguoiNop.ThongTinChiTiet.SoDienThoai", 50},
    {"fees[].amount_vnd", "DanhSachLePhi.Gia"},
    {"fees[].code", "DanhSachLePhi.MaPhiLePhi"},
    {"fees[].name", "DanhSachLePhi.TenPhiLePhi", 500},
    {"fees[].paid_vnd", "DanhSachLePhi.TrangThaiThanhToan"},
    {"fees[].refunded_vnd", "DanhSachLePhi.TrangThaiThanhToan"},
    {"form_data", "EformThongTinChiTiet"},
    {"origin.portal_account", "ThongTinNguoiNop.IdDoiTuong"},
    {"origin.submitted_time", "NgayNop"},
    {"papers[].component_code", "ThanhPhanHoSo.MaThanhPhanHoSo"},
    {"papers[].copy_kind", "ThanhPhanHoSo.LoaiBan", 0, kCopyTable},
    {"papers[].file.fetch_state", ""},
    {"papers[].file.sha256", "ThanhPhanHoSo.GiayToDinhKem.HashTepTin"},
    {"papers[].name", "ThanhPhanHoSo.TenThanhPhanHoSo", 4000},
    {"papers[].quantity", "ThanhPhanHoSo.SoLuong"},
    {"papers[].replacement_result_code", "ThanhPhanHoSo.GiayToDinhKem.MaKetQua"},
    {"procedure.code", "MaTTHC"},
    {"procedure.service_code", "MaDichVuCong"},
    {"reception.agency", "MaDonViTiepNhan"},
    {"reception.received_time", "NgayTiepNhan"},
    {"results[].file.fetch_state", ""},
    {"results[].file.sha256", "DanhSachGiayToKetQua.HashTepTin"},
    {"results[].name", "DanhSachGiayToKetQua.TenGiayTo", 2000},
    {"results[].result_code", "DanhSachGiayToKetQua.MaGiayToKetQua"},
    {"status", "TrangThai", 0, kStatusTable},
    {"status_note", "NoiDungYKien", 4000},
    {"steps[].content", "NoiDungXuLy", 4000},
    {"steps[].due_time", "NgayKetThucTheoQuyDinh"},
    {"steps[].officer", "NguoiXuLy", 200},
    {"steps[].start_time", "NgayBatDau"},
    {"steps[].status", "TrangThai", 0, kStatusTable},
    {"steps[].time", "ThoiDiemXuLy"},
    {"steps[].unit", "PhongBanXuLy", 500},
    {"submitter.account", "ThongTinNguoiNop.IdDoiTuong"},
    {"submitter.address", "ThongTinNguoiNop.ThongTinChiTiet.DiaChi", 1000},
    {"submitter.email", "ThongTinNguoiNop.ThongTinChiTiet.Email", 100},
    {"submitter.identity_number", "ThongTinNguoiNop.ThongTinChiTiet.SoGiayTo"},
    {"submitter.kind", "ThongTinNguoiNop.LoaiDoiTuong", 0, kKindTable},
    {"submitter.name", "ThongTinNguoiNop.ThongTinChiTiet.HoTen", 500},
    {"submitter.phone", "ThongTinNguoiNop.ThongTinChiTiet.SoDienThoai", 50},
    {"submitter.province_code", "ThongTinNguoiNop.ThongTinChiTiet.MaTinh"},
    {"submitter.unit_code", "ThongTinNguoiNop.ThongTinChiTiet.MaXa"},
};

// The values that the hub has a code for: its own of the schema, or all but "not said" by number.
void AddCodes(std::string_view table_name, const EnumDescriptor& type, bool by_number,
              sdk::MappingDescriber& describer) {
  const std::string table(table_name);
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    const std::string& own = value.options().GetExtension(options::v1::value).hub();
    if (by_number && value.number() != 0) {
      describer.AddCode(table, value.name(), StrCat(value.number()));
    } else if (!by_number && !own.empty()) {
      describer.AddCode(table, value.name(), own);
    }
  }
}

}  // namespace

const std::vector<std::string>& HubFields() {
  static const std::vector<std::string>& fields = *[] {
    auto* made = new std::vector<std::string>;
    for (const HubField& field : kFields) made->emplace_back(field.path);
    return made;
  }();
  return fields;
}

size_t HubCharactersMax(std::string_view path) {
  const auto* const found = std::lower_bound(
      std::begin(kFields), std::end(kFields), path,
      [](const HubField& field, std::string_view sought) { return field.path < sought; });
  return found == std::end(kFields) || found->path != path ? 0 : found->characters_max;
}

adapter::v1::MappingDescription DescribeHub() {
  sdk::MappingDescriber describer;
  for (const HubField& field : kFields) {
    const std::string path(field.path);
    describer.Add(path, field.name, field.characters_max);
    if (!field.table.empty()) describer.SetTable(path, std::string(field.table));
  }
  AddCodes(kStatusTable, *dossier::v1::Status_descriptor(), /*by_number=*/true, describer);
  AddCodes(kKindTable, *dossier::v1::ApplicantKind_descriptor(), /*by_number=*/false, describer);
  AddCodes(kCopyTable, *dossier::v1::Paper::CopyKind_descriptor(), /*by_number=*/false, describer);
  adapter::v1::MappingDescription description = describer.Take();
  description.set_digest(sdk::DigestOf(description));
  return description;
}

}  // namespace lienthong::adapters::national
