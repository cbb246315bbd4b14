#include "gateway/service/catalogue_service.h"

#include <memory>
#include <utility>

#include "gateway/core/catalogue_answers.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

namespace pb = catalogue::v1;
using core::RequestContext;

Method Named(std::string_view name) { return {pb::CatalogueService::service_full_name(), name}; }

// A question that the catalogue of this moment answers.
template <typename Response, typename Answerer>
grpc::ServerUnaryReactor* Ask(const Edge& edge, grpc::CallbackServerContext* context,
                              std::string_view method, Response* response,
                              const core::Catalogue& kept, Answerer answer) {
  return RunUnary(edge, context, Named(method), "", response,
                  [&kept, answer](const RequestContext& /*call*/) -> absl::StatusOr<Response> {
                    LIENTHONG_ASSIGN_OR_RETURN(const auto now, kept.Now());
                    return answer(*now);
                  });
}

}  // namespace

grpc::ServerUnaryReactor* CatalogueService::ResolveAgency(grpc::CallbackServerContext* context,
                                                          const pb::ResolveAgencyRequest* request,
                                                          pb::ResolveAgencyResponse* response) {
  return Ask(edge_, context, "ResolveAgency", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::ResolveAgency(now, *request, catalogue_.Today());
             });
}

grpc::ServerUnaryReactor* CatalogueService::ListAgencies(grpc::CallbackServerContext* context,
                                                         const pb::ListAgenciesRequest* request,
                                                         pb::ListAgenciesResponse* response) {
  return Ask(
      edge_, context, "ListAgencies", response, catalogue_,
      [request](const catalogue::Snapshot& now) { return core::ListAgencies(now, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::ResolveUnit(grpc::CallbackServerContext* context,
                                                        const pb::ResolveUnitRequest* request,
                                                        pb::ResolveUnitResponse* response) {
  return Ask(edge_, context, "ResolveUnit", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::ResolveUnit(now, *request, catalogue_.Today());
             });
}

grpc::ServerUnaryReactor* CatalogueService::ListUnits(grpc::CallbackServerContext* context,
                                                      const pb::ListUnitsRequest* request,
                                                      pb::ListUnitsResponse* response) {
  return Ask(edge_, context, "ListUnits", response, catalogue_,
             [request](const catalogue::Snapshot& now) { return core::ListUnits(now, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::GetProcedure(grpc::CallbackServerContext* context,
                                                         const pb::GetProcedureRequest* request,
                                                         pb::GetProcedureResponse* response) {
  return Ask(edge_, context, "GetProcedure", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::GetProcedure(now, *request, catalogue_.Today());
             });
}

grpc::ServerUnaryReactor* CatalogueService::ListProcedures(grpc::CallbackServerContext* context,
                                                           const pb::ListProceduresRequest* request,
                                                           pb::ListProceduresResponse* response) {
  return Ask(edge_, context, "ListProcedures", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::ListProcedures(now, *request, catalogue_.Today());
             });
}

grpc::ServerUnaryReactor* CatalogueService::ListProcedureChanges(
    grpc::CallbackServerContext* context, const pb::ListProcedureChangesRequest* request,
    pb::ListProcedureChangesResponse* response) {
  return Ask(edge_, context, "ListProcedureChanges", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::ListProcedureChanges(now, *request, catalogue_.Today());
             });
}

grpc::ServerUnaryReactor* CatalogueService::GetCalendar(grpc::CallbackServerContext* context,
                                                        const pb::GetCalendarRequest* request,
                                                        pb::WorkingCalendar* response) {
  return Ask(
      edge_, context, "GetCalendar", response, catalogue_,
      [request](const catalogue::Snapshot& now) { return core::GetCalendar(now, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::ListCalendars(
    grpc::CallbackServerContext* context, const pb::ListCalendarsRequest* /*request*/,
    pb::ListCalendarsResponse* response) {
  return Ask(edge_, context, "ListCalendars", response, catalogue_,
             [](const catalogue::Snapshot& now) -> absl::StatusOr<pb::ListCalendarsResponse> {
               pb::ListCalendarsResponse all;
               for (const auto& [id, calendar] : now.calendars()) *all.add_calendars() = calendar;
               return all;
             });
}

grpc::ServerUnaryReactor* CatalogueService::ComputeDeadline(
    grpc::CallbackServerContext* context, const pb::ComputeDeadlineRequest* request,
    pb::ComputeDeadlineResponse* response) {
  return Ask(edge_, context, "ComputeDeadline", response, catalogue_,
             [this, request](const catalogue::Snapshot& now) {
               return core::ComputeDeadline(now, *request, edge_.clock().Now());
             });
}

grpc::ServerUnaryReactor* CatalogueService::ImportCatalogue(
    grpc::CallbackServerContext* context, const pb::ImportCatalogueRequest* request,
    pb::ImportCatalogueResponse* response) {
  return RunUnary(
      edge_, context, Named("ImportCatalogue"), "", response,
      [this, request](const RequestContext& call) { return catalogue_.Import(call, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::ListDispatch(grpc::CallbackServerContext* context,
                                                         const pb::ListDispatchRequest* request,
                                                         pb::ListDispatchResponse* response) {
  return RunUnary(
      edge_, context, Named("ListDispatch"), "", response,
      [this, request](const RequestContext& call) { return dispatch_.List(call, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::DispatchDossier(
    grpc::CallbackServerContext* context, const pb::DispatchDossierRequest* request,
    pb::DispatchDossierResponse* response) {
  return RunUnary(
      edge_, context, Named("DispatchDossier"), "", response,
      [this, request](const RequestContext& call) { return dispatch_.Assign(call, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::GetRecomputation(
    grpc::CallbackServerContext* context, const pb::GetRecomputationRequest* /*request*/,
    pb::Recomputation* response) {
  return RunUnary(edge_, context, Named("GetRecomputation"), "", response,
                  [this](const RequestContext& /*call*/) { return catalogue_.Recomputed(); });
}

grpc::ServerUnaryReactor* CatalogueService::PutActingGrant(grpc::CallbackServerContext* context,
                                                           const pb::PutActingGrantRequest* request,
                                                           pb::ActingGrant* response) {
  return RunUnary(
      edge_, context, Named("PutActingGrant"), "", response,
      [this, request](const RequestContext& call) { return catalogue_.PutGrant(call, *request); });
}

grpc::ServerUnaryReactor* CatalogueService::ListActingGrants(
    grpc::CallbackServerContext* context, const pb::ListActingGrantsRequest* /*request*/,
    pb::ListActingGrantsResponse* response) {
  return Ask(edge_, context, "ListActingGrants", response, catalogue_,
             [](const catalogue::Snapshot& now) -> absl::StatusOr<pb::ListActingGrantsResponse> {
               pb::ListActingGrantsResponse all;
               for (const auto& [key, entry] : now.entries()) {
                 if (const auto* grant = std::get_if<pb::ActingGrant>(&entry))
                   *all.add_grants() = *grant;
               }
               return all;
             });
}

}  // namespace lienthong::service
