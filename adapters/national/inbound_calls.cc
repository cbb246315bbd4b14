#include "adapters/national/inbound_calls.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "adapters/national/portal_ids.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/places.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using google::protobuf::Timestamp;
using nlohmann::json;
using sdk::portal::Dump;
using sdk::portal::TextAt;

constexpr const char* kCode = "MaHoSo";
constexpr const char* kHubId = "IdHoSo";
constexpr const char* kAgency = "madonvi";
constexpr const char* kRounds = "DanhSachHoSoBoSung";
constexpr const char* kRoundPapers = "DanhSachGiayToBoSung";
constexpr const char* kPapers = "TaiLieuNop";
constexpr size_t kAmountDigitsMax = 15;
constexpr const char* kTaxNumber = "MaSoThue";
constexpr const char* kIdentity = "SoGiayToChuHoSo";
constexpr size_t kUnusedNamesMax = 20;
constexpr const char* kMandatory = "mandatory in this call";

void Fail(pb::InboundItem& item, const json& object, std::string_view field,
          std::string_view reason) {
  if (!item.has_error()) sdk::SetError(item, field, reason, Dump(object));
}

std::string Needed(const json& object, const char* name, pb::InboundItem& item) {
  std::string text = TextAt(object, name);
  if (text.empty()) Fail(item, object, name, kMandatory);
  return text;
}

// A wall time; false when there is none.
bool ReadTime(const json& object, const char* name, Timestamp* time, pb::InboundItem& item) {
  const std::string text = TextAt(object, name);
  if (text.empty()) return false;
  const std::optional<absl::Time> read = sdk::portal::WallTime().Read(text);
  if (!read) {
    Fail(item, object, name,
         StrCat("no existing date; expected ", sdk::portal::WallTime().expected()));
    return false;
  }
  time->set_seconds(absl::ToUnixSeconds(*read));
  return true;
}

// What a new dossier carries beside the record, in the portal's own calls only.
void AddPlace(const json& record, Dossier& dossier) {
  auto& applicant = *dossier.mutable_applicant();
  if (const std::string text = TextAt(record, "DiaChi"); !text.empty()) applicant.set_address(text);
  if (const std::string text = TextAt(record, "MaTinh"); !text.empty()) {
    applicant.set_province_code(text);
  }
  if (const std::string text = TextAt(record, "MaXa"); !text.empty()) applicant.set_unit_code(text);
  const std::string tax_number = TextAt(record, kTaxNumber);
  if (!tax_number.empty() && applicant.identity_number().empty()) {
    applicant.set_identity_number(tax_number);
  }
}

// What the counter and the gateway will say, not the portal.
void TakeOthersAway(Dossier& dossier) {
  dossier.clear_receipt_number();
  if (dossier.has_reception()) dossier.mutable_reception()->clear_received_time();
}

int64_t ReadAmount(const json& payment, pb::InboundItem& item) {
  const std::string digits = Needed(payment, "SoTien", item);
  int64_t amount = 0;
  const bool plain = digits.find_first_not_of("0123456789") == std::string::npos;
  if (!plain || digits.size() > kAmountDigitsMax || !absl::SimpleAtoi(digits, &amount) ||
      amount <= 0) {
    Fail(item, payment, "SoTien", "expected an amount in đồng, in digits");
  }
  return amount;
}

// The supplement call as the record's round, which the shared decoder reads.
json AsRound(const json& reply) {
  json round = {{"TrangThaiBoSung", true}};
  for (const char* name : {"HoSoBoSungId", "ThongTinTiepNhan", "NgayTiepNhanBoSung"}) {
    if (reply.contains(name)) round[name] = reply.at(name);
  }
  // Without an id of the round the time names the papers of this reply.
  if (TextAt(reply, "HoSoBoSungId").empty()) {
    round["HoSoBoSungId"] = TextAt(reply, "NgayTiepNhanBoSung");
  }
  if (reply.contains(kPapers)) round[kRoundPapers] = reply.at(kPapers);
  return {{kRounds, json::array({std::move(round)})}};
}

}  // namespace

std::string CodeIn(const json& object) {
  for (const char* name : {kCode, "mahoso", kHubId}) {
    std::string code = TextAt(object, name);
    if (!code.empty()) return code;
  }
  return "";
}

