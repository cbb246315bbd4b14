#include "tests/rigs/city/records.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "tests/rigs/city/digest.h"
#include "tests/rigs/city/schema.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

std::string CityDay(int64_t time_ms) { return LocalTime(time_ms, "%Y%m%d"); }

std::string IssueId(const std::string& day, size_t number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "TP-%.4s-%07zu", day.c_str(), number);
  return text.data();
}

std::string InventoryDay(const Json& record, const std::string& created_day) {
  for (const std::string_view field : {"NgayNopHoSo", "NgayTiepNhan"}) {
    const std::string date = TextIn(record, field);
    if (IsDate(date)) return date.substr(0, 8);
  }
  return created_day;
}

Refusal NotFound() { return {404, "Không tìm thấy hồ sơ", Json()}; }

Refusal BadField(const FieldError& error) {
  return {400, error.field + ": " + error.reason, Json()};
}

bool IsSilent(const std::string& kind) { return kind == "tamper" || kind == "insert"; }
bool IsNew(const std::string& kind) { return kind == "create" || kind == "insert"; }

}  // namespace

Records::Records(std::function<int64_t()> now) : now_(std::move(now)) {}

std::string Records::OpenState(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return state_.Open(path, [this](const Json& line) { return Replay(line); });
}

std::optional<size_t> Records::Find(const RecordName& name) const {
  const auto& index = name.id.empty() ? by_code_ : by_id_;
  const auto it = index.find(name.id.empty() ? name.code : name.id);
  return it == index.end() ? std::nullopt : std::optional(it->second);
}

Outcome<Saved> Records::Create(Json record, LongText long_text) {
  const CheckResult check = CheckRecord(record, CheckFor::kCreate, long_text);
  if (check.error) return BadField(*check.error);
  const std::lock_guard lock(mutex_);
  const auto existing = Find({.id = "", .code = TextIn(record, kDossierCode)});
  if (existing) {
    return Refusal{409, "Hồ sơ đã tồn tại", {{kRecordId, records_[*existing].id}}};
  }
  Outcome<Saved> outcome = Write({"create", records_.size(), now_(), std::move(record), {}});
  if (Saved* saved = std::get_if<Saved>(&outcome)) saved->texts_cut = check.texts_cut;
  return outcome;
}

Outcome<Saved> Records::Patch(const RecordName& name, std::optional<int64_t> seen_version,
                              Json patch, LongText long_text) {
  const CheckResult check = CheckRecord(patch, CheckFor::kPatch, long_text);
  if (check.error) return BadField(*check.error);
  const std::lock_guard lock(mutex_);
  const auto index = Find(name);
  if (!index) return NotFound();
  const Record& record = records_[*index];
  if (seen_version && *seen_version != record.version) {
    return Refusal{409,
                   "Hồ sơ đã thay đổi: PhienBan hiện tại là " + std::to_string(record.version),
                   {{kRecordId, record.id}, {"PhienBan", record.version}}};
  }
  const auto holder = Find({.id = "", .code = TextIn(patch, kDossierCode)});
  if (holder && *holder != *index) {
    return Refusal{409, "Hồ sơ đã tồn tại", {{kRecordId, records_[*holder].id}}};
  }
  Outcome<Saved> outcome = Write({"patch", *index, now_(), std::move(patch), {}});
  if (Saved* saved = std::get_if<Saved>(&outcome)) saved->texts_cut = check.texts_cut;
  return outcome;
}

Outcome<Saved> Records::Pretend(const RecordName& name, Json patch, LongText long_text) const {
  const CheckResult check = CheckRecord(patch, CheckFor::kPatch, long_text);
  if (check.error) return BadField(*check.error);
  const std::lock_guard lock(mutex_);
  const auto index = Find(name);
  if (!index) return NotFound();
  return Saved{records_[*index].id, static_cast<int64_t>(versions_.size()) + 1, 0};
}

