#include "gateway/core/reports.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/due_classes.h"
#include "gateway/core/due_list.h"
#include "gateway/core/recomputation.h"
#include "gateway/core/records.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/tokens.h"
#include "gateway/core/unsynced.h"
#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

namespace pb = report::v1;
using store::Row;
using store::Table;

constexpr size_t kAgencyColumn = 2;
constexpr size_t kUnitColumn = 3;
constexpr int64_t kRowsReadMax = 5000;  // for one page; few may be of the class

absl::StatusOr<int> SoonHours(int32_t asked) {
  if (asked < 0 || asked > kSoonHoursMax) {
    return FieldInvalid("soon_hours", StrCat("is ", asked, "; give 1 to ", kSoonHoursMax,
                                             " working hours, or 0 for ", kSoonHoursDefault));
  }
  return asked == 0 ? kSoonHoursDefault : asked;
}

void WriteCounts(const std::map<pb::DueClass, int64_t>& counts, pb::DeadlineCounts& told) {
  const auto of = [&counts](pb::DueClass due_class) {
    const auto found = counts.find(due_class);
    return found == counts.end() ? 0 : found->second;
  };
  told.set_on_time(of(pb::DUE_CLASS_ON_TIME));
  told.set_due_soon(of(pb::DUE_CLASS_DUE_SOON));
  told.set_overdue(of(pb::DUE_CLASS_OVERDUE));
  told.set_overdue_unsynced(of(pb::DUE_CLASS_OVERDUE_UNSYNCED));
  told.set_not_received(of(pb::DUE_CLASS_NOT_RECEIVED));
  told.set_paused(of(pb::DUE_CLASS_PAUSED));
  told.set_no_date(of(pb::DUE_CLASS_NO_DATE));
  told.set_to_receive(of(pb::DUE_CLASS_TO_RECEIVE));
}

// Counts by unit.
class Counter {
 public:
  Counter(const Engine& engine, const DueClasses& classes) : engine_(engine), classes_(classes) {}

  absl::Status CountAgency(const std::string& agency) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<store::Value> units,
        DistinctBehind(engine_, Table::kDue, kDueByUnitIndex, {agency}, kUnitColumn,
                       kReportUnitsMax - static_cast<int64_t>(counts_.size())));
    for (const store::Value& unit : units) {
      for (const DueRange& range : classes_.RangesOf(agency)) {
        LIENTHONG_ASSIGN_OR_RETURN(
            const int64_t count,
            engine_.store.Count({.table = Table::kDue,
                                 .index = kDueByUnitIndex,
                                 .prefix = {agency, unit, static_cast<int64_t>(range.kind)},
                                 .after = range.after_us,
                                 .at_most = range.at_most_us,
                                 .limit_rows = kNeverMicros}));
        Of(agency, std::get<std::string>(unit), range.due_class) += count;
      }
    }
    return absl::OkStatus();
  }

  // What only looks late is taken out of the class in which it was counted.
  void Move(const DueRow& row, std::optional<pb::DueClass> from) {
    if (from.has_value()) {
      int64_t& counted = Of(row.agency, row.unit, *from);
      counted = std::max<int64_t>(counted - 1, 0);  // it may have changed since
    }
    ++Of(row.agency, row.unit, pb::DUE_CLASS_OVERDUE_UNSYNCED);
  }

  void Write(pb::DeadlineReport& report) const {
    std::map<pb::DueClass, int64_t> sum;
    for (const auto& [unit, counts] : counts_) {
      pb::DeadlineCounts& written = *report.add_units();
      written.set_agency(unit.first);
      written.set_unit(unit.second);
      WriteCounts(counts, written);
      for (const auto& [due_class, count] : counts) sum[due_class] += count;
    }
    WriteCounts(sum, *report.mutable_total());
  }

 private:
  int64_t& Of(const std::string& agency, const std::string& unit, pb::DueClass due_class) {
    return counts_[{agency, unit}][due_class];
  }

  const Engine& engine_;
  const DueClasses& classes_;
  std::map<std::pair<std::string, std::string>, std::map<pb::DueClass, int64_t>> counts_;
};

// The class of an open dossier, by its row alone; none when it has none any more.
absl::StatusOr<std::optional<std::pair<DueRow, pb::DueClass>>> Classify(const Engine& engine,
                                                                        const DueClasses& classes,
                                                                        int64_t id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row stored, engine.store.Get(Table::kDue, {id}));
  if (stored.version == 0) return std::nullopt;
  DueRow row = ReadDueRow(stored);
  const pb::DueClass due_class = classes.ClassOf(row);
  return std::pair(std::move(row), due_class);
}

// The dossiers that only look late, nearest due first, with their links.
using LookLate = std::map<DuePosition, std::pair<DueRow, std::set<std::string>>>;
absl::StatusOr<LookLate> ListLookLate(const Engine& engine, const DueClasses& classes,
                                      const ReportScope& scope, const Unsynced& unsynced) {
  LookLate list;
  for (const auto& [id, late] : unsynced.late_elsewhere) {
    if (scope.Has(late.row.agency)) list[{late.row.due_us, id}] = {late.row, late.links};
  }
  for (const auto& [id, links] : unsynced.unread) {
    if (unsynced.late_elsewhere.contains(id)) continue;
    LIENTHONG_ASSIGN_OR_RETURN(const auto found, Classify(engine, classes, id));
    if (!found.has_value() || found->second != pb::DUE_CLASS_OVERDUE) continue;
    if (scope.Has(found->first.agency)) list[{found->first.due_us, id}] = {found->first, links};
  }
  return list;
}

