#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/base/csv.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/tables.h"
#include "gateway/domain/time_limit.h"
#include "gateway/domain/wall_time.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace lienthong::catalogue {
namespace {

using Json = nlohmann::json;
using pb::TimeLimit;

// Texts and numbers alike, as the portal mixes them; empty for anything else.
std::string Text(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) return "";
  if (found->is_string()) return std::string(absl::StripAsciiWhitespace(found->get<std::string>()));
  return found->is_number() ? found->dump() : "";
}

const Json& List(const Json& object, const char* name) {
  static const Json* const kNone = new Json(Json::array());
  if (!object.is_object()) return *kNone;
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : *kNone;
}

// The letters of units, whatever their case.
std::string Lower(std::string_view text) {
  std::string lower = absl::AsciiStrToLower(ToAbsl(text));
  return absl::StrReplaceAll(lower, {{"À", "à"}, {"Ờ", "ờ"}, {"Ệ", "ệ"}});
}

// Only units that are known by their whole name.
std::optional<TimeLimit::Unit> UnitOf(std::string_view name) {
  const std::string unit = Lower(name);
  if (unit == "ngày làm việc") return TimeLimit::UNIT_WORKING_DAYS;
  if (unit == "ngày") return TimeLimit::UNIT_DAYS;
  if (unit == "giờ làm việc" || unit == "giờ") return TimeLimit::UNIT_WORKING_HOURS;
  return std::nullopt;
}

// Đồng as people write them: `8000`, `8.000`, `1.200.000 đồng`.
std::optional<int64_t> AmountOf(std::string_view text) {
  std::string digits = Lower(text);
  for (const char* unit : {"đồng", "vnđ", "vnd", "đ"}) {
    if (absl::EndsWith(digits, unit)) digits.resize(digits.size() - std::string_view(unit).size());
  }
  const std::vector<std::string> groups =
      absl::StrSplit(absl::StripAsciiWhitespace(digits), absl::ByAnyChar(".,"));
  for (size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].size() != 3) return std::nullopt;  // a fraction, or no groups of thousands
  }
  int64_t amount = 0;
  if (groups[0].empty() || !absl::SimpleAtoi(absl::StrJoin(groups, ""), &amount) || amount < 0) {
    return std::nullopt;
  }
  return amount;
}

// The unit in its own field, or behind the number.
std::optional<TimeLimit> LimitOf(std::string amount, std::string unit) {
  TimeLimit limit;
  int count = 0;
  const size_t blank = amount.find(' ');
  if (unit.empty() && blank != std::string::npos) {
    unit = std::string(absl::StripAsciiWhitespace(amount.substr(blank)));
    amount.resize(blank);
  }
  const auto known = UnitOf(unit);
  if (!known.has_value() || !absl::SimpleAtoi(amount, &count)) return std::nullopt;
  limit.set_amount(count);
  limit.set_unit(*known);
  if (!domain::TimeLimitProblems(limit).empty()) return std::nullopt;
  return limit;
}

void ReadTime(const Json& channel, const std::string& place, pb::ProcedureChannel& to,
              std::vector<std::string>& warnings) {
  const Json& times = List(channel, "THOIGIAN");
  if (times.empty()) return;
  to.set_limit_text(Text(times[0], "MOTA"));
  if (times.size() > 1) {
    warnings.push_back(
        StrCat(place, ": THOIGIAN has ", times.size(), " times; none is taken as the limit"));
    return;
  }
  const std::string amount = Text(times[0], "THOIGIANGIAIQUYET");
  const std::string unit = Text(times[0], "DONVITINH");
  const std::optional<TimeLimit> limit = LimitOf(amount, unit);
  if (limit.has_value()) {
    *to.mutable_limit() = *limit;
  } else {
    warnings.push_back(StrCat(place, ": THOIGIAN '", amount, " ", unit,
                              "' cannot be computed with; there is no limit"));
  }
}

void ReadFees(const Json& channel, const std::string& place, pb::ProcedureChannel& to,
              std::vector<std::string>& warnings) {
  for (const Json& fee : List(channel, "PHILEPHI")) {
    const std::string text = Text(fee, "SOTIEN");
    const std::optional<int64_t> amount = AmountOf(text);
    if (!amount.has_value()) {
      warnings.push_back(StrCat(place, ": SOTIEN '", text, "' is no amount; the fee is left out"));
      continue;
    }
    pb::ProcedureFee& added = *to.add_fees();
    added.set_name(Text(fee, "MOTA"));
    added.set_amount_vnd(*amount);
  }
}

void ReadChannels(const Json& item, const std::string& place, pb::Procedure& procedure,
                  std::vector<std::string>& warnings) {
  for (const Json& channel : List(item, "CACHTHUCTHUCHIEN")) {
    int number = 0;
    const std::string text = Text(channel, "KENH");
    if (!absl::SimpleAtoi(text, &number) || number < dossier::v1::CHANNEL_COUNTER ||
        number > dossier::v1::CHANNEL_POSTAL) {
      warnings.push_back(StrCat(place, ": KENH '", text, "' is unknown; the channel is left out"));
      continue;
    }
    pb::ProcedureChannel& to = *procedure.add_channels();
    to.set_channel(static_cast<dossier::v1::Channel>(number));
    ReadTime(channel, place, to, warnings);
    ReadFees(channel, place, to, warnings);
  }
}

int32_t Count(const Json& object, const char* name) {
  int32_t count = 0;
  return absl::SimpleAtoi(Text(object, name), &count) && count > 0 ? count : 0;
}

