#ifndef LIENTHONG_GATEWAY_CORE_REPORTS_H_
#define LIENTHONG_GATEWAY_CORE_REPORTS_H_

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/due_classes.h"
#include "gateway/core/engine.h"
#include "lienthong/report/v1/report_service.pb.h"

namespace lienthong::core {

inline constexpr int kSoonHoursDefault = 8;
inline constexpr int kSoonHoursMax = 1000;
inline constexpr int kReportUnitsMax = 10'000;      // of officers, in one answer
inline constexpr int64_t kReportRowsMax = 100'000;  // looked at one by one for one answer

// Reports on what is due and on what waits, from the tables of due_rows.h: no dossier is read but
// those of which a delivery waits. Agencies are told of their own dossiers, operators of all:
// PermissionDenied NOT_SHARED when another agency is asked for. Thread-safe.
class Reports {
 public:
  // The engine outlives it.
  Reports(const Engine& engine, WarningEnd warning_end)
      : engine_(engine), warning_end_(std::move(warning_end)) {}

  // ResourceExhausted when there are more than kReportUnitsMax units; name agencies then.
  absl::StatusOr<report::v1::DeadlineReport> Deadlines(
      const RequestContext& context, const report::v1::GetDeadlineReportRequest& request) const;
  absl::StatusOr<report::v1::ListDueDossiersResponse> ListDue(
      const RequestContext& context, const report::v1::ListDueDossiersRequest& request) const;
  absl::StatusOr<report::v1::Backlog> GetBacklog(
      const RequestContext& context, const report::v1::GetBacklogRequest& request) const;
  absl::StatusOr<report::v1::DefectReport> Defects(
      const RequestContext& context, const report::v1::GetDefectReportRequest& request) const;
  absl::StatusOr<report::v1::ListDefectDossiersResponse> ListDefects(
      const RequestContext& context, const report::v1::ListDefectDossiersRequest& request) const;

 private:
  const Engine& engine_;
  const WarningEnd warning_end_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REPORTS_H_
