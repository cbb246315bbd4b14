#include "adapters/national/hub_inbound.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "absl/time/time.h"
#include "adapters/national/hub_packets.h"
#include "adapters/national/inbound_calls.h"
#include "adapters/national/portal_ids.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/time_format.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Paper;
using nlohmann::json;
using sdk::portal::TextAt;

constexpr const char* kComponents = "ThanhPhanHoSo";
constexpr const char* kFiles = "GiayToDinhKem";
constexpr const char* kForm = "EformThongTinChiTiet";
constexpr const char* kSubmitter = "ThongTinNguoiNop";

// The value of an enum that has this code at the hub.
std::optional<int> ValueWithHubCode(const google::protobuf::EnumDescriptor& type, int64_t code) {
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    const std::string& hub = value.options().GetExtension(options::v1::value).hub();
    if (!hub.empty() && hub == StrCat(code)) return value.number();
  }
  return std::nullopt;
}

// Reads one body. Lives on the stack.
class Reader {
 public:
  Reader(const json& record, const std::string& agency, const sdk::portal::Procedures& procedures)
      : record_(record), agency_(agency), procedures_(procedures), item_(BeginItem(record)) {}

  pb::InboundItem Run() {
    Dossier dossier;
    ReadHead(dossier);
    if (const auto it = record_.find(kSubmitter); it != record_.end()) {
      ReadSubmitter(*it, *dossier.mutable_submitter());
      if (IsApplicant(dossier)) MoveToApplicant(dossier);
    }
    if (const auto it = record_.find(kForm); it != record_.end() && it->is_object()) {
      dossier.set_form_data(sdk::portal::Dump(*it));
    }
    ReadComponents(dossier);
    if (item_.has_error()) return std::move(item_);
    *item_.mutable_dossier() = std::move(dossier);
    return std::move(item_);
  }

 private:
  void ReadHead(Dossier& dossier) {
    dossier.set_status(dossier::v1::STATUS_SUBMITTED);
    dossier.set_code(CodeIn(record_));
    const auto text = [this](const char* name, auto set) {
      const std::string value = TextAt(record_, name);
      if (!value.empty()) set(value);
    };
    text("MaTTHC", [&](const auto& value) { dossier.mutable_procedure()->set_code(value); });
    procedures_.Complete(*dossier.mutable_procedure());
    text("MaDichVuCong",
         [&](const auto& value) { dossier.mutable_procedure()->set_service_code(value); });
    text("ChuHoSo", [&](const auto& value) { dossier.mutable_applicant()->set_name(value); });
    const std::string told = TextAt(record_, "MaDonViTiepNhan");
    const std::string& receiver = told.empty() ? agency_ : told;
    if (!domain::IsAgencyCode(receiver)) Fail("MaDonViTiepNhan", "expected an agency's code");
    dossier.mutable_reception()->set_agency(receiver);
    auto& origin = *dossier.mutable_origin();
    origin.set_channel(dossier::v1::CHANNEL_ONLINE);
    origin.set_submission_place(dossier::v1::SUBMISSION_PLACE_PORTAL);
    const std::optional<int> kind = ReadKind(record_, "");
    if (kind) dossier.mutable_applicant()->set_kind(static_cast<dossier::v1::ApplicantKind>(*kind));
    ReadTime("NgayNop", *origin.mutable_submitted_time());
    // The packet does not say how the result is wanted.
    dossier.mutable_outcome()->set_return_method(dossier::v1::RETURN_METHOD_DIRECT);
  }

  std::optional<int> ReadKind(const json& object, const std::string& place) {
    const auto it = object.find("LoaiDoiTuong");
    if (it == object.end() || sdk::IsEmpty(*it)) return std::nullopt;
    const std::optional<int64_t> code = sdk::portal::ReadCode(*it);
    const auto kind =
        code ? ValueWithHubCode(*dossier::v1::ApplicantKind_descriptor(), *code) : std::nullopt;
    if (!kind) Fail(StrCat(place, "LoaiDoiTuong"), "no known code; expected 0, 1 or 2");
    return kind;
  }

