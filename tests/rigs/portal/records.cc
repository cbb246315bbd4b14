#include "tests/rigs/portal/records.h"

#include <algorithm>
#include <utility>

#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kLines = "TienDo";
constexpr const char* kBorn = "Nop";

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Lines(const std::vector<std::string>& texts) {
  Json lines = Json::array();
  for (const std::string& text : texts) lines.push_back(Json::parse(text));
  return lines;
}

Json ActFor(const char* act, const std::vector<ForDossier>& targets) {
  Json items = Json::array();
  for (const ForDossier& target : targets) items.push_back({target.code, target.json});
  return {{"op", "record"}, {"act", act}, {"items", std::move(items)}};
}

Json ActOn(const char* act, const std::string& code, const Json& json) {
  return ActFor(act, {{code, "", json}});
}

}  // namespace

Records::Records(StateLog& state) : state_(state) {
  state_.On("record", [this](const Json& line) { Apply(line); });
}

Records::Record* Records::Find(const ForDossier& target) {
  const auto it = by_code_.find(target.code);
  if (it == by_code_.end()) return nullptr;
  Record& record = records_[it->second];
  const bool is_it = target.id.empty() || TextIn(record.fields, "IdHoSo") == target.id;
  return is_it ? &record : nullptr;
}

bool Records::HasAll(const std::vector<ForDossier>& targets) {
  return std::all_of(targets.begin(), targets.end(),
                     [this](const ForDossier& target) { return Find(target) != nullptr; });
}

Wrote Records::Write(const Json& act) {
  if (!state_.Append(act)) return Wrote::kNotKept;
  Apply(act);
  return Wrote::kDone;
}

Wrote Records::Create(const std::string& code, const Json& record, const Json& born) {
  const std::lock_guard lock(mutex_);
  if (by_code_.contains(code)) return Wrote::kExists;
  return Write(ActOn("create", code, {{"HoSo", record}, {kBorn, born}}));
}

Wrote Records::Replace(const std::string& code, const Json& record) {
  const std::lock_guard lock(mutex_);
  if (!by_code_.contains(code)) return Wrote::kMissing;
  return Write(ActOn("replace", code, record));
}

Wrote Records::Update(const std::vector<ForDossier>& changes) {
  const std::lock_guard lock(mutex_);
  if (!HasAll(changes)) return Wrote::kMissing;
  return Write(ActFor("update", changes));
}

Wrote Records::Append(const std::vector<ForDossier>& lines) {
  const std::lock_guard lock(mutex_);
  if (!HasAll(lines)) return Wrote::kMissing;
  return Write(ActFor("append", lines));
}

void Records::SetReceipt(const std::string& code, const std::string& receipt) {
  const std::lock_guard lock(mutex_);
  if (by_code_.contains(code)) Write(ActOn("receipt", code, receipt));
}

Wrote Records::Tamper(const std::string& code, const Json& members,
                      const std::vector<Place>& remove) {
  const std::lock_guard lock(mutex_);
  const Record* record = Find(ForDossier{code, "", nullptr});
  if (record == nullptr) return Wrote::kMissing;
  Json changed = record->fields;
  changed[kLines] = Lines(record->lines);
  changed.update(members);
  for (const Place& place : remove) {
    const auto list = changed.find(place.list);
    if (list == changed.end() || !list->is_array() || place.index >= list->size()) {
      return Wrote::kMissing;
    }
    list->erase(place.index);
  }
  return Write(ActOn("tamper", code, changed));
}

Wrote Records::Insert(const Json& record) {
  const std::lock_guard lock(mutex_);
  return Write(ActOn("insert", "", record));
}

void Records::Apply(const Json& act) {
  const std::string kind = act.at("act");
  for (const Json& item : act.at("items")) {
    const std::string code = item.at(0);
    const Json& json = item.at(1);
    if (kind == "create") {
      Add(code, {json.at("HoSo"), {}, json.at(kBorn)});
      continue;
    }
    if (kind == "insert") {
      Add(TextIn(json, "MaHoSo"), {json, {}, nullptr});
      continue;
    }
    Record& record = records_.at(by_code_.at(code));
    if (kind == "append") {
      record.lines.push_back(Dump(json));
      ++progress_;
    } else if (kind == "update") {
      record.fields.update(json);
    } else if (kind == "receipt") {
      record.born["SoBienNhan"] = json;
    } else {  // replace, tamper
      record.fields = json;
      if (kind == "tamper") {
        progress_ -= record.lines.size();
        record.lines.clear();
        for (const Json& line : json.at(kLines)) record.lines.push_back(Dump(line));
        progress_ += record.lines.size();
        record.fields.erase(kLines);
      }
    }
  }
}

// A silent insert may repeat a code; the first holder is still the one found by it.
void Records::Add(const std::string& code, Record record) {
  by_code_.emplace(code, records_.size());
  records_.push_back(std::move(record));
}

std::optional<Json> Records::Find(const std::string& code) const {
  const std::lock_guard lock(mutex_);
  const auto it = by_code_.find(code);
  return it == by_code_.end() ? std::nullopt : std::optional(records_[it->second].fields);
}

std::string Records::AgencyOf(const std::string& code) const {
  const std::lock_guard lock(mutex_);
  const auto it = by_code_.find(code);
  return it == by_code_.end() ? "" : TextIn(records_[it->second].born, "madonvi");
}

std::string Records::Page(int64_t after, size_t limit) const {
  const std::lock_guard lock(mutex_);
  const size_t first = std::min(static_cast<size_t>(after), records_.size());
  size_t next = first;
  std::string text = "{\"records\":[";
  while (next < records_.size() && next - first < limit && text.size() < kPageBytesMax) {
    const Record& record = records_[next];
    Json whole = record.fields;
    whole[kLines] = Lines(record.lines);
    whole[kBorn] = record.born;
    text += (next == first ? "" : ",") + Dump(whole);
    ++next;
  }
  return text + "],\"next\":" + (next < records_.size() ? std::to_string(next) : "null") + "}";
}

void Records::ForEach(const std::function<void(const Json&)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const Record& record : records_) visit(record.fields);
}

size_t Records::records() const {
  const std::lock_guard lock(mutex_);
  return records_.size();
}

size_t Records::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

}  // namespace lienthong::rigs::portal