Outcome<Saved> Records::Tamper(const RecordName& name, const Json& patch,
                               const std::vector<ElementName>& remove) {
  const std::lock_guard lock(mutex_);
  const auto index = Find(name);
  if (!index) return NotFound();
  return Write({"tamper", *index, now_(), patch, remove});
}

Outcome<Saved> Records::Insert(const Json& record) {
  const std::lock_guard lock(mutex_);
  return Write({"insert", records_.size(), now_(), record, {}});
}

Outcome<Saved> Records::Write(const Act& act) { return Apply(act, state_.is_open()); }

Outcome<Saved> Records::Apply(const Act& act, bool keep) {
  const bool is_new = IsNew(act.kind);
  if (versions_.size() >= kVersionsMax) return Refusal{500, "Kho mô phỏng đã đầy", Json()};
  const std::string created_day = CityDay(act.time_ms);
  Record record = is_new ? Record{} : records_[act.record];
  if (is_new) record.id = IssueId(created_day, act.record + 1);
  Json json = is_new ? BlankRecord() : record.current.ToJson();
  MergeRecord(json, act.change);
  json[std::string(kRecordId)] = record.id;
  if (!RemoveElements(json, act.remove)) {
    return Refusal{404, "Không tìm thấy phần tử cần xóa", Json()};
  }
  record.day = InventoryDay(json, is_new ? created_day : record.day);
  record.agency = TextIn(json, "MaDonViTiepNhan");
  record.digest = RecordDigest(json);
  record.current = pool_.Take(json);
  if (record.current.bytes() > kRecordBytesMax) return Refusal{400, "HoSo: quá lớn", Json()};
  if (keep && !state_.Append(ToLine(act))) {
    return Refusal{500, "Không ghi được tệp trạng thái", Json()};
  }
  if (!IsSilent(act.kind)) {
    record.version = static_cast<int64_t>(versions_.size()) + 1;
    versions_.push_back({act.record, record.current});
  }
  if (is_new) {
    by_id_[record.id] = act.record;
    records_.push_back(record);
  } else {
    records_[act.record] = record;
  }
  Rename(act.record, TextIn(json, kDossierCode), act.kind != "insert");
  return Saved{record.id, record.version, 0};
}

// A silent insert may repeat a code; the first holder is still the one found by it.
void Records::Rename(size_t index, const std::string& code, bool take_over) {
  Record& record = records_[index];
  if (record.code == code) return;
  const auto old = by_code_.find(record.code);
  if (old != by_code_.end() && old->second == index) by_code_.erase(old);
  record.code = code;
  if (code.empty()) return;
  if (take_over) {
    by_code_[code] = index;
  } else {
    by_code_.emplace(code, index);
  }
}

Json Records::ToLine(const Act& act) const {
  Json line = {{"op", act.kind},
               {"record", act.record},
               {"time_ms", act.time_ms},
               {"HoSo", act.change},
               {"remove", Json::array()}};
  for (const ElementName& name : act.remove) line["remove"].push_back({name.list, name.id});
  return line;
}

std::string Records::Replay(const Json& line) {
  static const std::string kNotOurs = "not a line of this simulator's state";
  const Json kind = line.value("op", Json());
  const Json number = line.value("record", Json());
  const Json time_ms = line.value("time_ms", Json());
  const Json change = line.value("HoSo", Json());
  if (!kind.is_string() || !number.is_number_unsigned() || !time_ms.is_number_integer() ||
      !change.is_object()) {
    return kNotOurs;
  }
  Act act{kind.get<std::string>(), number.get<size_t>(), time_ms.get<int64_t>(), change, {}};
  if (IsNew(act.kind) ? act.record != records_.size() : act.record >= records_.size()) {
    return kNotOurs;
  }
  for (const Json& name : line.value("remove", Json::array())) {
    if (!name.is_array() || name.size() != 2 || !name[0].is_string() || !name[1].is_string()) {
      return kNotOurs;
    }
    act.remove.push_back({name[0].get<std::string>(), name[1].get<std::string>()});
  }
  const Outcome<Saved> outcome = Apply(act, false);
  const Refusal* refusal = std::get_if<Refusal>(&outcome);
  return refusal == nullptr ? "" : refusal->description;
}