  void ReadTime(const char* name, google::protobuf::Timestamp& into) {
    static const sdk::TimeFormat& format =
        *new sdk::TimeFormat(*sdk::TimeFormat::Parse("yyyy-MM-dd HH:mm:ss", "Asia/Ho_Chi_Minh"));
    const std::optional<absl::Time> time = format.Read(TextAt(record_, name));
    if (!time) return Fail(name, StrCat("no existing date; expected ", format.expected()));
    into.set_seconds(absl::ToUnixSeconds(*time));
  }

  void ReadSubmitter(const json& object, dossier::v1::Submitter& into) {
    if (!object.is_object()) return;
    const std::optional<int> kind = ReadKind(object, StrCat(kSubmitter, "."));
    if (kind) into.set_kind(static_cast<dossier::v1::ApplicantKind>(*kind));
    const auto text = [](const json& from, const char* name, auto set) {
      const std::string value = TextAt(from, name);
      if (!value.empty()) set(value);
    };
    text(object, "IdDoiTuong", [&](const auto& value) { into.set_account(value); });
    const json detail = object.value("ThongTinChiTiet", json::object());
    text(detail, "HoTen", [&](const auto& value) { into.set_name(value); });
    text(detail, "SoGiayTo", [&](const auto& value) { into.set_identity_number(value); });
    text(detail, "SoDienThoai", [&](const auto& value) { into.set_phone(value); });
    text(detail, "Email", [&](const auto& value) { into.set_email(value); });
    text(detail, "DiaChi", [&](const auto& value) { into.set_address(value); });
    text(detail, "MaTinh", [&](const auto& value) { into.set_province_code(value); });
    text(detail, "MaXa", [&](const auto& value) { into.set_unit_code(value); });
  }

  // Who hands in the own dossier is described there and nowhere else.
  static bool IsApplicant(const Dossier& dossier) {
    const auto& submitter = dossier.submitter();
    const auto& applicant = dossier.applicant();
    const bool other_kind =
        submitter.has_kind() && applicant.has_kind() && submitter.kind() != applicant.kind();
    return !submitter.name().empty() && submitter.name() == applicant.name() && !other_kind;
  }

  // The way back of SubmitterOf in hub_packets.cc.
  static void MoveToApplicant(Dossier& dossier) {
    const dossier::v1::Submitter submitter = dossier.submitter();
    dossier.clear_submitter();
    auto& applicant = *dossier.mutable_applicant();
    if (submitter.has_kind()) applicant.set_kind(submitter.kind());
    if (submitter.has_identity_number()) {
      applicant.set_identity_number(submitter.identity_number());
    }
    if (submitter.has_address()) applicant.set_address(submitter.address());
    if (submitter.has_province_code()) applicant.set_province_code(submitter.province_code());
    if (submitter.has_unit_code()) applicant.set_unit_code(submitter.unit_code());
    if (submitter.has_phone()) dossier.mutable_contact()->set_phone(submitter.phone());
    if (submitter.has_email()) dossier.mutable_contact()->set_email(submitter.email());
    if (submitter.has_account()) {
      dossier.mutable_origin()->set_portal_account(submitter.account());
    }
  }

  // Each attached file is a paper of ours; a component without any is one that came without
  // content.
  void ReadComponents(Dossier& dossier) {
    const auto it = record_.find(kComponents);
    if (it == record_.end() || sdk::IsEmpty(*it)) return;
    if (!it->is_array()) return Fail(kComponents, "expected a list");
    for (size_t i = 0; i < it->size(); ++i) {
      const json& component = (*it)[i];
      const std::string place = StrCat(kComponents, "[", i + 1, "]");
      if (!component.is_object()) return Fail(place, "expected an object");
      const std::string position = StrCat(PortalIds().position_prefix, i + 1);
      Paper paper = ReadComponent(component, place);
      const json files = component.value(kFiles, json::array());
      if (!files.is_array() || files.empty()) {
        paper.set_id(position);
        *dossier.add_papers() = std::move(paper);
        continue;
      }
      for (size_t k = 0; k < files.size(); ++k) {
        AddFile(files[k], paper, StrCat(position, "-", k + 1), dossier);
      }
    }
  }

