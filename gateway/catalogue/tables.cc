#include "gateway/catalogue/tables.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gateway/base/csv.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/cells.h"
#include "gateway/domain/codes.h"

namespace lienthong::catalogue {
namespace {

using Content = pb::ImportCatalogueRequest;
using pb::AdministrativeUnit;

constexpr Word kUnitKinds[] = {{"province", AdministrativeUnit::KIND_PROVINCE},
                               {"municipality", AdministrativeUnit::KIND_MUNICIPALITY},
                               {"district", AdministrativeUnit::KIND_DISTRICT},
                               {"ward", AdministrativeUnit::KIND_WARD},
                               {"commune", AdministrativeUnit::KIND_COMMUNE},
                               {"township", AdministrativeUnit::KIND_TOWNSHIP},
                               {"special zone", AdministrativeUnit::KIND_SPECIAL_ZONE}};
constexpr Word kLevels[] = {{"ministry", pb::LEVEL_MINISTRY},
                            {"province", pb::LEVEL_PROVINCE},
                            {"district", pb::LEVEL_DISTRICT},
                            {"commune", pb::LEVEL_COMMUNE}};
constexpr Word kChannels[] = {{"counter", dossier::v1::CHANNEL_COUNTER},
                              {"online", dossier::v1::CHANNEL_ONLINE},
                              {"postal", dossier::v1::CHANNEL_POSTAL}};

constexpr std::string_view kAgencyColumns[] = {
    "namespace", "code",       "valid_from", "valid_until", "name",       "other_codes", "parent",
    "units",     "successors", "calendar",   "source",      "confidence", "sample"};
constexpr std::string_view kUnitColumns[] = {"namespace", "code",       "valid_from", "valid_until",
                                             "name",      "kind",       "parent",     "successors",
                                             "source",    "confidence", "sample"};
constexpr std::string_view kProcedureColumns[] = {
    "code",           "valid_from",     "valid_until",
    "name",           "field_code",     "field_name",
    "levels",         "counter_limit",  "counter_fee_vnd",
    "online_limit",   "online_fee_vnd", "postal_limit",
    "postal_fee_vnd", "papers",         "results",
    "legal_bases",    "replaced_by",    "steps",
    "source",         "confidence",     "sample"};
constexpr std::string_view kMappingColumns[] = {"from",        "to",       "level", "valid_from",
                                                "valid_until", "reviewer", "note"};

template <typename Repeated>
void Take(const std::vector<std::string>& items, Repeated& to) {
  for (const std::string& item : items) *to.Add() = item;
}

template <typename T>
void ReadPeriod(Cells& cells, T& entry) {
  cells.Required("valid_from");
  entry.set_valid_from(cells.Day("valid_from"));
  entry.set_valid_until(cells.Day("valid_until"));
}

Entry ReadAgency(Cells& cells) {
  pb::Agency agency;
  agency.set_namespace_(cells.Text("namespace"));
  agency.set_code(cells.Required("code"));
  ReadPeriod(cells, agency);
  agency.set_name(cells.Required("name"));
  for (const std::string& item : cells.List("other_codes")) {
    const size_t colon = item.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == item.size()) {
      cells.Problem("other_codes", item, "names no list; write it as agency:38.98.H29");
      continue;
    }
    auto& other = *agency.add_other_codes();
    other.set_namespace_(item.substr(0, colon));
    other.set_code(item.substr(colon + 1));
  }
  agency.set_parent(cells.Text("parent"));
  Take(cells.List("units"), *agency.mutable_units());
  Take(cells.List("successors"), *agency.mutable_successors());
  agency.set_calendar(cells.Text("calendar"));
  cells.ReadSource(*agency.mutable_source());
  return agency;
}

Entry ReadUnit(Cells& cells) {
  AdministrativeUnit unit;
  unit.set_namespace_(cells.Text("namespace"));
  unit.set_code(cells.Required("code"));
  ReadPeriod(cells, unit);
  unit.set_name(cells.Required("name"));
  unit.set_kind(static_cast<AdministrativeUnit::Kind>(cells.OneOf("kind", kUnitKinds)));
  unit.set_parent(cells.Text("parent"));
  Take(cells.List("successors"), *unit.mutable_successors());
  cells.ReadSource(*unit.mutable_source());
  return unit;
}

void ReadChannel(Cells& cells, const Word& channel, pb::Procedure& procedure) {
  const std::string limit_column = StrCat(channel.word, "_limit");
  const std::string fee_column = StrCat(channel.word, "_fee_vnd");
  const std::string fee = cells.Text(fee_column);
  pb::TimeLimit limit;
  const bool limited = cells.Limit(limit_column, limit);
  if (!limited && fee.empty()) return;
  pb::ProcedureChannel& to = *procedure.add_channels();
  to.set_channel(static_cast<dossier::v1::Channel>(channel.value));
  to.set_limit_text(cells.Text(limit_column));
  if (limited) *to.mutable_limit() = limit;
  if (fee.empty()) return;
  int64_t amount = 0;
  if (!absl::SimpleAtoi(fee, &amount) || amount < 0) {
    cells.Problem(fee_column, fee, "is no amount; write đồng in digits, 0 for free");
  }
  to.add_fees()->set_amount_vnd(amount);
}

// `Thẩm định=1 working days`; a step of which nothing is said of time has no `=`.
void ReadStep(Cells& cells, const std::string& item, pb::Procedure& procedure) {
  const size_t sign = item.find('=');
  pb::ProcedureStep& step = *procedure.add_steps();
  step.set_name(std::string(absl::StripAsciiWhitespace(item.substr(0, sign))));
  if (step.name().empty()) cells.Problem("steps", item, "names no step; write it before the =");
  if (sign == std::string::npos) return;
  const std::string limit(absl::StripAsciiWhitespace(item.substr(sign + 1)));
  cells.LimitOf("steps", limit, *step.mutable_limit());
}

Entry ReadProcedure(Cells& cells) {
  pb::Procedure procedure;
  procedure.set_code(cells.Required("code"));
  ReadPeriod(cells, procedure);
  procedure.set_name(cells.Required("name"));
  procedure.set_field_code(cells.Text("field_code"));
  procedure.set_field_name(cells.Text("field_name"));
  for (const std::string& level : cells.List("levels")) {
    procedure.add_levels(static_cast<pb::Level>(cells.ValueOf("levels", level, kLevels)));
  }
  for (const Word& channel : kChannels) ReadChannel(cells, channel, procedure);
  for (std::string& name : cells.List("papers")) procedure.add_papers()->set_name(std::move(name));
  for (std::string& code : cells.List("results")) {
    procedure.add_results()->set_code(std::move(code));
  }
  Take(cells.List("legal_bases"), *procedure.mutable_legal_bases());
  Take(cells.List("replaced_by"), *procedure.mutable_replaced_by());
  for (const std::string& item : cells.List("steps")) ReadStep(cells, item, procedure);
  cells.ReadSource(*procedure.mutable_source());
  return procedure;
}

Entry ReadMapping(Cells& cells) {
  pb::ProcedureMapping mapping;
  mapping.set_from(cells.Required("from"));
  mapping.set_to(cells.Required("to"));
  mapping.set_level(static_cast<pb::Level>(cells.OneOf("level", kLevels)));
  ReadPeriod(cells, mapping);
  mapping.set_reviewer(cells.Required("reviewer"));
  mapping.set_note(cells.Text("note"));
  return mapping;
}

std::map<std::string, size_t> ColumnsOf(const std::vector<std::string>& header,
                                        std::span<const std::string_view> known,
                                        std::vector<FieldViolation>& problems) {
  std::map<std::string, size_t> columns;
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name(absl::StripAsciiWhitespace(absl::AsciiStrToLower(header[i])));
    const std::string place = StrCat("line 1, column ", i + 1);
    if (std::ranges::find(known, name) == known.end()) {
      problems.push_back(
          {place,
           StrCat("'", name, "' is no column of this table; it has ",
                  absl::StrJoin(std::vector<std::string>(known.begin(), known.end()), ", "))});
    } else if (!columns.emplace(name, i).second) {
      problems.push_back({place, StrCat("'", name, "' is there twice; leave one out")});
    }
  }
  return columns;
}

