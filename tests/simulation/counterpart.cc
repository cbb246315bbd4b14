#include "tests/simulation/counterpart.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;

// What both systems keep of a dossier. What the gateway itself writes stays with the gateway.
const std::set<std::string>& KnownPaths() {
  static const auto& paths = *new std::set<std::string>{"code",
                                                        "receipt_number",
                                                        "codes[].issuer",
                                                        "codes[].kind",
                                                        "codes[].code",
                                                        "origin.channel",
                                                        "procedure.code",
                                                        "applicant.name",
                                                        "contact.phone",
                                                        "contact.email",
                                                        "subject",
                                                        "other_info",
                                                        "note",
                                                        "reception.agency",
                                                        "reception.refusal_reason",
                                                        "deadline.promised_due",
                                                        "processing_unit",
                                                        "status",
                                                        "outcome.finished_time",
                                                        "outcome.stop_reason",
                                                        "outcome.returned_time",
                                                        "outcome.return_note",
                                                        "papers[].name",
                                                        "papers[].removed",
                                                        "fees[].name",
                                                        "fees[].amount_vnd",
                                                        "fees[].paid_vnd",
                                                        "fees[].payment_reference",
                                                        "supplements[].content",
                                                        "supplements[].requested_time",
                                                        "supplements[].reply_note",
                                                        "supplements[].answered",
                                                        "steps[].time",
                                                        "steps[].content",
                                                        "steps[].officer",
                                                        "assignments[].agency",
                                                        "assignments[].role",
                                                        "assignments[].answer",
                                                        "assignments[].answer_note",
                                                        "results[].name",
                                                        "results[].result_code",
                                                        "requests[].kind",
                                                        "requests[].time",
                                                        "requests[].content"};
  return paths;
}

constexpr size_t kRefusedChars = 20;

bool IsTime(std::string_view path) { return path.ends_with("_time") || path.ends_with("_due"); }

}  // namespace

std::string GenericPath(std::string_view path) {
  const domain::PathParts parts = domain::SplitPath(path);
  return parts.list.empty() ? std::string(path) : StrCat(parts.list, "[].", parts.rest);
}

bool Counterpart::IsShared(std::string_view path) {
  return KnownPaths().contains(GenericPath(path));
}

bool Counterpart::Holds(std::string_view path) const {
  const std::string generic = GenericPath(path);
  return KnownPaths().contains(generic) && !traits_.not_held.contains(generic);
}

bool Counterpart::MayUpdate(std::string_view path) const {
  if (traits_.updatable.empty() || path == "code" || path == "receipt_number") return true;
  return std::any_of(
      traits_.updatable.begin(), traits_.updatable.end(), [path](const std::string& whole) {
        const std::string_view rest = path.substr(std::min(whole.size(), path.size()));
        return path.starts_with(whole) && (rest.empty() || rest[0] == '.' || rest[0] == '[');
      });
}

std::string Counterpart::Normalised(std::string_view path, std::string_view value) const {
  std::string kept(value);
  const auto cut = traits_.cuts.find(GenericPath(path));
  if (cut != traits_.cuts.end()) kept = kept.substr(0, cut->second);  // the simulation writes ASCII
  const size_t fraction = IsTime(path) ? kept.find('.') : std::string::npos;
  if (fraction != std::string::npos) kept = kept.substr(0, fraction) + "Z";
  return kept;
}

adapter::v1::Representation Counterpart::Represent(const dossier::v1::Dossier& dossier) const {
  adapter::v1::Representation shown;
  for (const auto& [path, value] : domain::Flatten(dossier)) {
    if (!Holds(path)) continue;
    domain::SetField(*shown.mutable_dossier(), path, Normalised(path, value)).IgnoreError();
  }
  return shown;
}

std::string Counterpart::IssueKey() {
  return absl::StrFormat("%s%04d", traits_.key_prefix, ++keys_issued_);
}

Counterpart::Record& Counterpart::Create(const std::string& key) {
  Record& record = records_[key];
  record.key = key;
  return record;
}

std::string Counterpart::Intake(const Fields& fields, const std::string& key) {
  Record& record = Create(key.empty() ? IssueKey() : key);
  Apply(record, fields, /*own=*/true);
  return record.key;
}

void Counterpart::Make(const std::string& key, const OutboundItem& item) {
  Replace(Create(key), FieldsOf(item));
}

// What does not come with the record is gone. Its people may have written it a moment ago.
void Counterpart::Replace(Record& record, const Fields& all) {
  const bool is_new = record.fields.empty();
  Fields taken = all;
  if (!is_new) std::erase_if(taken, [&](const auto& field) { return !MayUpdate(field.first); });
  std::erase_if(record.fields, [&](const auto& field) {
    return MayUpdate(field.first) && !all.contains(field.first);
  });
  Apply(record, taken, /*own=*/false);
}

std::optional<ItemOutcome> Counterpart::Refusal(const OutboundItem& item) {
  if (traits_.refuses_long.empty() || item.appends()) return std::nullopt;
  const auto text = domain::GetField(item.dossier(), traits_.refuses_long);
  if (!text.has_value() || text->size() <= kRefusedChars) return std::nullopt;
  refused_codes_.insert(item.dossier().code());
  ItemOutcome outcome;
  outcome.set_delivery_id(item.delivery_id());
  outcome.set_outcome(adapter::v1::OUTCOME_REJECTED);
  outcome.set_field(traits_.refuses_long);
  outcome.set_reason("is too long");
  return outcome;
}

