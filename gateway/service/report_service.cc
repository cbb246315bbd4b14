#include "gateway/service/report_service.h"

#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

namespace pb = report::v1;
using core::RequestContext;

Method Named(std::string_view name) { return {pb::ReportService::service_full_name(), name}; }

}  // namespace

grpc::ServerUnaryReactor* ReportService::GetDeadlineReport(
    grpc::CallbackServerContext* context, const pb::GetDeadlineReportRequest* request,
    pb::DeadlineReport* response) {
  return RunUnary(
      edge_, context, Named("GetDeadlineReport"), "", response,
      [this, request](const RequestContext& call) { return reports_.Deadlines(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::ListDueDossiers(grpc::CallbackServerContext* context,
                                                         const pb::ListDueDossiersRequest* request,
                                                         pb::ListDueDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("ListDueDossiers"), "", response,
      [this, request](const RequestContext& call) { return reports_.ListDue(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::GetBacklog(grpc::CallbackServerContext* context,
                                                    const pb::GetBacklogRequest* request,
                                                    pb::Backlog* response) {
  return RunUnary(
      edge_, context, Named("GetBacklog"), "", response,
      [this, request](const RequestContext& call) { return reports_.GetBacklog(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::GetDefectReport(grpc::CallbackServerContext* context,
                                                         const pb::GetDefectReportRequest* request,
                                                         pb::DefectReport* response) {
  return RunUnary(
      edge_, context, Named("GetDefectReport"), "", response,
      [this, request](const RequestContext& call) { return reports_.Defects(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::ListDefectDossiers(
    grpc::CallbackServerContext* context, const pb::ListDefectDossiersRequest* request,
    pb::ListDefectDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("ListDefectDossiers"), "", response,
      [this, request](const RequestContext& call) { return reports_.ListDefects(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::GetQualityReport(
    grpc::CallbackServerContext* context, const pb::GetQualityReportRequest* request,
    pb::QualityReport* response) {
  return RunUnary(
      edge_, context, Named("GetQualityReport"), "", response,
      [this, request](const RequestContext& call) { return quality_.Report(call, *request); });
}

grpc::ServerUnaryReactor* ReportService::ListQualityDossiers(
    grpc::CallbackServerContext* context, const pb::ListQualityDossiersRequest* request,
    pb::ListQualityDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("ListQualityDossiers"), "", response,
      [this, request](const RequestContext& call) { return quality_.List(call, *request); });
}

}  // namespace lienthong::service