absl::Status AddDossier(const Engine& engine, const DueRow& row, const std::set<std::string>& links,
                        pb::ListDueDossiersResponse& response) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine, row.dossier_id));
  pb::DueDossier& told = *response.add_dossiers();
  told.set_code(stored.dossier.code());
  told.set_agency(row.agency);
  told.set_unit(row.unit);
  if (row.due_us != kNeverMicros) {
    *told.mutable_due_time() = domain::ToProto(absl::FromUnixMicros(row.due_us));
  }
  told.set_status(stored.dossier.status());
  told.set_procedure(stored.dossier.procedure().code());
  const auto& deadline = stored.dossier.deadline();
  const std::optional<absl::Time> step_due = domain::StepDueOf(stored.dossier);
  if (step_due.has_value()) *told.mutable_step_due_time() = domain::ToProto(*step_due);
  const std::optional<absl::Time> due = domain::DueToKeep(deadline);
  told.set_provisional(deadline.statutory_provisional() && due.has_value() &&
                       *due == domain::FromProto(deadline.statutory_due()));
  for (const std::string& link : links) told.add_links(link);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::DeadlineReport> Reports::Deadlines(
    const RequestContext& context, const pb::GetDeadlineReportRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope,
                             ScopeOf(engine_, context, request.agencies()));
  LIENTHONG_ASSIGN_OR_RETURN(const int soon_hours, SoonHours(request.soon_hours()));
  const absl::Time now = engine_.clock.Now();
  const DueClasses classes(now, soon_hours, warning_end_);
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<std::string> agencies,
      AgenciesIn(engine_, scope, Table::kDue, kDueByUnitIndex, kAgencyColumn));
  Counter counter(engine_, classes);
  for (const std::string& agency : agencies) {
    LIENTHONG_RETURN_IF_ERROR(counter.CountAgency(agency));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Unsynced unsynced, FindUnsynced(engine_, now));
  LIENTHONG_ASSIGN_OR_RETURN(const LookLate look_late,
                             ListLookLate(engine_, classes, scope, unsynced));
  for (const auto& [position, found] : look_late) {
    LIENTHONG_ASSIGN_OR_RETURN(const auto counted, Classify(engine_, classes, position.dossier_id));
    counter.Move(counted.has_value() ? counted->first : found.first,
                 counted.has_value() ? std::optional(counted->second) : std::nullopt);
  }
  pb::DeadlineReport report;
  counter.Write(report);
  *report.mutable_time() = domain::ToProto(now);
  report.set_unsynced_incomplete(unsynced.incomplete);
  LIENTHONG_ASSIGN_OR_RETURN(const bool filled, IsFilled(engine_));
  report.set_counting(!filled && engine_.timetables != nullptr);
  return report;
}

absl::StatusOr<pb::ListDueDossiersResponse> Reports::ListDue(
    const RequestContext& context, const pb::ListDueDossiersRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const ReportScope scope,
                             ScopeOf(engine_, context, request.agencies()));
  LIENTHONG_ASSIGN_OR_RETURN(const int soon_hours, SoonHours(request.soon_hours()));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t page_rows, PageRows(request.page_size()));
  const pb::DueClass wanted = request.due_class();
  if (wanted == pb::DUE_CLASS_UNSPECIFIED || !pb::DueClass_IsValid(wanted)) {
    return FieldInvalid("due_class", "must name the class that is meant");
  }
  const std::string kind = StrCat("due/", static_cast<int>(wanted));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(DuePosition behind, ReadDueToken(kind, request.page_token(), epoch));
  const absl::Time now = engine_.clock.Now();
  const DueClasses classes(now, soon_hours, warning_end_);
  LIENTHONG_ASSIGN_OR_RETURN(const Unsynced unsynced, FindUnsynced(engine_, now));
  LIENTHONG_ASSIGN_OR_RETURN(const LookLate look_late,
                             ListLookLate(engine_, classes, scope, unsynced));
  pb::ListDueDossiersResponse response;
  const auto is_full = [&] { return response.dossiers_size() >= page_rows; };
  if (wanted == pb::DUE_CLASS_OVERDUE_UNSYNCED) {
    for (auto it = look_late.upper_bound(behind); it != look_late.end(); ++it) {
      if (is_full()) {
        response.set_next_page_token(MakeDueToken(kind, epoch, behind));
        break;
      }
      behind = it->first;
      LIENTHONG_RETURN_IF_ERROR(AddDossier(engine_, it->second.first, it->second.second, response));
    }
    return response;
  }
  behind = std::max(behind, classes.BeginOf(wanted));
  const DueList list(engine_, scope, DueClasses::KindOf(wanted));
  for (int64_t read = 0; !is_full() && read < kRowsReadMax;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<DueRow> rows, list.Read(behind, page_rows));
    for (const DueRow& row : rows) {
      if (is_full()) break;
      if (classes.IsBehind(row, wanted)) return response;  // the end
      ++read;
      behind = {row.due_us, row.dossier_id};
      if (classes.ClassOf(row) != wanted || look_late.contains(behind)) continue;
      if (unsynced.late_elsewhere.contains(row.dossier_id)) continue;
      LIENTHONG_RETURN_IF_ERROR(AddDossier(engine_, row, {}, response));
    }
    if (static_cast<int64_t>(rows.size()) < page_rows && !is_full()) return response;  // the end
  }
  response.set_next_page_token(MakeDueToken(kind, epoch, behind));
  return response;
}

}  // namespace lienthong::core
