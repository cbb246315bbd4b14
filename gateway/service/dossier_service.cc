#include "gateway/service/dossier_service.h"

#include <utility>

#include "gateway/core/notices.h"
#include "gateway/service/push_stream.h"
#include "gateway/service/unary.h"
#include "gateway/service/watch_stream.h"

namespace lienthong::service {
namespace {

using core::RequestContext;
using dossier::v1::PushDossierResponse;
using dossier::v1::WatchChangesResponse;

Method Named(std::string_view name) {
  return {dossier::v1::DossierService::service_full_name(), name};
}

// A stream that is refused at once.
class RefusedPush final : public grpc::ServerBidiReactor<dossier::v1::PushDossierRequest,
                                                         dossier::v1::PushDossiersResponse> {
 public:
  explicit RefusedPush(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerUnaryReactor* DossierService::PushDossier(
    grpc::CallbackServerContext* context, const dossier::v1::PushDossierRequest* request,
    PushDossierResponse* response) {
  return RunUnaryLater(edge_, context, Named("PushDossier"), "", response,
                       [this, request](const RequestContext& call, auto answer) {
                         dossiers_.Push(call, *request, std::move(answer));
                       });
}

grpc::ServerBidiReactor<dossier::v1::PushDossierRequest, dossier::v1::PushDossiersResponse>*
DossierService::PushDossiers(grpc::CallbackServerContext* context) {
  absl::StatusOr<Call> call = edge_.Enter(*context, Named("PushDossiers"), CallKind::kStream);
  if (!call.ok()) return new RefusedPush(call.status());
  return PushStream::Start(edge_, hub_, dossiers_, *std::move(call));
}

grpc::ServerUnaryReactor* DossierService::GetDossier(grpc::CallbackServerContext* context,
                                                     const dossier::v1::GetDossierRequest* request,
                                                     dossier::v1::Dossier* response) {
  return RunUnary(
      edge_, context, Named("GetDossier"), request->purpose(), response,
      [this, request](const RequestContext& call) { return dossiers_.Get(call, *request); });
}

grpc::ServerUnaryReactor* DossierService::BatchGetDossiers(
    grpc::CallbackServerContext* context, const dossier::v1::BatchGetDossiersRequest* request,
    dossier::v1::BatchGetDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("BatchGetDossiers"), request->purpose(), response,
      [this, request](const RequestContext& call) { return dossiers_.BatchGet(call, *request); });
}

grpc::ServerUnaryReactor* DossierService::ListDossiers(
    grpc::CallbackServerContext* context, const dossier::v1::ListDossiersRequest* request,
    dossier::v1::ListDossiersResponse* response) {
  return RunUnary(
      edge_, context, Named("ListDossiers"), request->purpose(), response,
      [this, request](const RequestContext& call) { return dossiers_.List(call, *request); });
}

grpc::ServerUnaryReactor* DossierService::ListChanges(
    grpc::CallbackServerContext* context, const dossier::v1::ListChangesRequest* request,
    dossier::v1::ListChangesResponse* response) {
  return RunUnary(
      edge_, context, Named("ListChanges"), request->purpose(), response,
      [this, request](const RequestContext& call) { return changes_.List(call, *request); });
}

grpc::ServerWriteReactor<WatchChangesResponse>* DossierService::WatchChanges(
    grpc::CallbackServerContext* context, const dossier::v1::WatchChangesRequest* request) {
  absl::StatusOr<Call> call = edge_.Enter(*context, Named("WatchChanges"), CallKind::kStream);
  if (!call.ok()) return new RefusedWatch<WatchChangesResponse>(call.status());
  call->context.purpose = request->purpose();
  const absl::StatusOr<absl::Duration> heartbeat = HeartbeatOf(request->heartbeat());
  if (!heartbeat.ok()) {
    call->watch.End(heartbeat.status().code());
    return new RefusedWatch<WatchChangesResponse>(heartbeat.status());
  }
  auto read_page =
      [this, purpose = request->purpose()](
          const RequestContext& context_of_page,
          const std::string& resume_token) -> absl::StatusOr<WatchPage<WatchChangesResponse>> {
    dossier::v1::ListChangesRequest list;
    list.set_resume_token(resume_token);
    list.set_purpose(purpose);
    auto listed = changes_.List(context_of_page, list);
    if (!listed.ok()) return listed.status();
    WatchPage<WatchChangesResponse> page;
    page.empty = listed->changes().empty();
    page.more = listed->more();
    page.response.mutable_changes()->Swap(listed->mutable_changes());
    page.response.set_resume_token(listed->resume_token());
    return page;
  };
  return WatchStream<WatchChangesResponse>::Start(
      edge_, hub_, *std::move(call), request->resume_token(), *heartbeat, std::move(read_page));
}

grpc::ServerUnaryReactor* DossierService::CorrectDossier(
    grpc::CallbackServerContext* context, const dossier::v1::CorrectDossierRequest* request,
    PushDossierResponse* response) {
  return RunUnaryLater(edge_, context, Named("CorrectDossier"), "", response,
                       [this, request](const RequestContext& call, auto answer) {
                         dossiers_.Correct(call, *request, std::move(answer));
                       });
}

grpc::ServerUnaryReactor* DossierService::VoidDossier(
    grpc::CallbackServerContext* context, const dossier::v1::VoidDossierRequest* request,
    PushDossierResponse* response) {
  return RunUnaryLater(edge_, context, Named("VoidDossier"), "", response,
                       [this, request](const RequestContext& call, auto answer) {
                         dossiers_.Void(call, *request, std::move(answer));
                       });
}

grpc::ServerUnaryReactor* DossierService::ListNotices(
    grpc::CallbackServerContext* context, const dossier::v1::ListNoticesRequest* request,
    dossier::v1::ListNoticesResponse* response) {
  return RunUnary(edge_, context, Named("ListNotices"), "", response,
                  [this, request](const RequestContext& call) {
                    return core::ListNotices(engine_, call, *request);
                  });
}

grpc::ServerUnaryReactor* DossierService::ReplaceProcedure(
    grpc::CallbackServerContext* context, const dossier::v1::ReplaceProcedureRequest* request,
    PushDossierResponse* response) {
  return RunUnaryLater(edge_, context, Named("ReplaceProcedure"), "", response,
                       [this, request](const RequestContext& call, auto answer) {
                         dossiers_.ReplaceProcedure(call, *request, std::move(answer));
                       });
}

}  // namespace lienthong::service
