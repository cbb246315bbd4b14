#include "gateway/service/form_service.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/lookup.h"
#include "gateway/core/view.h"
#include "gateway/forms/forms.h"
#include "gateway/forms/receipt_pdf.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

namespace pb = form::v1;
using Snapshot = std::shared_ptr<const catalogue::Snapshot>;

// What the catalogue calls things; what it does not know has no name.
forms::Names NamesOf(const Snapshot& now) {
  forms::Names names;
  names.agency = [now](std::string_view code, std::string_view day) -> std::string {
    const auto agency = now->FindAgency(code, day);
    return agency.ok() ? (*agency)->name() : "";
  };
  names.parent = [now](std::string_view code, std::string_view day) -> std::string {
    const auto agency = now->FindAgency(code, day);
    if (!agency.ok() || (*agency)->parent().empty()) return "";
    const auto parent = now->FindAgency((*agency)->parent(), day);
    return parent.ok() ? (*parent)->name() : "";
  };
  names.unit = [now](std::string_view code, std::string_view day) -> std::string {
    const auto unit = now->FindUnit(code, day);
    return unit.ok() ? (*unit)->name() : "";
  };
  return names;
}

}  // namespace

grpc::ServerUnaryReactor* FormService::GetForm(grpc::CallbackServerContext* context,
                                               const pb::GetFormRequest* request,
                                               pb::Form* response) {
  return RunUnary(
      edge_, context, {pb::FormService::service_full_name(), "GetForm"}, request->purpose(),
      response, [this, request](const core::RequestContext& call) { return Make(call, *request); });
}

absl::StatusOr<pb::Form> FormService::Make(const core::RequestContext& call,
                                           const pb::GetFormRequest& request) const {
  if (request.code().empty()) return FieldInvalid("code", "is empty; give any code of the dossier");
  if (request.pdf() && request.kind() != pb::FORM_KIND_RECEIPT) {
    return FieldInvalid("pdf", "is made of form 01 only; ask for the others without it");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const core::View view, core::View::Of(call, /*personal_data=*/true));
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored,
                             core::FindOne(engine_, view, request.code()));
  view.Reduce(stored.dossier);
  LIENTHONG_ASSIGN_OR_RETURN(const Snapshot now, catalogue_.Now());
  LIENTHONG_ASSIGN_OR_RETURN(
      pb::Form form, forms::Fill(request.kind(), stored.dossier, request.element_id(), NamesOf(now),
                                 engine_.clock.Now()));
  if (request.pdf()) {
    LIENTHONG_ASSIGN_OR_RETURN(*form.mutable_pdf(), forms::RenderReceipt(form));
  }
  return form;
}

}  // namespace lienthong::service