  Paper ReadComponent(const json& component, const std::string& place) {
    Paper paper;
    const std::string code = TextAt(component, "MaThanhPhanHoSo");
    if (!code.empty()) paper.set_component_code(code);
    paper.set_name(TextAt(component, "TenThanhPhanHoSo"));
    if (const auto quantity = NumberAt(component, "SoLuong", place)) {
      paper.set_quantity(static_cast<int32_t>(*quantity));
    }
    if (const auto copy = NumberAt(component, "LoaiBan", place)) {
      const auto kind = ValueWithHubCode(*Paper::CopyKind_descriptor(), *copy);
      if (!kind) Fail(StrCat(place, ".LoaiBan"), "no known code; expected 0, 1 or 2");
      if (kind) paper.set_copy_kind(static_cast<Paper::CopyKind>(*kind));
    }
    return paper;
  }

  std::optional<int64_t> NumberAt(const json& object, const char* name, const std::string& place) {
    const auto it = object.find(name);
    if (it == object.end() || sdk::IsEmpty(*it)) return std::nullopt;
    const std::optional<int64_t> number = sdk::portal::ReadCode(*it);
    if (number && *number >= 0 && *number <= std::numeric_limits<int32_t>::max()) return number;
    Fail(StrCat(place, ".", name), "expected a whole number");
    return std::nullopt;
  }

  void AddFile(const json& file, const Paper& component, const std::string& position,
               Dossier& dossier) {
    Paper paper = component;
    const std::string upload = TextAt(file, "IdGiayTo");
    const std::string id = StrCat(kOwnPrefix, upload);
    paper.set_id(!upload.empty() && sdk::IsElementId(id) ? id : position);
    if (paper.name().empty()) paper.set_name(TextAt(file, "TenGiayTo"));
    const std::string result = TextAt(file, "MaKetQua");
    if (!result.empty()) paper.set_replacement_result_code(result);
    auto& reference = *paper.mutable_file();
    if (!upload.empty()) reference.set_upload_id(upload);
    const std::string sha256 = TextAt(file, "HashTepTin");
    if (domain::IsSha256(sha256)) reference.set_sha256(sha256);
    const std::string source = TextAt(file, "DuongDanTaiTepTin");
    if (!source.empty()) reference.set_source(source);
    *dossier.add_papers() = std::move(paper);
  }

  void Fail(std::string_view field, std::string_view reason) {
    if (!item_.has_error()) sdk::SetError(item_, field, reason, sdk::portal::Dump(record_));
  }

  const json& record_;
  const std::string& agency_;
  const sdk::portal::Procedures& procedures_;
  pb::InboundItem item_;
};

}  // namespace

pb::InboundItem ReadHubSubmission(const json& record, const std::string& agency,
                                  const sdk::portal::Procedures& procedures) {
  return Reader(record, agency, procedures).Run();
}

std::vector<std::string> UnusedInHubSubmission(const json& record) {
  std::set<std::string> known = {"MaHoSo",    "IdHoSo",       "MaTTHC",          "MaDichVuCong",
                                 "ChuHoSo",   "LoaiDoiTuong", "MaDonViTiepNhan", "NgayNop",
                                 kComponents, kSubmitter};
  if (const auto it = record.find(kForm); it != record.end() && it->is_object())
    known.insert(kForm);
  return NamesBeside(record, known);
}

}  // namespace lienthong::adapters::national