ReadTable ReadRows(std::string_view text, std::span<const std::string_view> known,
                   Entry (*read)(Cells& cells)) {
  ReadTable table;
  if (domain::CountCharacters(text) < 0) {
    table.problems.push_back({"text", "is not UTF-8; save the table as CSV UTF-8"});
    return table;
  }
  const CsvTable csv = ParseCsv(text, table.problems);
  if (csv.header.empty() && table.problems.empty()) {
    table.problems.push_back({"text", "is empty; its first line names the columns"});
  }
  const auto columns = ColumnsOf(csv.header, known, table.problems);
  if (!table.problems.empty()) return table;
  for (const CsvRow& row : csv.rows) {
    Cells cells(columns, row, table.problems);
    table.entries.push_back({StrCat("line ", row.line), read(cells)});
  }
  return table;
}

}  // namespace

ReadTable Read(Content::Content content, std::string_view text, std::string_view valid_from) {
  switch (content) {
    case Content::CONTENT_AGENCIES:
      return ReadRows(text, kAgencyColumns, &ReadAgency);
    case Content::CONTENT_UNITS:
      return ReadRows(text, kUnitColumns, &ReadUnit);
    case Content::CONTENT_PROCEDURES:
      return ReadRows(text, kProcedureColumns, &ReadProcedure);
    case Content::CONTENT_MAPPINGS:
      return ReadRows(text, kMappingColumns, &ReadMapping);
    case Content::CONTENT_PORTAL_PROCEDURES:
      return ReadPortalProcedures(text, valid_from);
    case Content::CONTENT_CALENDARS:
      return ReadCalendars(text);
    default:
      break;
  }
  ReadTable table;
  table.problems.push_back({"content", "is not said; name the content of the table"});
  return table;
}

}  // namespace lienthong::catalogue