pb::InboundItem BeginItem(const json& object) {
  pb::InboundItem item;
  const std::string hub_id = TextAt(object, kHubId);
  item.set_key(hub_id.empty() ? CodeIn(object) : hub_id);
  item.set_raw(Dump(object));
  if (item.key().empty()) Fail(item, object, kCode, kMandatory);
  return item;
}

pb::InboundItem ReadSubmission(const json& record, const std::string& agency) {
  pb::InboundItem item = BeginItem(record);
  sdk::portal::DecodedDossier read = sdk::portal::DecodeDossier(record, {.ids = PortalIds()});
  if (read.error) Fail(item, record, read.error->field(), read.error->reason());
  if (!domain::IsAgencyCode(agency)) {
    Fail(item, record, kAgency, "expected the code of the agency that shall receive the dossier");
  }
  if (read.dossier.status() != dossier::v1::STATUS_SUBMITTED) {
    Fail(item, record, "TrangThaiHoSo", "expected 1: a dossier that is handed in");
  }
  if (!read.dossier.origin().has_submitted_time()) {
    Fail(item, record, "NgayNopHoSo", kMandatory);
  }
  if (item.has_error()) return item;
  Dossier& dossier = *item.mutable_dossier();
  dossier = std::move(read.dossier);
  domain::MarkPlaces(dossier);
  AddPlace(record, dossier);
  TakeOthersAway(dossier);
  dossier.mutable_reception()->set_agency(agency);
  auto& origin = *dossier.mutable_origin();
  if (!origin.has_channel()) origin.set_channel(dossier::v1::CHANNEL_ONLINE);
  if (!origin.has_submission_place()) {
    origin.set_submission_place(dossier::v1::SUBMISSION_PLACE_PORTAL);
  }
  return item;
}

pb::InboundItem ReadSupplement(const json& reply) {
  pb::InboundItem item = BeginItem(reply);
  sdk::portal::DecodedDossier read =
      sdk::portal::DecodeDossier(AsRound(reply), {.ids = PortalIds()});
  if (read.error) {
    const std::string field = absl::StrReplaceAll(
        read.error->field(), {{StrCat(kRounds, "[1]."), ""}, {kRoundPapers, kPapers}});
    Fail(item, reply, field, read.error->reason());
  }
  const std::string id = TextAt(reply, "HoSoBoSungId");
  if (id.empty() && TextAt(reply, "NgayTiepNhanBoSung").empty()) {
    Fail(item, reply, "HoSoBoSungId", kMandatory);
  }
  if (item.has_error()) return item;
  *item.mutable_dossier() = std::move(read.dossier);
  // The round is one that we told the portal of, under our own id; without one the gateway finds
  // it.
  auto& round = *item.mutable_dossier()->mutable_supplements(0);
  round.clear_id();
  if (!id.empty()) round.set_id(id);
  return item;
}

pb::InboundItem ReadWithdrawal(const json& request) {
  pb::InboundItem item = BeginItem(request);
  const std::string id = StrCat(kOwnPrefix, Needed(request, "MaYeuCau", item));
  if (!sdk::IsElementId(id)) {
    Fail(item, request, "MaYeuCau", "expected A-Z a-z 0-9 . _ : - and at most 76 characters");
  }
  dossier::v1::RequestEvent event;
  event.set_id(id);
  event.set_kind(dossier::v1::RequestEvent::KIND_WITHDRAW);
  Timestamp time;
  if (ReadTime(request, "NgayYeuCau", &time, item)) *event.mutable_time() = time;
  if (const std::string why = TextAt(request, "LyDo"); !why.empty()) event.set_content(why);
  if (!item.has_error()) *item.mutable_dossier()->add_requests() = std::move(event);
  return item;
}

pb::InboundItem ReadPayment(const json& payment) {
  pb::InboundItem item = BeginItem(payment);
  dossier::v1::Fee fee;
  fee.set_code(Needed(payment, "MaPhiLePhi", item));
  const std::string reference = Needed(payment, "MaGiaoDich", item);
  const int64_t amount = ReadAmount(payment, item);
  Timestamp time;
  const bool timed = ReadTime(payment, "NgayThanhToan", &time, item);
  const std::string back = TextAt(payment, "HoanTra");
  if (back != "" && back != "0" && back != "1") {
    Fail(item, payment, "HoanTra", "expected 0 or 1");
  }
  if (back == "1") {
    fee.set_refunded_vnd(amount);
    if (timed) *fee.mutable_refunded_time() = time;
  } else {
    fee.set_paid_vnd(amount);
    if (timed) *fee.mutable_paid_time() = time;
    fee.set_payment_reference(reference);
    fee.set_payment_channel(dossier::v1::ONLINE_PAYMENT_PORTAL);
  }
  if (!item.has_error()) *item.mutable_dossier()->add_fees() = std::move(fee);
  return item;
}