Outcome<std::string> Records::Detail(const RecordName& name) const {
  const std::lock_guard lock(mutex_);
  const auto index = Find(name);
  if (!index) return NotFound();
  const Record& record = records_[*index];
  std::string text = "{\"PhienBan\":" + std::to_string(record.version) + ",\"HoSo\":";
  record.current.AppendTo(text);
  return text + "}";
}

std::string Records::Changes(int64_t after, size_t limit) const {
  const std::lock_guard lock(mutex_);
  const size_t first = std::min(static_cast<size_t>(after), versions_.size());
  size_t next = first;
  std::string text = "{\"DanhSach\":[";
  while (next < versions_.size() && next - first < limit && text.size() < kPageBytesMax) {
    text += next == first ? "{\"PhienBan\":" : ",{\"PhienBan\":";
    text += std::to_string(next + 1) + ",\"HoSo\":";
    versions_[next].snapshot.AppendTo(text);
    text += "}";
    ++next;
  }
  text += "],\"PhienBanCuoi\":" + std::to_string(next);
  return text + ",\"ConTiep\":" + (next < versions_.size() ? "true}" : "false}");
}

std::string Records::Inventory(std::string_view day, size_t page, std::string_view agency) const {
  const std::lock_guard lock(mutex_);
  const size_t skip = (page - 1) * kInventoryPageItems;
  size_t seen = 0;
  Json result = {{"DanhSach", Json::array()}, {"ConTiep", false}};
  for (const Record& record : records_) {
    if (record.day != day || (!agency.empty() && record.agency != agency)) continue;
    if (seen++ < skip) continue;
    if (result["DanhSach"].size() == kInventoryPageItems) {
      result["ConTiep"] = true;
      break;
    }
    result["DanhSach"].push_back({{kRecordId, record.id},
                                  {kDossierCode, record.code},
                                  {"PhienBan", record.version},
                                  {"MaBam", ToHex(record.digest)}});
  }
  return result.dump();
}

std::string Records::Sums(std::string_view from, std::string_view to, std::string_view agency,
                          size_t page) const {
  struct Sum {
    size_t count = 0;
    std::string digest;
  };
  std::map<std::pair<std::string_view, std::string_view>, Sum> sums;
  const std::lock_guard lock(mutex_);
  for (const Record& record : records_) {
    const bool is_out = (!from.empty() && record.day < from) || (!to.empty() && record.day > to);
    if (is_out || (!agency.empty() && record.agency != agency)) continue;
    Sum& sum = sums[{record.agency, record.day}];
    ++sum.count;
    AddShare(ShareOf(record.code, record.digest), sum.digest);
  }
  Json result = {{"DanhSach", Json::array()}, {"ConTiep", sums.size() > page * kSumsPageItems}};
  size_t seen = 0;
  for (const auto& [name, sum] : sums) {
    if (seen++ / kSumsPageItems != page - 1) continue;
    result["DanhSach"].push_back({{"DonVi", name.first},
                                  {"Ngay", name.second},
                                  {"SoLuong", sum.count},
                                  {"MaBam", ToHex(sum.digest)}});
  }
  return result.dump();
}

std::string Records::Page(int64_t after, size_t limit) const {
  const std::lock_guard lock(mutex_);
  const size_t first = std::min(static_cast<size_t>(after), records_.size());
  size_t next = first;
  std::string text = "{\"records\":[";
  while (next < records_.size() && next - first < limit && text.size() < kPageBytesMax) {
    if (next != first) text += ",";
    records_[next++].current.AppendTo(text);
  }
  text += "],\"next\":" + (next < records_.size() ? std::to_string(next) : "null");
  return text + "}";
}

size_t Records::records() const {
  const std::lock_guard lock(mutex_);
  return records_.size();
}

size_t Records::versions() const {
  const std::lock_guard lock(mutex_);
  return versions_.size();
}

}  // namespace lienthong::rigs::city
