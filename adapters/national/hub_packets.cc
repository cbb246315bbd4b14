#include "adapters/national/hub_packets.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "adapters/sdk/mapping_values.h"
#include "gateway/base/text.h"
#include "google/protobuf/descriptor.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::ApplicantKind;
using dossier::v1::Dossier;
using dossier::v1::FileReference;
using google::protobuf::Timestamp;
using nlohmann::json;

constexpr const char* kMandatory = "mandatory here: the hub refuses the packet without it";
constexpr const char* kNoKind = "the hub has no code for this kind of applicant";

const absl::TimeZone& HubZone() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone loaded;
    absl::LoadTimeZone("Asia/Ho_Chi_Minh", &loaded);
    return loaded;
  }();
  return zone;
}

absl::Time ToTime(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

// The hub's code of an enum value, as a number.
std::optional<int> HubCode(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  int code = 0;
  const bool has_code =
      value != nullptr &&
      absl::SimpleAtoi(value->options().GetExtension(options::v1::value).hub(), &code);
  return has_code ? std::optional(code) : std::nullopt;
}

void Fail(sdk::Encoded& encoded, const std::string& field, const char* reason) {
  if (encoded.error) return;
  encoded.error.emplace();
  encoded.error->set_field(field);
  encoded.error->set_reason(reason);
}

void CheckMandatory(sdk::Encoded& encoded, const std::string& prefix,
                    std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto it = encoded.record.find(name);
    if (it == encoded.record.end() || sdk::IsEmpty(*it)) Fail(encoded, prefix + name, kMandatory);
  }
}

std::string DateTimeOr(bool present, const Timestamp& time) {
  return present ? HubDateTime(ToTime(time)) : "";
}

std::string InstantOr(bool present, const Timestamp& time) {
  return present ? HubInstant(ToTime(time)) : "";
}

// IdTepTin of a file whose content is at the hub; empty when it is not.
std::string UploadOf(const FileReference& file, const Uploads& uploads) {
  const auto it = uploads.find(file.sha256());
  return file.sha256().empty() || it == uploads.end() ? "" : it->second;
}

json EncodeComponent(const dossier::v1::Paper& paper, const Uploads& uploads) {
  json component = {{"MaThanhPhanHoSo", paper.component_code()},
                    {"TenThanhPhanHoSo", paper.name()},
                    {"GiayToDinhKem", json::array()}};
  if (paper.has_quantity()) component["SoLuong"] = paper.quantity();
  const auto copy = HubCode(*dossier::v1::Paper::CopyKind_descriptor(), paper.copy_kind());
  if (copy) component["LoaiBan"] = *copy;
  const std::string upload = UploadOf(paper.file(), uploads);
  if (!upload.empty()) {
    component["GiayToDinhKem"].push_back({{"IdGiayTo", upload},
                                          {"MaKetQua", paper.replacement_result_code()},
                                          {"TenGiayTo", paper.name()},
                                          {"HashTepTin", paper.file().sha256()}});
  }
  return component;
}

// Whoever handed it in; where nobody else is named, the applicant.
dossier::v1::Submitter SubmitterOf(const Dossier& dossier) {
  if (dossier.has_submitter()) return dossier.submitter();
  const auto& applicant = dossier.applicant();
  dossier::v1::Submitter submitter;
  submitter.set_kind(applicant.kind());
  submitter.set_account(dossier.origin().portal_account());
  submitter.set_name(applicant.name());
  submitter.set_identity_number(applicant.identity_number());
  submitter.set_phone(dossier.contact().phone());
  submitter.set_email(dossier.contact().email());
  submitter.set_address(applicant.address());
  submitter.set_province_code(applicant.province_code());
  submitter.set_unit_code(applicant.unit_code());
  return submitter;
}

json EncodeSubmitter(const dossier::v1::Submitter& submitter, sdk::Encoded& encoded) {
  json made = {{"IdDoiTuong", submitter.account()},
               {"ThongTinChiTiet",
                {{"HoTen", submitter.name()},
                 {"SoGiayTo", submitter.identity_number()},
                 {"SoDienThoai", submitter.phone()},
                 {"Email", submitter.email()},
                 {"DiaChi", submitter.address()},
                 {"MaTinh", submitter.province_code()},
                 {"MaXa", submitter.unit_code()}}}};
  const std::optional<int> kind = HubKind(submitter.kind());
  if (kind) {
    made["LoaiDoiTuong"] = *kind;
  } else if (submitter.kind() != dossier::v1::APPLICANT_KIND_UNSPECIFIED) {
    Fail(encoded, "ThongTinNguoiNop.LoaiDoiTuong", kNoKind);
  }
  return made;
}

json EncodeFee(const dossier::v1::Fee& fee) {
  const bool paid = fee.paid_vnd() - fee.refunded_vnd() >= fee.amount_vnd();
  return {{"MaPhiLePhi", fee.code()},
          {"TenPhiLePhi", fee.name()},
          {"Gia", fee.amount_vnd()},
          {"TrangThaiThanhToan", paid ? 1 : 0}};
}

