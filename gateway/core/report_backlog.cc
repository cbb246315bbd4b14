// What waits.
#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/reports.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

namespace pb = report::v1;
using store::Row;
using store::Table;

constexpr int64_t kLinksMax = 1000;
// Indexes and columns as in tables.cc.
constexpr int kLaneByPending = 2;
constexpr size_t kLanePendingColumn = 4;
constexpr int kLettersByLink = 1;
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

}  // namespace

absl::StatusOr<pb::Backlog> Reports::GetBacklog(const RequestContext& context,
                                                const pb::GetBacklogRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope,
                             ScopeOf(engine_, context, request.agencies()));
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

}  // namespace lienthong::core
