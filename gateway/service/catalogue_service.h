#ifndef LIENTHONG_GATEWAY_SERVICE_CATALOGUE_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_CATALOGUE_SERVICE_H_

#include "gateway/core/catalogue.h"
#include "gateway/core/dispatch.h"
#include "gateway/service/edge.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.catalogue.v1 over gRPC: lets calls in and translates; the catalogue's snapshot answers.
// What is not overridden is not served yet. Everything given to the constructor outlives it.
class CatalogueService final : public catalogue::v1::CatalogueService::CallbackService {
 public:
  CatalogueService(const Edge& edge, core::Catalogue& catalogue, core::Dispatch& dispatch)
      : edge_(edge), catalogue_(catalogue), dispatch_(dispatch) {}

  grpc::ServerUnaryReactor* ResolveAgency(grpc::CallbackServerContext* context,
                                          const catalogue::v1::ResolveAgencyRequest* request,
                                          catalogue::v1::ResolveAgencyResponse* response) override;
  grpc::ServerUnaryReactor* ListAgencies(grpc::CallbackServerContext* context,
                                         const catalogue::v1::ListAgenciesRequest* request,
                                         catalogue::v1::ListAgenciesResponse* response) override;
  grpc::ServerUnaryReactor* ResolveUnit(grpc::CallbackServerContext* context,
                                        const catalogue::v1::ResolveUnitRequest* request,
                                        catalogue::v1::ResolveUnitResponse* response) override;
  grpc::ServerUnaryReactor* ListUnits(grpc::CallbackServerContext* context,
                                      const catalogue::v1::ListUnitsRequest* request,
                                      catalogue::v1::ListUnitsResponse* response) override;
  grpc::ServerUnaryReactor* GetProcedure(grpc::CallbackServerContext* context,
                                         const catalogue::v1::GetProcedureRequest* request,
                                         catalogue::v1::GetProcedureResponse* response) override;
  grpc::ServerUnaryReactor* ListProcedures(
      grpc::CallbackServerContext* context, const catalogue::v1::ListProceduresRequest* request,
      catalogue::v1::ListProceduresResponse* response) override;
  grpc::ServerUnaryReactor* ListProcedureChanges(
      grpc::CallbackServerContext* context,
      const catalogue::v1::ListProcedureChangesRequest* request,
      catalogue::v1::ListProcedureChangesResponse* response) override;
  grpc::ServerUnaryReactor* GetCalendar(grpc::CallbackServerContext* context,
                                        const catalogue::v1::GetCalendarRequest* request,
                                        catalogue::v1::WorkingCalendar* response) override;
  grpc::ServerUnaryReactor* ListCalendars(grpc::CallbackServerContext* context,
                                          const catalogue::v1::ListCalendarsRequest* request,
                                          catalogue::v1::ListCalendarsResponse* response) override;
  grpc::ServerUnaryReactor* ComputeDeadline(
      grpc::CallbackServerContext* context, const catalogue::v1::ComputeDeadlineRequest* request,
      catalogue::v1::ComputeDeadlineResponse* response) override;
  grpc::ServerUnaryReactor* ListDispatch(grpc::CallbackServerContext* context,
                                         const catalogue::v1::ListDispatchRequest* request,
                                         catalogue::v1::ListDispatchResponse* response) override;
  grpc::ServerUnaryReactor* DispatchDossier(
      grpc::CallbackServerContext* context, const catalogue::v1::DispatchDossierRequest* request,
      catalogue::v1::DispatchDossierResponse* response) override;
  grpc::ServerUnaryReactor* GetRecomputation(grpc::CallbackServerContext* context,
                                             const catalogue::v1::GetRecomputationRequest* request,
                                             catalogue::v1::Recomputation* response) override;
  grpc::ServerUnaryReactor* ImportCatalogue(
      grpc::CallbackServerContext* context, const catalogue::v1::ImportCatalogueRequest* request,
      catalogue::v1::ImportCatalogueResponse* response) override;
  grpc::ServerUnaryReactor* PutActingGrant(grpc::CallbackServerContext* context,
                                           const catalogue::v1::PutActingGrantRequest* request,
                                           catalogue::v1::ActingGrant* response) override;
  grpc::ServerUnaryReactor* ListActingGrants(
      grpc::CallbackServerContext* context, const catalogue::v1::ListActingGrantsRequest* request,
      catalogue::v1::ListActingGrantsResponse* response) override;

 private:
  const Edge& edge_;
  core::Catalogue& catalogue_;
  core::Dispatch& dispatch_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_CATALOGUE_SERVICE_H_
