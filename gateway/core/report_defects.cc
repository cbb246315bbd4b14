// What is missing or odd.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/due_list.h"
#include "gateway/core/records.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/reports.h"
#include "gateway/core/tokens.h"
#include "gateway/core/unsynced.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

namespace pb = report::v1;
using dossier::v1::Defect;
using store::Row;
using store::Table;

constexpr int64_t kExamplesMax = 10;
constexpr int64_t kDefectKindsMax = 100;
// Index and columns as in tables.cc.
constexpr size_t kDefectKindColumn = 1;
constexpr size_t kAgencyColumn = 2;

// What one kind of defect is counted by.
struct Found {
  int64_t dossiers = 0;
  std::vector<std::string> examples;
};
using DefectCounts = std::map<std::pair<std::string, int64_t>, Found>;  // by agency and kind

absl::Status FindStored(const Engine& engine, const std::string& agency, DefectCounts& defects) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Value> kinds,
                             DistinctBehind(engine, Table::kDefect, kDefectByAgencyIndex, {agency},
                                            kDefectKindColumn, kDefectKindsMax));
  for (const store::Value& kind : kinds) {
    store::Scan scan{.table = Table::kDefect,
                     .index = kDefectByAgencyIndex,
                     .prefix = {agency, kind},
                     .limit_rows = kExamplesMax};
    Found& found = defects[{agency, std::get<int64_t>(kind)}];
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> examples, engine.store.Read(scan));
    for (const Row& row : examples) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::string code,
                                 CodeOf(engine, std::get<int64_t>(row.columns[0])));
      found.examples.push_back(code);
    }
    scan.limit_rows = kNeverMicros;
    LIENTHONG_ASSIGN_OR_RETURN(found.dossiers, engine.store.Count(scan));
  }
  return absl::OkStatus();
}

// Late, and no letter of apology says so. False when not all rows could be looked at.
absl::StatusOr<bool> FindMissingApologies(const Engine& engine, const std::string& agency,
                                          absl::Time now, const Unsynced& unsynced, int64_t& looked,
                                          DefectCounts& defects) {
  const DueList list(engine, {.agencies = {agency}}, storage::v1::DUE_KIND_RESULT);
  Found missing;
  DuePosition behind;
  bool is_late = true;
  while (is_late && looked < kReportRowsMax) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<DueRow> rows,
                               list.Read(behind, store::kScanRowsMax));
    is_late = static_cast<int64_t>(rows.size()) == store::kScanRowsMax;
    for (const DueRow& row : rows) {
      if (row.due_us >= absl::ToUnixMicros(now)) {
        is_late = false;
        break;
      }
      ++looked;
      behind = {row.due_us, row.dossier_id};
      const bool looks_late = unsynced.unread.contains(row.dossier_id) ||
                              unsynced.late_elsewhere.contains(row.dossier_id);
      if (row.apologised || looks_late) continue;
      ++missing.dossiers;
      if (static_cast<int64_t>(missing.examples.size()) >= kExamplesMax) continue;
      LIENTHONG_ASSIGN_OR_RETURN(const std::string code, CodeOf(engine, row.dossier_id));
      missing.examples.push_back(code);
    }
  }
  if (missing.dossiers > 0) defects[{agency, Defect::KIND_MISSING_APOLOGY}] = std::move(missing);
  return !is_late;
}

// Internal ids of dossiers with a defect behind one, ascending; at most `limit`.
absl::StatusOr<std::vector<int64_t>> WithDefect(const Engine& engine,
                                                const std::vector<std::string>& agencies,
                                                Defect::Kind kind, int64_t behind, int64_t limit) {
  std::vector<int64_t> ids;
  for (const std::string& agency : agencies) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                               engine.store.Read({.table = Table::kDefect,
                                                  .index = kDefectByAgencyIndex,
                                                  .prefix = {agency, static_cast<int64_t>(kind)},
                                                  .after = behind,
                                                  .limit_rows = limit}));
    for (const Row& row : rows) ids.push_back(std::get<int64_t>(row.columns[0]));
  }
  std::sort(ids.begin(), ids.end());
  if (static_cast<int64_t>(ids.size()) > limit) ids.resize(static_cast<size_t>(limit));
  return ids;
}

