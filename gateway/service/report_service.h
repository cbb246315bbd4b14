#ifndef LIENTHONG_GATEWAY_SERVICE_REPORT_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_REPORT_SERVICE_H_

#include "gateway/core/quality.h"
#include "gateway/core/reports.h"
#include "gateway/service/edge.h"
#include "lienthong/report/v1/report_service.grpc.pb.h"

namespace lienthong::service {

// Reports over gRPC. Edge, reports and quality outlive the service.
class ReportService final : public report::v1::ReportService::CallbackService {
 public:
  ReportService(const Edge& edge, const core::Reports& reports, const core::Quality& quality)
      : edge_(edge), reports_(reports), quality_(quality) {}

  grpc::ServerUnaryReactor* GetDeadlineReport(grpc::CallbackServerContext* context,
                                              const report::v1::GetDeadlineReportRequest* request,
                                              report::v1::DeadlineReport* response) override;
  grpc::ServerUnaryReactor* ListDueDossiers(grpc::CallbackServerContext* context,
                                            const report::v1::ListDueDossiersRequest* request,
                                            report::v1::ListDueDossiersResponse* response) override;
  grpc::ServerUnaryReactor* GetBacklog(grpc::CallbackServerContext* context,
                                       const report::v1::GetBacklogRequest* request,
                                       report::v1::Backlog* response) override;
  grpc::ServerUnaryReactor* ListDefectDossiers(
      grpc::CallbackServerContext* context, const report::v1::ListDefectDossiersRequest* request,
      report::v1::ListDefectDossiersResponse* response) override;
  grpc::ServerUnaryReactor* GetDefectReport(grpc::CallbackServerContext* context,
                                            const report::v1::GetDefectReportRequest* request,
                                            report::v1::DefectReport* response) override;
  grpc::ServerUnaryReactor* GetQualityReport(grpc::CallbackServerContext* context,
                                             const report::v1::GetQualityReportRequest* request,
                                             report::v1::QualityReport* response) override;
  grpc::ServerUnaryReactor* ListQualityDossiers(
      grpc::CallbackServerContext* context, const report::v1::ListQualityDossiersRequest* request,
      report::v1::ListQualityDossiersResponse* response) override;

 private:
  const Edge& edge_;
  const core::Reports& reports_;
  const core::Quality& quality_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_REPORT_SERVICE_H_
