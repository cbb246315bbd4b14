#ifndef LIENTHONG_GATEWAY_CORE_CHANGES_H_
#define LIENTHONG_GATEWAY_CORE_CHANGES_H_

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/status/v1/status_service.pb.h"

namespace lienthong::core {

// The journal as callers may read it: by pages, with a resume token that lists and watches share.
// Tokens carry the store's epoch: after a restore older ones answer OutOfRange. Thread-safe.
class Changes {
 public:
  explicit Changes(Engine& engine) : engine_(engine) {}

  absl::StatusOr<dossier::v1::ListChangesResponse> List(
      const RequestContext& context, const dossier::v1::ListChangesRequest& request) const;

  absl::StatusOr<status::v1::DossierStatus> GetStatus(
      const RequestContext& context, const status::v1::GetStatusRequest& request) const;
  absl::StatusOr<status::v1::BatchGetStatusesResponse> BatchGetStatuses(
      const RequestContext& context, const status::v1::BatchGetStatusesRequest& request) const;
  absl::StatusOr<status::v1::PullStatusesResponse> PullStatuses(
      const RequestContext& context, const status::v1::PullStatusesRequest& request) const;

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CHANGES_H_
