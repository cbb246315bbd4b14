#ifndef LIENTHONG_GATEWAY_CORE_COLLISIONS_H_
#define LIENTHONG_GATEWAY_CORE_COLLISIONS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"

namespace lienthong::core {

// Codes that a second dossier claimed; errors as documented in receipt_service.proto. Thread-safe.
class Collisions {
 public:
  explicit Collisions(Engine& engine) : engine_(engine) {}

  absl::StatusOr<receipt::v1::ListCollisionsResponse> List(
      const RequestContext& context, const receipt::v1::ListCollisionsRequest& request) const;
  absl::StatusOr<receipt::v1::CloseCollisionResponse> Close(
      const RequestContext& context, const receipt::v1::CloseCollisionRequest& request);

 private:
  Engine& engine_;
};

// Who claimed a code that another dossier, or a reservation (0), has.
struct Claim {
  std::string code;      // folded
  int64_t holder = 0;    // internal id of the dossier that has it
  std::string claimant;  // "agency/H29.X05", "link/city"
  std::string dossier;   // shared code of the dossier for which it is claimed, where it has one
};

// Names a claim: the same code claimed by the same party is one collision, however often.
std::string CollisionId(const Claim& claim);

// Keeps a claim, in a commit of its own, so that it is not lost with the edit that failed. Does not
// wait: what the store could not take is logged, and counted when it is claimed again.
void RecordCollision(const Engine& engine, const Claim& claim);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_COLLISIONS_H_
