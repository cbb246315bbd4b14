#include "adapters/city/records.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/mapping_describe.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::city {
namespace {

using nlohmann::json;

constexpr const char* kKey = "IdHoSo";
constexpr const char* kCode = "MaHoSo";
constexpr const char* kVersion = "PhienBan";
constexpr const char* kRecord = "HoSo";
constexpr const char* kList = "DanhSach";
constexpr const char* kMore = "ConTiep";
constexpr const char* kDigest = "MaBam";
constexpr const char* kElementKey = "Id";
constexpr size_t kDigestBytes = 16;
constexpr size_t kKeyBytesMax = 120;

std::optional<int64_t> NumberAt(const json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<int64_t>();
}

std::optional<bool> BoolAt(const json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_boolean()) return std::nullopt;
  return it->get<bool>();
}

// Empty when it is not there or no text.
std::string TextAt(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

absl::Status Malformed(std::string_view what) {
  return absl::InternalError(StrCat("the platform's answer is not as agreed: ", what));
}

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

// The list of a page, or what is wrong with the page.
absl::StatusOr<const json*> PageList(const json& result) {
  const auto list = result.find(kList);
  if (list == result.end() || !list->is_array()) return Malformed("DanhSach: expected a list");
  if (!BoolAt(result, kMore)) return Malformed("ConTiep: expected true or false");
  return &*list;
}

absl::StatusOr<std::string> DigestAt(const json& row) {
  const std::string hex = TextAt(row, kDigest);
  const bool is_hex = hex.size() == 2 * kDigestBytes && std::all_of(hex.begin(), hex.end(), IsHex);
  if (!hex.empty() && !is_hex) return Malformed("MaBam: expected 32 hexadecimal digits");
  return absl::HexStringToBytes(hex);
}

bool IsEmpty(const json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
         (value.is_array() && value.empty());
}

json WithoutEmpty(const json& object) {
  json said = json::object();
  for (const auto& [name, value] : object.items()) {
    if (!IsEmpty(value)) said.emplace(name, value);
  }
  return said;
}

// By Id; an element that says nothing but its Id is none.
json SaidElements(const json& list) {
  std::map<std::string, json> by_id;
  for (const json& element : list) {
    json said = WithoutEmpty(element);
    if (said.size() > 1) by_id.emplace(TextAt(element, kElementKey), std::move(said));
  }
  json elements = json::array();
  for (auto& [id, said] : by_id) elements.push_back(std::move(said));
  return elements;
}

void SetSaved(pb::ItemOutcome& outcome, const pb::OutboundItem& item, const json& result) {
  const std::string key = TextAt(result, kKey);
  const std::optional<int64_t> version = NumberAt(result, kVersion);
  if (key.empty() || key.size() > kKeyBytesMax || !version || *version < 1 ||
      (!item.key().empty() && key != item.key())) {
    outcome.set_reason("success that does not name the record; it may have been done or not");
    return;  // UNKNOWN
  }
  outcome.set_outcome(pb::OUTCOME_APPLIED);
  outcome.set_key(key);
  outcome.set_version(*version);
}

void SetExists(pb::ItemOutcome& outcome, const pb::OutboundItem& item, const Answer& answer) {
  const std::string holder = TextAt(answer.result, kKey);
  if (!item.key().empty() && !holder.empty() && holder != item.key()) {
    outcome.set_outcome(pb::OUTCOME_REJECTED);
    outcome.set_field(kCode);
    outcome.set_reason("another record of the city carries this code");
    return;
  }
  outcome.set_outcome(pb::OUTCOME_CONFLICT);
  outcome.set_reason(answer.reason);
  outcome.set_key(item.key().empty() ? holder : item.key());
}

void SetUnknown(pb::ItemOutcome& outcome, const pb::OutboundItem& item) {
  // A new record cannot be unknown: then it is the call that is not there.
  outcome.set_outcome(item.key().empty() ? pb::OUTCOME_NOT_AUTHORISED : pb::OUTCOME_REJECTED);
  outcome.set_field(item.key().empty() ? "" : kKey);
  outcome.set_reason(item.key().empty() ? "the platform does not have this call; check path_update"
                                        : "unknown dossier: the city has no record with this key");
}

}  // namespace

pb::InboundItem ToItem(const sdk::Mapping& mapping, const json& record, int64_t version) {
  const std::string key = TextAt(record, kKey);
  if (!key.empty() && key.size() <= kKeyBytesMax) {
    return sdk::ToInboundItem(mapping, key, version, record);
  }
  pb::InboundItem item;
  item.set_version(version);
  sdk::SetError(item, kKey, "expected the record's key as a text", record.dump());
  return item;
}

pb::InboundItem InterpretRecord(const sdk::Mapping& mapping, const pb::InterpretRequest& request) {
  return sdk::InterpretJson(request, kKey, [&mapping, &request](const json& record) {
    return ToItem(mapping, record, request.version());
  });
}

