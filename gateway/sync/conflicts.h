#ifndef LIENTHONG_GATEWAY_SYNC_CONFLICTS_H_
#define LIENTHONG_GATEWAY_SYNC_CONFLICTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/conflicts.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// What operators do about conflicts (core/conflicts.h), and what was done to conflicts and dead
// letters. Thread-safe; waits for the store. Operators only (PermissionDenied otherwise); other
// errors as in sync_service.proto.
class Conflicts {
 public:
  explicit Conflicts(core::Engine& engine) : engine_(engine) {}

  // The open ones. A page of a filter may be short, or empty, and yet not the last.
  absl::StatusOr<v1::ListConflictsResponse> List(const core::RequestContext& context,
                                                 const v1::ListConflictsRequest& request) const;
  absl::StatusOr<v1::Conflict> Get(const core::RequestContext& context,
                                   const v1::GetConflictRequest& request) const;

  // For what is stored: nothing of the dossier changes, and nothing has to be sent: the proposer's
  // link brings the stored value back as soon as it hears of another one. For what was proposed, or
  // for a third value: the operator's edit, whoever owns the field (core/overrule.h). What was
  // proposed for a value that has been replaced since is not taken: it has to be said anew, as an
  // edited one. Edit, decision and act are one commit, on the condition that dossier and conflict
  // are as they were read; when they are not, it is a failure of the answer, for a person to look
  // at again.
  absl::StatusOr<v1::BulkResult> Resolve(const core::RequestContext& context,
                                         const v1::ResolveConflictsRequest& request);

  absl::StatusOr<v1::ListActsResponse> ListActs(const core::RequestContext& context,
                                                const v1::ListActsRequest& request) const;

 private:
  absl::Status ResolveInTime(const core::RequestContext& context,
                             const v1::ResolveConflictsRequest& request, const std::string& id);
  absl::Status ResolveOne(const core::RequestContext& context,
                          const v1::ResolveConflictsRequest& request, const std::string& id);
  absl::Status Keep(const core::StoredConflict& conflict, const core::StoredDossier& stored,
                    const core::Closing& closing);
  absl::Status Replace(const core::RequestContext& context, const core::StoredConflict& conflict,
                       const core::StoredDossier& stored, const std::string& value,
                       core::Closing closing);

  core::Engine& engine_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_CONFLICTS_H_
