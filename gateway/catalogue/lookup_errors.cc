#include "gateway/catalogue/lookup_errors.h"

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::catalogue {

absl::Status UnknownCode(std::string_view type, std::string_view code, std::string_view day,
                         const std::vector<std::string>& periods) {
  const std::string known = absl::StrJoin(periods, "; ");
  ErrorDetails details;
  details.reason = "UNKNOWN_CODE";
  details.metadata = {{"code", std::string(code)}, {"date", std::string(day)}, {"known", known}};
  std::string message = StrCat("no ", type, " has the code ", code);
  if (!day.empty()) StrAppend(message, " on ", day);
  StrAppend(message, periods.empty() ? "; import it" : StrCat("; it meant ", known));
  return WithDetails(absl::NotFoundError(message), details);
}

absl::Status AmbiguousCode(std::string_view type, std::string_view code,
                           const std::vector<std::string>& meanings) {
  const std::string known = absl::StrJoin(meanings, "; ");
  ErrorDetails details;
  details.reason = "AMBIGUOUS_CODE";
  details.metadata = {{"code", std::string(code)}, {"known", known}};
  return WithDetails(absl::FailedPreconditionError(
                         StrCat("code ", code, " of an ", type, " has meant several: ", known,
                                "; say on which date, or at which level")),
                     details);
}

}  // namespace lienthong::catalogue