std::vector<std::string> NamesBeside(const json& object, const std::set<std::string>& known) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) {
    const bool says = !sdk::IsEmpty(value) && !value.empty();
    if (!says || known.contains(name)) continue;
    names.push_back(sdk::portal::PrintableName(name));
    if (names.size() == kUnusedNamesMax) break;
  }
  return names;
}

std::vector<std::string> UnusedInSubmission(const json& record) {
  std::vector<std::string> names = sdk::portal::DecodeDossier(record, {.ids = PortalIds()}).ignored;
  const std::set<std::string> used = {kHubId, "DiaChi", "MaTinh", "MaXa", kTaxNumber};
  std::erase_if(names, [&used](const std::string& name) { return used.contains(name); });
  // What others will say of it, and a second number of the applicant.
  for (const char* name : {"SoBienNhan", "NgayTiepNhan"}) {
    if (!TextAt(record, name).empty()) names.emplace_back(name);
  }
  const std::string tax_number = TextAt(record, kTaxNumber), number = TextAt(record, kIdentity);
  if (!tax_number.empty() && !number.empty() && tax_number != number)
    names.emplace_back(kTaxNumber);
  return names;
}

std::vector<std::string> UnusedInSupplement(const json& reply) {
  return NamesBeside(
      reply, {kCode, kHubId, "HoSoBoSungId", "ThongTinTiepNhan", "NgayTiepNhanBoSung", kPapers});
}

std::vector<std::string> UnusedInWithdrawal(const json& request) {
  return NamesBeside(request, {kCode, kHubId, "MaYeuCau", "NgayYeuCau", "LyDo"});
}

std::vector<std::string> UnusedInPayment(const json& payment) {
  std::set<std::string> known = {kCode, kHubId, "MaPhiLePhi", "SoTien", "NgayThanhToan", "HoanTra"};
  // A line has a place for the transaction that paid it, none for the one that paid back.
  if (TextAt(payment, "HoanTra") != "1") known.insert("MaGiaoDich");
  return NamesBeside(payment, known);
}

std::vector<std::string> UnusedInLookUp(const json& object) {
  return NamesBeside(object, {kCode, "mahoso", kHubId});
}

std::string NameInCall(std::string_view path) {
  static const auto& names = *new std::map<std::string, std::string, std::less<>>{
      {"fees.code", "MaPhiLePhi"},
      {"fees.paid_vnd", "SoTien"},
      {"fees.refunded_vnd", "SoTien"},
      {"fees.paid_time", "NgayThanhToan"},
      {"fees.refunded_time", "NgayThanhToan"},
      {"fees.payment_reference", "MaGiaoDich"},
      {"requests.id", "MaYeuCau"},
      {"requests.kind", "MaYeuCau"},
      {"requests.time", "NgayYeuCau"},
      {"requests.content", "LyDo"},
      {"supplements.id", "HoSoBoSungId"},
      {"supplements.content", "HoSoBoSungId"},
      {"supplements.answered", "HoSoBoSungId"},
      {"supplements.reply_note", "ThongTinTiepNhan"},
      {"supplements.received_time", "NgayTiepNhanBoSung"},
      {"supplements.paper_ids", kPapers}};
  const domain::PathParts parts = domain::SplitPath(path);
  const auto name = names.find(StrCat(parts.list, ".", parts.rest));
  return name != names.end() ? name->second : sdk::portal::NameOf(path);
}

pb::InboundItem ReadBackItem(const json& record, const std::string& code) {
  pb::InboundItem item;
  item.set_key(code);
  item.set_raw(Dump(record));
  sdk::portal::DecodedDossier read = sdk::portal::DecodeDossier(record, {});
  if (read.error) {
    sdk::SetError(item, read.error->field(), read.error->reason(), Dump(record));
    return item;
  }
  *item.mutable_dossier() = std::move(read.dossier);
  for (std::string& path : read.cleared) *item.add_cleared() = std::move(path);
  // A code that is only the portal's own is not the shared one.
  if (!domain::DossierCode::Parse(item.dossier().code()).ok()) item.mutable_dossier()->clear_code();
  return item;
}

}  // namespace lienthong::adapters::national
