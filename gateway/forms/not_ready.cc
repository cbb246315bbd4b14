#include "gateway/forms/not_ready.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"

namespace lienthong::forms {

absl::Status NotReady(std::string_view form, std::string_view code,
                      std::vector<FieldViolation> missing) {
  ErrorDetails details;
  details.reason = "FORM_NOT_READY";
  details.metadata = {
      {"form", std::string(form)},
      {"code", std::string(code)},
      {"missing", absl::StrJoin(missing, ",", [](std::string* out, const FieldViolation& lack) {
         out->append(lack.field);
       })}};
  std::string message = StrCat("dossier ", code, " is not ready for form ", form, ": ");
  message += absl::StrJoin(missing, "; ", [](std::string* out, const FieldViolation& lack) {
    StrAppend(*out, lack.field, " ", lack.description);
  });
  details.fields = std::move(missing);
  return WithDetails(absl::FailedPreconditionError(message), details);
}

}  // namespace lienthong::forms
