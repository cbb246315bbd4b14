#ifndef LIENTHONG_GATEWAY_SERVICE_FORM_SERVICE_H_
#define LIENTHONG_GATEWAY_SERVICE_FORM_SERVICE_H_

#include "gateway/core/catalogue.h"
#include "gateway/core/engine.h"
#include "gateway/service/edge.h"
#include "lienthong/form/v1/form_service.grpc.pb.h"

namespace lienthong::service {

// lienthong.form.v1 over gRPC: fills in the forms of dossiers that the caller may see. Everything
// given to the constructor outlives it.
class FormService final : public form::v1::FormService::CallbackService {
 public:
  FormService(const Edge& edge, const core::Engine& engine, const core::Catalogue& catalogue)
      : edge_(edge), engine_(engine), catalogue_(catalogue) {}

  grpc::ServerUnaryReactor* GetForm(grpc::CallbackServerContext* context,
                                    const form::v1::GetFormRequest* request,
                                    form::v1::Form* response) override;

 private:
  absl::StatusOr<form::v1::Form> Make(const core::RequestContext& call,
                                      const form::v1::GetFormRequest& request) const;

  const Edge& edge_;
  const core::Engine& engine_;
  const core::Catalogue& catalogue_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_FORM_SERVICE_H_
