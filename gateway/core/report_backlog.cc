// What waits, and what is missing.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/due_list.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/reports.h"
#include "gateway/core/unsynced.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

namespace pb = report::v1;
using dossier::v1::Defect;
using store::Row;
using store::Table;

constexpr int64_t kLinksMax = 1000;
constexpr int64_t kExamplesMax = 10;
constexpr int64_t kDefectKindsMax = 100;
// Indexes and columns as in tables.cc.
constexpr int kLaneByPending = 2;
constexpr size_t kLanePendingColumn = 4;
constexpr int kLettersByLink = 1;
constexpr int kDefectByAgency = 1;
constexpr size_t kDefectKindColumn = 1;
constexpr size_t kAgencyColumn = 2;

absl::StatusOr<pb::BacklogOfAgency> BacklogOf(const Engine& engine, const std::string& agency,
                                              absl::Time now) {
  const auto count = [&](absl::Duration younger, absl::Duration older) {
    return engine.store.Count({.table = Table::kDue,
                               .index = kDueByAgeIndex,
                               .prefix = {agency},
                               .after = std::max<int64_t>(absl::ToUnixMicros(now - older), 0),
                               .at_most = absl::ToUnixMicros(now - younger),
                               .limit_rows = kNeverMicros});
  };
  constexpr absl::Duration kDay = absl::Hours(24);
  pb::BacklogOfAgency told;
  told.set_agency(agency);
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t open, engine.store.Count({.table = Table::kDue,
                                                                     .index = kDueByAgeIndex,
                                                                     .prefix = {agency},
                                                                     .limit_rows = kNeverMicros}));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t week, count(-1000 * kDay, 7 * kDay));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t month, count(7 * kDay, 30 * kDay));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t quarter, count(30 * kDay, 90 * kDay));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t older, count(90 * kDay, 1'000'000 * kDay));
  told.set_open(open);
  told.set_week(week);
  told.set_month(month);
  told.set_quarter(quarter);
  told.set_older(older);
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> oldest,
                             engine.store.Read({.table = Table::kDue,
                                                .index = kDueByAgeIndex,
                                                .prefix = {agency},
                                                .after = int64_t{0},
                                                .limit_rows = 1}));
  if (oldest.empty()) return told;
  const DueRow row = ReadDueRow(oldest[0]);
  LIENTHONG_ASSIGN_OR_RETURN(*told.mutable_oldest_code(), CodeOf(engine, row.dossier_id));
  *told.mutable_oldest_time() = domain::ToProto(absl::FromUnixMicros(row.since_us));
  return told;
}

absl::StatusOr<pb::BacklogOfLink> BacklogOfLink(const Engine& engine, const std::string& link) {
  pb::BacklogOfLink told;
  told.set_link(link);
  store::Scan waiting{.table = Table::kLane,
                      .index = kLaneByPending,
                      .prefix = {link},
                      .at_most = kNeverMicros - 1,
                      .limit_rows = 1};
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> oldest, engine.store.Read(waiting));
  if (!oldest.empty()) {
    *told.mutable_oldest_time() = domain::ToProto(
        absl::FromUnixMicros(std::get<int64_t>(oldest[0].columns[kLanePendingColumn])));
  }
  waiting.limit_rows = kNeverMicros;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t lanes, engine.store.Count(waiting));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t letters,
                             engine.store.Count({.table = Table::kDeadLetter,
                                                 .index = kLettersByLink,
                                                 .prefix = {link},
                                                 .limit_rows = kNeverMicros}));
  told.set_waiting(lanes);
  told.set_dead_letters(letters);
  return told;
}

// What one kind of defect is counted by.
struct Found {
  int64_t dossiers = 0;
  std::vector<std::string> examples;
};
using DefectCounts = std::map<std::pair<std::string, int64_t>, Found>;  // by agency and kind

absl::Status FindStored(const Engine& engine, const std::string& agency, DefectCounts& defects) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Value> kinds,
                             DistinctBehind(engine, Table::kDefect, kDefectByAgency, {agency},
                                            kDefectKindColumn, kDefectKindsMax));
  for (const store::Value& kind : kinds) {
    store::Scan scan{.table = Table::kDefect,
                     .index = kDefectByAgency,
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

}  // namespace

absl::StatusOr<pb::Backlog> Reports::GetBacklog(const RequestContext& context,
                                                const pb::GetBacklogRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope, ScopeOf(context, request.agencies()));
  const absl::Time now = engine_.clock.Now();
  pb::Backlog backlog;
  *backlog.mutable_time() = domain::ToProto(now);
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> agencies,
      AgenciesIn(engine_, scope, Table::kDue, kDueByAgeIndex, kAgencyColumn));
  for (const std::string& agency : agencies) {
    LIENTHONG_ASSIGN_OR_RETURN(*backlog.add_agencies(), BacklogOf(engine_, agency, now));
  }
  if (context.caller.kind != CallerKind::kOperator) return backlog;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> links,
                             engine_.store.Read({.table = Table::kLink, .limit_rows = kLinksMax}));
  for (const Row& link : links) {
    LIENTHONG_ASSIGN_OR_RETURN(*backlog.add_links(),
                               BacklogOfLink(engine_, std::get<std::string>(link.columns[0])));
  }
  return backlog;
}

absl::StatusOr<pb::DefectReport> Reports::Defects(const RequestContext& context,
                                                  const pb::GetDefectReportRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope, ScopeOf(context, request.agencies()));
  const absl::Time now = engine_.clock.Now();
  DefectCounts defects;
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> flawed,
      AgenciesIn(engine_, scope, Table::kDefect, kDefectByAgency, kAgencyColumn));
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

}  // namespace lienthong::core