absl::StatusOr<pb::PullReply> ToPullReply(const sdk::Mapping& mapping, const json& result,
                                          int64_t after) {
  LIENTHONG_ASSIGN_OR_RETURN(const json* list, PageList(result));
  pb::PullReply reply;
  reply.set_more(*BoolAt(result, kMore));
  int64_t last = after;
  for (const json& change : *list) {
    const std::optional<int64_t> version = NumberAt(change, kVersion);
    if (!version || !change.contains(kRecord)) {
      return Malformed("DanhSach: expected {PhienBan, HoSo}");
    }
    if (*version <= last) return Malformed("PhienBan: expected to grow from change to change");
    last = *version;
    *reply.add_items() = ToItem(mapping, change.at(kRecord), *version);
  }
  if (list->empty() && reply.more()) return Malformed("ConTiep: more, but none came");
  reply.set_token(StrCat(last));
  return reply;
}

absl::StatusOr<pb::InboundItem> ToDetail(const sdk::Mapping& mapping, const json& result) {
  const std::optional<int64_t> version = NumberAt(result, kVersion);
  const auto record = result.find(kRecord);
  if (!version || record == result.end()) return Malformed("expected {PhienBan, HoSo}");
  return ToItem(mapping, *record, *version);
}

absl::StatusOr<pb::InventoryReply> ToInventory(const json& result, int64_t page) {
  LIENTHONG_ASSIGN_OR_RETURN(const json* list, PageList(result));
  pb::InventoryReply reply;
  for (const json& row : *list) {
    const std::string key = TextAt(row, kKey);
    const std::optional<int64_t> version = NumberAt(row, kVersion);
    if (key.empty() || !version) return Malformed("DanhSach: expected {IdHoSo, MaHoSo, PhienBan}");
    pb::InventoryReply::Entry& entry = *reply.add_entries();
    entry.set_key(key);
    entry.set_code(TextAt(row, kCode));
    entry.set_version(*version);
    LIENTHONG_ASSIGN_OR_RETURN(*entry.mutable_digest(), DigestAt(row));
  }
  if (*BoolAt(result, kMore)) reply.set_next_page_token(StrCat(page + 1));
  return reply;
}

absl::StatusOr<pb::InventoryReply> ToSums(const json& result, int64_t page) {
  LIENTHONG_ASSIGN_OR_RETURN(const json* list, PageList(result));
  pb::InventoryReply reply;
  for (const json& row : *list) {
    const std::string day = TextAt(row, "Ngay");
    const std::optional<int64_t> count = NumberAt(row, "SoLuong");
    if (day.empty() || !count) return Malformed("DanhSach: expected {DonVi, Ngay, SoLuong, MaBam}");
    pb::InventoryReply::Bucket& bucket = *reply.add_buckets();
    bucket.set_agency(TextAt(row, "DonVi"));
    bucket.set_day(day);
    bucket.set_count(*count);
    LIENTHONG_ASSIGN_OR_RETURN(*bucket.mutable_digest(), DigestAt(row));
  }
  if (*BoolAt(result, kMore)) reply.set_next_page_token(StrCat(page + 1));
  return reply;
}

std::string RecordDigest(const json& record) {
  json said = WithoutEmpty(record);
  said.erase(kKey);
  for (auto it = said.begin(); it != said.end();) {
    if (it->is_array()) *it = SaidElements(*it);
    it = IsEmpty(*it) ? said.erase(it) : std::next(it);
  }
  return sdk::Sha256(said.dump(-1, ' ', false, json::error_handler_t::replace))
      .substr(0, kDigestBytes);
}

std::string UpdateBody(const std::string& key, const json& record) {
  // Only what changed is sent, field by field: an older version seen does no harm, and a condition
  // on the whole record would only make us wait for edits of other fields.
  const json body = {{kKey, key}, {"PhienBanTruoc", nullptr}, {kRecord, record}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

pb::ItemOutcome ToOutcome(const pb::OutboundItem& item, const Answer& answer) {
  pb::ItemOutcome outcome;
  outcome.set_delivery_id(item.delivery_id());
  outcome.set_reason(answer.reason);
  switch (answer.verdict) {
    case Verdict::kDone:
      SetSaved(outcome, item, answer.result);
      break;
    case Verdict::kUnclear:
      outcome.set_outcome(pb::OUTCOME_UNKNOWN);
      break;
    case Verdict::kThrottled:
      if (answer.retry_after) {
        outcome.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(*answer.retry_after));
      }
      [[fallthrough]];
    case Verdict::kNotSent:
    case Verdict::kNotReady:
      outcome.set_outcome(pb::OUTCOME_RETRY_AFTER);
      break;
    case Verdict::kNotAuthorised:
    case Verdict::kRefused:
      outcome.set_outcome(pb::OUTCOME_NOT_AUTHORISED);
      break;
    case Verdict::kBadData:
      outcome.set_outcome(pb::OUTCOME_REJECTED);
      outcome.set_field(answer.field);
      break;
    case Verdict::kUnknown:
      SetUnknown(outcome, item);
      break;
    case Verdict::kExists:
      SetExists(outcome, item, answer);
      break;
  }
  return outcome;
}

}  // namespace lienthong::adapters::city