pb::DefectDossier Told(const dossier::v1::Dossier& dossier, Defect::Kind kind) {
  pb::DefectDossier told;
  told.set_code(dossier.code());
  told.set_agency(AgencyInCharge(dossier));
  told.set_status(dossier.status());
  for (const Defect& defect : dossier.defects()) {
    if (defect.kind() == kind) *told.add_defects() = defect;
  }
  const auto& deadline = dossier.deadline();
  if (deadline.has_promised_due()) *told.mutable_promised_due() = deadline.promised_due();
  if (deadline.has_statutory_due()) *told.mutable_statutory_due() = deadline.statutory_due();
  if (deadline.has_proposed_due()) *told.mutable_proposed_due() = deadline.proposed_due();
  return told;
}

absl::Status CheckKind(Defect::Kind kind) {
  if (kind == Defect::KIND_MISSING_APOLOGY) {
    return FieldInvalid("kind",
                        "is KIND_MISSING_APOLOGY, which is found as of now: ListDueDossiers "
                        "(`lienthongctl report due overdue`) names what is late");
  }
  if (kind == Defect::KIND_UNSPECIFIED || !Defect::Kind_IsValid(kind)) {
    return FieldInvalid("kind", "must name the kind of defect that is meant");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::DefectReport> Reports::Defects(const RequestContext& context,
                                                  const pb::GetDefectReportRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope,
                             ScopeOf(engine_, context, request.agencies()));
  const absl::Time now = engine_.clock.Now();
  DefectCounts defects;
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> flawed,
      AgenciesIn(engine_, scope, Table::kDefect, kDefectByAgencyIndex, kAgencyColumn));
  for (const std::string& agency : flawed) {
    LIENTHONG_RETURN_IF_ERROR(FindStored(engine_, agency, defects));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Unsynced unsynced, FindUnsynced(engine_, now));
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> agencies,
      AgenciesIn(engine_, scope, Table::kDue, kDueByAgencyIndex, kAgencyColumn));
  int64_t looked = 0;
  pb::DefectReport report;
  for (const std::string& agency : agencies) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const bool complete, FindMissingApologies(engine_, agency, now, unsynced, looked, defects));
    if (!complete) report.set_incomplete(true);
  }
  for (auto& [place, found] : defects) {
    pb::DefectCount& told = *report.add_counts();
    told.set_agency(place.first);
    told.set_kind(static_cast<Defect::Kind>(place.second));
    told.set_dossiers(found.dossiers);
    for (std::string& code : found.examples) told.add_examples(std::move(code));
  }
  *report.mutable_time() = domain::ToProto(now);
  return report;
}

absl::StatusOr<pb::ListDefectDossiersResponse> Reports::ListDefects(
    const RequestContext& context, const pb::ListDefectDossiersRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(CheckKind(request.kind()));
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope,
                             ScopeOf(engine_, context, request.agencies()));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t page_rows, PageRows(request.page_size()));
  const std::string list = StrCat("defects/", static_cast<int>(request.kind()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t behind, ReadToken(list, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> agencies,
      AgenciesIn(engine_, scope, Table::kDefect, kDefectByAgencyIndex, kAgencyColumn));
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<int64_t> ids,
                             WithDefect(engine_, agencies, request.kind(), behind, page_rows));
  pb::ListDefectDossiersResponse response;
  for (const int64_t id : ids) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, id));
    *response.add_dossiers() = Told(stored.dossier, request.kind());
  }
  if (static_cast<int64_t>(ids.size()) == page_rows) {
    response.set_next_page_token(MakeToken(list, epoch, ids.back()));
  }
  return response;
}

}  // namespace lienthong::core
