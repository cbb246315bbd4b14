#ifndef LIENTHONG_GATEWAY_CORE_DOSSIERS_H_
#define LIENTHONG_GATEWAY_CORE_DOSSIERS_H_

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"

namespace lienthong::core {

// What agencies do with dossiers. Thread-safe.
class Dossiers {
 public:
  using PushDone = std::function<void(absl::StatusOr<dossier::v1::PushDossierResponse>)>;

  explicit Dossiers(Engine& engine) : engine_(engine) {}

  // Errors as documented in dossier_service.proto. Prepares in the calling thread; `done` is called
  // from another thread once the change is durable, or at once for a refusal.
  void Push(const RequestContext& context, const dossier::v1::PushDossierRequest& request,
            PushDone done);
  // Creates a dossier under `dossier.code`, which the caller's own software gave it: of the legal
  // shape it becomes the shared code, if it is not of another party's series; of any other shape a
  // code that the caller alone knows. CODE_TAKEN when the code stands for a dossier already.
  void Register(const RequestContext& context, const dossier::v1::PushDossierRequest& request,
                PushDone done);
  void Correct(const RequestContext& context, const dossier::v1::CorrectDossierRequest& request,
               PushDone done);
  void Void(const RequestContext& context, const dossier::v1::VoidDossierRequest& request,
            PushDone done);
  void ReplaceProcedure(const RequestContext& context,
                        const dossier::v1::ReplaceProcedureRequest& request, PushDone done);

  absl::StatusOr<dossier::v1::Dossier> Get(const RequestContext& context,
                                           const dossier::v1::GetDossierRequest& request) const;
  absl::StatusOr<dossier::v1::BatchGetDossiersResponse> BatchGet(
      const RequestContext& context, const dossier::v1::BatchGetDossiersRequest& request) const;
  absl::StatusOr<dossier::v1::ListDossiersResponse> List(
      const RequestContext& context, const dossier::v1::ListDossiersRequest& request) const;

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DOSSIERS_H_
