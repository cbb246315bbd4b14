#include "gateway/core/report_scope.h"

#include <optional>
#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/parties.h"

namespace lienthong::core {
namespace {

constexpr int64_t kAgenciesMax = 10'000;
constexpr size_t kDossierCodeColumn = 1;
constexpr int kSeriesPrimaryIndex = 0;
constexpr size_t kSeriesAgencyColumn = 0;

// A name that nobody here has is a slip: nought would look like good news.
absl::Status CheckKnown(const Engine& engine, const std::string& agency) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto numbering, NumberingAgencies(engine));
  if (std::binary_search(numbering.begin(), numbering.end(), agency)) return absl::OkStatus();
  for (const auto& [table, index] : {std::pair(store::Table::kDue, kDueByAgencyIndex),
                                     std::pair(store::Table::kDefect, kDefectByAgencyIndex)}) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<store::Row> rows,
        engine.store.Read({.table = table, .index = index, .prefix = {agency}, .limit_rows = 1}));
    if (!rows.empty()) return absl::OkStatus();
  }
  return FieldInvalid("agencies", StrCat("names ", agency,
                                         ", of which there is no dossier here, and no numbers are "
                                         "given out for it"));
}

}  // namespace

absl::StatusOr<ReportScope> ScopeOf(const Engine& engine, const RequestContext& context,
                                    const google::protobuf::RepeatedPtrField<std::string>& asked) {
  const bool sees_all = context.caller.kind == CallerKind::kOperator;
  if (asked.empty()) {
    return sees_all ? ReportScope{.all = true} : ReportScope{.agencies = context.caller.agencies};
  }
  ReportScope scope{.agencies = {asked.begin(), asked.end()}};
  const ReportScope own{.all = sees_all, .agencies = context.caller.agencies};
  for (const std::string& agency : scope.agencies) {
    if (!own.Has(agency)) return NotShared(agency, "dossiers");
    if (sees_all) LIENTHONG_RETURN_IF_ERROR(CheckKnown(engine, agency));
  }
  std::sort(scope.agencies.begin(), scope.agencies.end());
  scope.agencies.erase(std::unique(scope.agencies.begin(), scope.agencies.end()),
                       scope.agencies.end());
  return scope;
}

absl::StatusOr<std::vector<store::Value>> DistinctBehind(const Engine& engine, store::Table table,
                                                         int index, const store::Values& prefix,
                                                         size_t column, int64_t max) {
  std::vector<store::Value> values;
  store::Scan scan{.table = table, .index = index, .prefix = prefix, .limit_rows = 1};
  for (;;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> next, engine.store.Read(scan));
    if (next.empty()) return values;
    if (static_cast<int64_t>(values.size()) >= max) {
      return absl::ResourceExhaustedError(
          StrCat("more than ", max, " groups; name the agencies that are meant"));
    }
    values.push_back(next[0].columns[column]);
    scan.after = values.back();
  }
}

absl::StatusOr<std::vector<std::string>> AgenciesIn(const Engine& engine, const ReportScope& scope,
                                                    store::Table table, int index, size_t column) {
  if (!scope.all) return scope.agencies;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Value> values,
                             DistinctBehind(engine, table, index, {}, column, kAgenciesMax));
  std::vector<std::string> agencies;
  agencies.reserve(values.size());
  for (const store::Value& value : values) agencies.push_back(std::get<std::string>(value));
  return agencies;
}

absl::StatusOr<std::string> CodeOf(const Engine& engine, int64_t dossier_id) {
  LIENTHONG_ASSIGN_OR_RETURN(const store::Row row,
                             engine.store.Get(store::Table::kDossier, {dossier_id}));
  return row.version == 0 ? "" : std::get<std::string>(row.columns[kDossierCodeColumn]);
}

absl::StatusOr<std::vector<std::string>> NumberingAgencies(const Engine& engine) {
  std::set<std::string> agencies;
  for (const Party& party : engine.parties.all()) {
    if (party.receives) agencies.insert(party.agencies.begin(), party.agencies.end());
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> stored,
                             AgenciesIn(engine, {.all = true}, store::Table::kSeries,
                                        kSeriesPrimaryIndex, kSeriesAgencyColumn));
  agencies.insert(stored.begin(), stored.end());
  return std::vector<std::string>(agencies.begin(), agencies.end());
}

}  // namespace lienthong::core