json EncodeResult(const dossier::v1::ResultPaper& result, const Uploads& uploads) {
  const std::string upload = UploadOf(result.file(), uploads);
  return {{"TenGiayTo", result.name()},
          {"MaGiayToKetQua", result.result_code()},
          {"IdGiayTo", upload},
          {"HashTepTin", upload.empty() ? "" : result.file().sha256()}};
}

}  // namespace

sdk::Encoded EncodeHubRecord(const Dossier& dossier, const std::string& code,
                             const Uploads& uploads) {
  sdk::Encoded encoded;
  const auto& origin = dossier.origin();
  const auto& reception = dossier.reception();
  // At a counter a dossier is handed in and received at once.
  const bool submitted = origin.has_submitted_time();
  const Timestamp& handed_in = submitted ? origin.submitted_time() : reception.received_time();
  json form = json::parse(dossier.form_data(), nullptr, /*allow_exceptions=*/false);
  encoded.record = {
      {"MaHoSo", code},
      {"MaTTHC", dossier.procedure().code()},
      {"MaDichVuCong", dossier.procedure().service_code()},
      {"ChuHoSo", dossier.applicant().name()},
      {"MaDonViTiepNhan", reception.agency()},
      {"NgayNop", DateTimeOr(submitted || reception.has_received_time(), handed_in)},
      {"NgayTiepNhan", DateTimeOr(reception.has_received_time(), reception.received_time())},
      {"ThanhPhanHoSo", json::array()},
      {"ThongTinNguoiNop", EncodeSubmitter(SubmitterOf(dossier), encoded)},
      {"EformThongTinChiTiet", form.is_object() ? std::move(form) : json(nullptr)}};
  const std::optional<int> kind = HubKind(dossier.applicant().kind());
  if (kind) {
    encoded.record["LoaiDoiTuong"] = *kind;
  } else if (dossier.applicant().kind() != dossier::v1::APPLICANT_KIND_UNSPECIFIED) {
    Fail(encoded, "LoaiDoiTuong", kNoKind);
  }
  for (const dossier::v1::Paper& paper : dossier.papers()) {
    encoded.record["ThanhPhanHoSo"].push_back(EncodeComponent(paper, uploads));
  }
  CheckMandatory(encoded, "", {"MaTTHC", "ChuHoSo", "LoaiDoiTuong", "MaDonViTiepNhan", "NgayNop"});
  return encoded;
}

bool CarriesLists(dossier::v1::Status status) {
  return status == dossier::v1::STATUS_SUPPLEMENT_REQUESTED ||
         status == dossier::v1::STATUS_PAYMENT_REQUESTED || status == dossier::v1::STATUS_FINISHED;
}

sdk::Encoded EncodeHubStatus(const Dossier& dossier, const HubIds& ids, const Uploads& uploads) {
  sdk::Encoded encoded;
  json state = {{"IdHoSo", ids.id},
                {"MaHoSo", ids.code},
                {"TrangThai", static_cast<int>(dossier.status())},
                {"NoiDungYKien", dossier.status_note()}};
  if (dossier.status() == dossier::v1::STATUS_UNSPECIFIED) Fail(encoded, "TrangThai", kMandatory);
  if (CarriesLists(dossier.status())) {
    json& fees = state["DanhSachLePhi"] = json::array();
    for (const dossier::v1::Fee& fee : dossier.fees()) fees.push_back(EncodeFee(fee));
    json& results = state["DanhSachGiayToKetQua"] = json::array();
    for (const dossier::v1::ResultPaper& result : dossier.results()) {
      results.push_back(EncodeResult(result, uploads));
    }
  }
  encoded.record = json::array({std::move(state)});
  return encoded;
}

sdk::Encoded EncodeHubStep(const dossier::v1::Step& step, const HubIds& ids,
                           dossier::v1::Status status) {
  sdk::Encoded encoded;
  const bool has_status = step.status() != dossier::v1::STATUS_UNSPECIFIED;
  const auto told = static_cast<int>(has_status ? step.status() : status);
  encoded.record = {{"IDHoSo", ids.id},
                    {"MaHoSo", ids.code},
                    {"NguoiXuLy", step.officer()},
                    {"ThoiDiemXuLy", InstantOr(step.has_time(), step.time())},
                    {"PhongBanXuLy", step.unit()},
                    {"NoiDungXuLy", step.content()},
                    {"TrangThai", told},
                    {"NgayBatDau", InstantOr(step.has_start_time(), step.start_time())},
                    {"NgayKetThucTheoQuyDinh", InstantOr(step.has_due_time(), step.due_time())}};
  const std::string prefix = StrCat("steps[", step.id(), "].");
  CheckMandatory(encoded, prefix, {"NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy"});
  if (told == 0) Fail(encoded, StrCat(prefix, "TrangThai"), kMandatory);
  return encoded;
}

std::string HubDateTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, HubZone());
}

std::string HubInstant(absl::Time time) {
  const absl::Time milliseconds = absl::FromUnixMillis(absl::ToUnixMillis(time));
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3S%Ez", milliseconds, HubZone());
}

std::optional<int> HubKind(ApplicantKind kind) {
  return HubCode(*dossier::v1::ApplicantKind_descriptor(), kind);
}

}  // namespace lienthong::adapters::national
