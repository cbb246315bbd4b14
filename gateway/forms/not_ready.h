#ifndef LIENTHONG_GATEWAY_FORMS_NOT_READY_H_
#define LIENTHONG_GATEWAY_FORMS_NOT_READY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/errors.h"

namespace lienthong::forms {

// FailedPrecondition FORM_NOT_READY: what stands in the way of a form, by the fields of the
// dossier. They are named in the details too, under `missing`. Never holds a personal value.
absl::Status NotReady(std::string_view form, std::string_view code,
                      std::vector<FieldViolation> missing);

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_NOT_READY_H_
