#ifndef LIENTHONG_GATEWAY_SERVICE_SYNC_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_SYNC_SERVICE_H_

#include "gateway/service/edge.h"
#include "gateway/sync/conflicts.h"
#include "gateway/sync/links.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.sync.v1 over gRPC: lets calls in and translates; sync::Links and sync::Conflicts
// decide. Everything given to the constructor outlives it.
class SyncService final : public sync::v1::SyncService::CallbackService {
 public:
  SyncService(const Edge& edge, sync::Links& links, sync::Conflicts& conflicts)
      : edge_(edge), links_(links), conflicts_(conflicts) {}

  grpc::ServerUnaryReactor* GetLink(grpc::CallbackServerContext* context,
                                    const sync::v1::GetLinkRequest* request,
                                    sync::v1::Link* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* context,
                                      const sync::v1::ListLinksRequest* request,
                                      sync::v1::ListLinksResponse* response) override;
  grpc::ServerUnaryReactor* PauseLink(grpc::CallbackServerContext* context,
                                      const sync::v1::PauseLinkRequest* request,
                                      sync::v1::Link* response) override;
  grpc::ServerUnaryReactor* ResumeLink(grpc::CallbackServerContext* context,
                                       const sync::v1::ResumeLinkRequest* request,
                                       sync::v1::Link* response) override;
  grpc::ServerUnaryReactor* RewindLink(grpc::CallbackServerContext* context,
                                       const sync::v1::RewindLinkRequest* request,
                                       sync::v1::Link* response) override;
  grpc::ServerUnaryReactor* ReloadLink(grpc::CallbackServerContext* context,
                                       const sync::v1::ReloadLinkRequest* request,
                                       sync::v1::Link* response) override;
  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const sync::v1::ListDeadLettersRequest* request,
                                            sync::v1::ListDeadLettersResponse* response) override;
  grpc::ServerUnaryReactor* GetDeadLetter(grpc::CallbackServerContext* context,
                                          const sync::v1::GetDeadLetterRequest* request,
                                          sync::v1::DeadLetter* response) override;
  grpc::ServerUnaryReactor* PreviewDeadLetter(
      grpc::CallbackServerContext* context, const sync::v1::PreviewDeadLetterRequest* request,
      sync::v1::PreviewDeadLetterResponse* response) override;
  grpc::ServerUnaryReactor* ReplayDeadLetters(grpc::CallbackServerContext* context,
                                              const sync::v1::ReplayDeadLettersRequest* request,
                                              sync::v1::BulkResult* response) override;
  grpc::ServerUnaryReactor* DiscardDeadLetters(grpc::CallbackServerContext* context,
                                               const sync::v1::DiscardDeadLettersRequest* request,
                                               sync::v1::BulkResult* response) override;
  grpc::ServerUnaryReactor* ListConflicts(grpc::CallbackServerContext* context,
                                          const sync::v1::ListConflictsRequest* request,
                                          sync::v1::ListConflictsResponse* response) override;
  grpc::ServerUnaryReactor* GetConflict(grpc::CallbackServerContext* context,
                                        const sync::v1::GetConflictRequest* request,
                                        sync::v1::Conflict* response) override;
  grpc::ServerUnaryReactor* ResolveConflicts(grpc::CallbackServerContext* context,
                                             const sync::v1::ResolveConflictsRequest* request,
                                             sync::v1::BulkResult* response) override;
  grpc::ServerUnaryReactor* ListActs(grpc::CallbackServerContext* context,
                                     const sync::v1::ListActsRequest* request,
                                     sync::v1::ListActsResponse* response) override;
  grpc::ServerUnaryReactor* ListLanes(grpc::CallbackServerContext* context,
                                      const sync::v1::ListLanesRequest* request,
                                      sync::v1::ListLanesResponse* response) override;
  grpc::ServerUnaryReactor* ListEarlyItems(grpc::CallbackServerContext* context,
                                           const sync::v1::ListEarlyItemsRequest* request,
                                           sync::v1::ListEarlyItemsResponse* response) override;
  grpc::ServerUnaryReactor* ListTasks(grpc::CallbackServerContext* context,
                                      const sync::v1::ListTasksRequest* request,
                                      sync::v1::ListTasksResponse* response) override;
  grpc::ServerUnaryReactor* CloseTasks(grpc::CallbackServerContext* context,
                                       const sync::v1::CloseTasksRequest* request,
                                       sync::v1::BulkResult* response) override;
  grpc::ServerUnaryReactor* JoinDossiers(grpc::CallbackServerContext* context,
                                         const sync::v1::JoinDossiersRequest* request,
                                         sync::v1::JoinDossiersResponse* response) override;
  grpc::ServerUnaryReactor* PartDossiers(grpc::CallbackServerContext* context,
                                         const sync::v1::PartDossiersRequest* request,
                                         sync::v1::JoinDossiersResponse* response) override;
  grpc::ServerUnaryReactor* StartReconciliation(grpc::CallbackServerContext* context,
                                                const sync::v1::StartReconciliationRequest* request,
                                                sync::v1::Reconciliation* response) override;
  grpc::ServerUnaryReactor* GetReconciliation(grpc::CallbackServerContext* context,
                                              const sync::v1::GetReconciliationRequest* request,
                                              sync::v1::Reconciliation* response) override;
  grpc::ServerUnaryReactor* ListReconciliations(
      grpc::CallbackServerContext* context, const sync::v1::ListReconciliationsRequest* request,
      sync::v1::ListReconciliationsResponse* response) override;
  grpc::ServerUnaryReactor* ListFindings(grpc::CallbackServerContext* context,
                                         const sync::v1::ListFindingsRequest* request,
                                         sync::v1::ListFindingsResponse* response) override;
  grpc::ServerUnaryReactor* ApproveFindings(grpc::CallbackServerContext* context,
                                            const sync::v1::ApproveFindingsRequest* request,
                                            sync::v1::BulkResult* response) override;
  grpc::ServerUnaryReactor* CancelReconciliation(
      grpc::CallbackServerContext* context, const sync::v1::CancelReconciliationRequest* request,
      sync::v1::Reconciliation* response) override;
  grpc::ServerUnaryReactor* GetMappingCoverage(grpc::CallbackServerContext* context,
                                               const sync::v1::GetMappingCoverageRequest* request,
                                               sync::v1::MappingCoverage* response) override;
  grpc::ServerUnaryReactor* GetCopies(grpc::CallbackServerContext* context,
                                      const sync::v1::GetCopiesRequest* request,
                                      sync::v1::Copies* response) override;
  grpc::ServerUnaryReactor* ProbeLink(grpc::CallbackServerContext* context,
                                      const sync::v1::ProbeLinkRequest* request,
                                      sync::v1::ProbeLinkResponse* response) override;
  grpc::ServerUnaryReactor* GetLagHistory(grpc::CallbackServerContext* context,
                                          const sync::v1::GetLagHistoryRequest* request,
                                          sync::v1::LagHistory* response) override;

 private:
  const Edge& edge_;
  sync::Links& links_;
  sync::Conflicts& conflicts_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_SYNC_SERVICE_H_
