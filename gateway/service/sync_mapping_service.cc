// How links map fields: the part of SyncService that operators ask before a link goes live.
#include "gateway/service/sync_service.h"
#include "gateway/service/unary.h"

namespace lienthong::service {

grpc::ServerUnaryReactor* SyncService::GetMappingCoverage(
    grpc::CallbackServerContext* context, const sync::v1::GetMappingCoverageRequest* request,
    sync::v1::MappingCoverage* response) {
  return RunUnary(edge_, context,
                  {sync::v1::SyncService::service_full_name(), "GetMappingCoverage"}, "", response,
                  [this, request](const core::RequestContext& call) {
                    return links_.GetMappingCoverage(call, *request);
                  });
}

}  // namespace lienthong::service