void ReadPapers(const Json& item, pb::Procedure& procedure) {
  for (const Json& group : List(item, "THANHPHANHOSO")) {
    for (const Json& paper : List(group, "GIAYTO")) {
      pb::ProcedurePaper& to = *procedure.add_papers();
      to.set_code(Text(paper, "MAGIAYTO"));
      to.set_name(Text(paper, "TENGIAYTO"));
      to.set_originals(Count(paper, "SOBANCHINH"));
      to.set_copies(Count(paper, "SOBANSAO"));
      to.set_when(Text(group, "TRUONGHOP"));
      to.set_form(Text(paper, "TENMAUDON"));
    }
  }
}

pb::Procedure ReadItem(const Json& item, const std::string& place, ReadTable& table) {
  pb::Procedure procedure;
  procedure.set_code(Text(item, "MATTHC"));
  procedure.set_name(Text(item, "TENTTHC"));
  for (const char* name : {"MATTHC", "TENTTHC"}) {
    if (Text(item, name).empty()) {
      table.problems.push_back({StrCat(place, ".", name), "is empty; it is required"});
    }
  }
  const Json& fields = List(item, "LINHVUCTHUCHIEN");
  if (!fields.empty()) {
    procedure.set_field_code(Text(fields[0], "MALINHVUC"));
    procedure.set_field_name(Text(fields[0], "TENLINHVUC"));
  }
  int level = 0;
  const std::string levels = Text(item, "CAPTHUCHIEN");
  if (absl::SimpleAtoi(levels, &level) && level >= 0 && level <= 3) {
    procedure.add_levels(static_cast<pb::Level>(level + 1));
  } else if (!levels.empty()) {
    table.warnings.push_back(StrCat(place, ": CAPTHUCHIEN '", levels, "' is no level of the list"));
  }
  ReadChannels(item, place, procedure, table.warnings);
  ReadPapers(item, procedure);
  for (const Json& result : List(item, "KETQUATHUCHIEN")) {
    pb::ProcedureResult& to = *procedure.add_results();
    to.set_code(Text(result, "MAKETQUA"));
    to.set_name(Text(result, "TENKETQUA"));
  }
  for (const Json& text : List(item, "CANCUPHAPLY")) {
    procedure.add_legal_bases(Text(text, "SOVANBAN"));
  }
  procedure.mutable_source()->set_text("LayDanhSachTTHC/LayThuTuc");
  procedure.mutable_source()->set_confidence(pb::CONFIDENCE_MEDIUM);
  return procedure;
}

// What an answer can say of a procedure, and what it says it by.
constexpr std::pair<const char*, const char*> kSaidBy[] = {
    {"LINHVUCTHUCHIEN", "field_code"}, {"LINHVUCTHUCHIEN", "field_name"},
    {"CAPTHUCHIEN", "levels"},         {"CACHTHUCTHUCHIEN", "channels"},
    {"THANHPHANHOSO", "papers"},       {"KETQUATHUCHIEN", "results"},
    {"CANCUPHAPLY", "legal_bases"}};

// What this one says of it: LayDanhSachTTHC answers with less than LayThuTuc.
std::set<std::string> SaidIn(const Json& item) {
  std::set<std::string> said = {"code", "name", "valid_from", "source"};
  for (const auto& [member, field] : kSaidBy) {
    if (item.contains(member) && !item[member].is_null()) said.insert(field);
  }
  for (const Json& channel : List(item, "CACHTHUCTHUCHIEN")) {
    int number = 0;
    if (!absl::SimpleAtoi(Text(channel, "KENH"), &number)) continue;
    const auto to = static_cast<dossier::v1::Channel>(number);
    if (channel.contains("THOIGIAN")) said.insert(SaidLimit(to));
    if (channel.contains("PHILEPHI")) said.insert(SaidFees(to));
  }
  return said;
}

}  // namespace

std::string SaidLimit(dossier::v1::Channel channel) {
  return StrCat("channels[", static_cast<int>(channel), "].limit");
}

std::string SaidFees(dossier::v1::Channel channel) {
  return StrCat("channels[", static_cast<int>(channel), "].fees");
}

ReadTable ReadPortalProcedures(std::string_view text, std::string_view valid_from) {
  ReadTable table;
  if (!domain::ParseDay(valid_from).has_value()) {
    table.problems.push_back(
        {"valid_from", StrCat("'", valid_from,
                              "' is no day; the portal does not say since when "
                              "its answer holds: write it as 2025-07-01")});
  }
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const Json& items = json.is_array() ? json : List(json, "result");
  if (json.is_discarded() || items.empty()) {
    table.problems.push_back({"text",
                              "is no answer with a `result`; hand in what LayDanhSachTTHC "
                              "or LayThuTuc answered"});
    return table;
  }
  if (items.size() > kCsvRowsMax) {
    table.problems.push_back({"result", StrCat("has more than ", kCsvRowsMax, " procedures")});
    return table;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string place = StrCat("result[", i, "]");
    pb::Procedure procedure = ReadItem(items[i], place, table);
    procedure.set_valid_from(std::string(valid_from));
    table.entries.push_back({place, std::move(procedure),
                             items[i].is_object() ? SaidIn(items[i]) : std::set<std::string>()});
  }
  return table;
}

ReadTable ReadCalendars(std::string_view text) {
  ReadTable table;
  pb::ListCalendarsResponse calendars;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &calendars);
  if (!parsed.ok()) {
    table.problems.push_back(
        {"text", StrCat("is no JSON of calendars: ", std::string(parsed.message()),
                        "; `calendar show --json` prints one")});
    return table;
  }
  for (int i = 0; i < calendars.calendars_size(); ++i) {
    table.entries.push_back(
        {StrCat("calendars[", i, "]"), std::move(*calendars.mutable_calendars(i))});
  }
  return table;
}

}  // namespace lienthong::catalogue
