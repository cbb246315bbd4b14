#ifndef LIENTHONG_GATEWAY_CORE_SUSPECTS_H_
#define LIENTHONG_GATEWAY_CORE_SUSPECTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/context.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"

namespace lienthong::core {

// Two dossiers of one applicant and procedure are suspected to be one case when the second is made
// within so long.
inline constexpr absl::Duration kSuspectWithin = absl::Hours(30 * 24);

// Adds to the set of a dossier that is new, or whose applicant's number or procedure is another
// now, what finds a second one of the same applicant and procedure, and the pairs that it makes
// with those that are there. `before`: the dossier as it was. The applicant's number is kept as a
// digest under a key that stands sealed in the store. Nothing where the applicant has no number.
absl::Status NoteFingerprint(const Engine& engine, const dossier::v1::Dossier& before,
                             PreparedEdit& edit);

// Pairs of dossiers that may be one case; errors as documented in receipt_service.proto.
// Thread-safe.
class Suspects {
 public:
  explicit Suspects(Engine& engine) : engine_(engine) {}

  absl::StatusOr<receipt::v1::ListSuspectedDuplicatesResponse> List(
      const RequestContext& context,
      const receipt::v1::ListSuspectedDuplicatesRequest& request) const;
  absl::StatusOr<receipt::v1::DismissSuspectedDuplicateResponse> Dismiss(
      const RequestContext& context, const receipt::v1::DismissSuspectedDuplicateRequest& request);

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_SUSPECTS_H_