Fields Counterpart::Edit(const std::string& key, const Fields& changes) {
  Record& record = records_.at(key);
  Apply(record, changes, /*own=*/true);
  return record.fields;
}

void Counterpart::Apply(Record& record, const Fields& changes, bool own) {
  Fields taken;
  for (const auto& [path, value] : changes) {
    if (Holds(path)) taken[path] = Normalised(path, value);
  }
  for (const auto& [path, value] : taken) {
    const auto stored = record.fields.find(path);
    const bool same = stored != record.fields.end() && stored->second == value;
    if (path == "status" && !same) record.statuses.push_back({value, own});
    record.fields[path] = value;
  }
  // A row of its feed names the dossier, once it knows by what.
  for (const char* name : {"code", "receipt_number"}) {
    const auto found = record.fields.find(name);
    if (found != record.fields.end()) taken[name] = found->second;
  }
  if (traits_.calls) return;
  feed_.push_back({record.key, traits_.whole_records ? record.fields : taken});
  record.version = FeedEnd();
}

Fields Counterpart::FieldsOf(const OutboundItem& item) {
  Fields fields = domain::Flatten(item.dossier());
  for (const std::string& path : item.cleared()) fields[path] = "";
  return fields;
}

// Of what changes in a record. Who has seen which status and assignment is what the work goes by.
bool Counterpart::MayDrop(const OutboundItem& item) const {
  return traits_.reads_back && !traits_.calls && !item.key().empty() && !item.appends() &&
         !item.dossier().has_status() && item.dossier().assignments().empty();
}

void Counterpart::Alter(const std::string& key, const std::string& path, const std::string& value) {
  Record& record = records_.at(key);
  record.fields[path] = Normalised(path, value);
  damaged_.emplace(record.fields.at("code"), path);
}

ItemOutcome Counterpart::Take(const OutboundItem& item, bool drops) {
  ItemOutcome outcome;
  outcome.set_delivery_id(item.delivery_id());
  outcome.set_outcome(adapter::v1::OUTCOME_APPLIED);
  if (traits_.takes_in_later) {
    if (!delivery_ids_.insert(item.delivery_id()).second) {
      outcome.set_outcome(adapter::v1::OUTCOME_DUPLICATE);
    } else {
      inbox_.push_back(item);
    }
    return outcome;
  }
  if (auto refusal = Refusal(item)) return *std::move(refusal);
  const Record* holder = FindByCode(item.dossier().code());
  if (item.key().empty() && holder != nullptr) {
    outcome.set_outcome(adapter::v1::OUTCOME_CONFLICT);
    outcome.set_key(holder->key);
    return outcome;
  }
  if (!item.key().empty() && !records_.contains(item.key())) {
    outcome.set_outcome(adapter::v1::OUTCOME_REJECTED);
    outcome.set_reason("no such record");
    return outcome;
  }
  Record& record = item.key().empty() ? Create(IssueKey()) : records_.at(item.key());
  if (traits_.compares && item.seen_version() < record.version) {
    outcome.set_outcome(adapter::v1::OUTCOME_CONFLICT);
    outcome.set_version(record.version);
    return outcome;
  }
  if (drops) {
    for (const auto& [path, value] : FieldsOf(item)) damaged_.emplace(item.dossier().code(), path);
  } else if (item.appends()) {
    for (const auto& step : item.dossier().steps()) record.appended.push_back(step.id());
  } else if (traits_.replaces) {
    Replace(record, FieldsOf(item));
  } else {
    Apply(record, FieldsOf(item), /*own=*/false);
  }
  outcome.set_key(record.key);
  outcome.set_version(record.version);
  return outcome;
}

void Counterpart::WorkInbox() {
  for (const OutboundItem& item : std::exchange(inbox_, {})) {
    if (auto refusal = Refusal(item)) {
      refused_later_.push_back(*std::move(refusal));
      continue;
    }
    const Record* found = item.key().empty() ? nullptr : FindByKey(item.key());
    if (found == nullptr) found = FindByCode(item.dossier().code());
    Record& record = found == nullptr ? Create(IssueKey()) : records_.at(found->key);
    Apply(record, FieldsOf(item), /*own=*/false);
  }
}

InboundItem Counterpart::ItemOf(const std::string& key, int64_t version, const Fields& fields) {
  InboundItem item;
  item.set_key(key);
  item.set_version(version);
  for (const auto& [path, value] : fields) {
    if (value.empty()) {
      item.add_cleared(path);
    } else {
      domain::SetField(*item.mutable_dossier(), path, value).IgnoreError();  // from Flatten
    }
  }
  return item;
}

std::vector<InboundItem> Counterpart::FeedAfter(int64_t version, int items_max) const {
  std::vector<InboundItem> items;
  for (int64_t i = version; i < FeedEnd() && static_cast<int>(items.size()) < items_max; ++i) {
    items.push_back(ItemOf(feed_[i].key, i + 1, feed_[i].fields));
  }
  return items;
}

InboundItem Counterpart::ReadRecord(const Record& record) const {
  return ItemOf(record.key, record.version, record.fields);
}

const Counterpart::Record* Counterpart::FindByKey(const std::string& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : &found->second;
}

const Counterpart::Record* Counterpart::FindByCode(const std::string& code) const {
  const auto found = std::find_if(records_.begin(), records_.end(), [&code](const auto& entry) {
    const auto field = entry.second.fields.find("code");
    return field != entry.second.fields.end() && field->second == code;
  });
  return found == records_.end() || code.empty() ? nullptr : &found->second;
}

}  // namespace lienthong::simulation
