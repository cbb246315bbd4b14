#ifndef LIENTHONG_GATEWAY_CORE_PUSHER_H_
#define LIENTHONG_GATEWAY_CORE_PUSHER_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

using PushDone = std::function<void(absl::StatusOr<dossier::v1::PushDossierResponse>)>;

// What an agency wants of a dossier, whatever call it came with: every one of them is a change of
// fields, and a reasoned act is one that says so.
struct Wish {
  dossier::v1::PushDossierRequest request;
  std::string digest;        // of the request as it came
  bool brings_code = false;  // it begins a dossier under the code that it says
  storage::v1::ReasonedAct act = storage::v1::REASONED_ACT_UNSPECIFIED;
  std::string reason = {};                           // of an act
  std::optional<dossier::v1::Voiding> voiding = {};  // of the act that ends the dossier
};

// One push, prepared again while others change the same dossier, a few times. Errors as documented
// in dossier_service.proto; `done` as Dossiers says. A request that was applied before is answered
// as it was then.
void RunPush(Engine& engine, const RequestContext& context, Wish wish, PushDone done);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_PUSHER_H_
