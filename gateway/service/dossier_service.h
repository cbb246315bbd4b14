#ifndef LIENTHONG_GATEWAY_SERVICE_DOSSIER_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_DOSSIER_SERVICE_H_

#include "gateway/core/changes.h"
#include "gateway/core/dossiers.h"
#include "gateway/service/edge.h"
#include "gateway/service/stream_hub.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.dossier.v1 over gRPC: lets calls in and translates; core decides. Everything given to
// the constructor outlives it.
class DossierService final : public dossier::v1::DossierService::CallbackService {
 public:
  DossierService(const Edge& edge, StreamHub& hub, core::Engine& engine)
      : edge_(edge), hub_(hub), engine_(engine), dossiers_(engine), changes_(engine) {}

  grpc::ServerUnaryReactor* PushDossier(grpc::CallbackServerContext* context,
                                        const dossier::v1::PushDossierRequest* request,
                                        dossier::v1::PushDossierResponse* response) override;
  grpc::ServerBidiReactor<dossier::v1::PushDossierRequest, dossier::v1::PushDossiersResponse>*
  PushDossiers(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetDossier(grpc::CallbackServerContext* context,
                                       const dossier::v1::GetDossierRequest* request,
                                       dossier::v1::Dossier* response) override;
  grpc::ServerUnaryReactor* BatchGetDossiers(
      grpc::CallbackServerContext* context, const dossier::v1::BatchGetDossiersRequest* request,
      dossier::v1::BatchGetDossiersResponse* response) override;
  grpc::ServerUnaryReactor* ListDossiers(grpc::CallbackServerContext* context,
                                         const dossier::v1::ListDossiersRequest* request,
                                         dossier::v1::ListDossiersResponse* response) override;
  grpc::ServerUnaryReactor* ListChanges(grpc::CallbackServerContext* context,
                                        const dossier::v1::ListChangesRequest* request,
                                        dossier::v1::ListChangesResponse* response) override;
  grpc::ServerWriteReactor<dossier::v1::WatchChangesResponse>* WatchChanges(
      grpc::CallbackServerContext* context,
      const dossier::v1::WatchChangesRequest* request) override;
  grpc::ServerUnaryReactor* CorrectDossier(grpc::CallbackServerContext* context,
                                           const dossier::v1::CorrectDossierRequest* request,
                                           dossier::v1::PushDossierResponse* response) override;
  grpc::ServerUnaryReactor* VoidDossier(grpc::CallbackServerContext* context,
                                        const dossier::v1::VoidDossierRequest* request,
                                        dossier::v1::PushDossierResponse* response) override;
  grpc::ServerUnaryReactor* ReplaceProcedure(grpc::CallbackServerContext* context,
                                             const dossier::v1::ReplaceProcedureRequest* request,
                                             dossier::v1::PushDossierResponse* response) override;
  grpc::ServerUnaryReactor* ListNotices(grpc::CallbackServerContext* context,
                                        const dossier::v1::ListNoticesRequest* request,
                                        dossier::v1::ListNoticesResponse* response) override;

 private:
  const Edge& edge_;
  StreamHub& hub_;
  const core::Engine& engine_;
  core::Dossiers dossiers_;
  core::Changes changes_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_DOSSIER_SERVICE_H_
