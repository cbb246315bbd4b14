#ifndef LIENTHONG_GATEWAY_FORMS_RECEIPT_PDF_H_
#define LIENTHONG_GATEWAY_FORMS_RECEIPT_PDF_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lienthong/form/v1/form_service.pb.h"

namespace lienthong::forms {

inline constexpr int kPagesMax = 30;  // of one receipt; Fill's limits keep it far below

// Form 01 on A4, with its QR code: a PDF. The same form gives the same bytes. What does not fit on
// one page goes on on the next. `mark` stands across each page, e.g. for samples; empty: none.
// FailedPrecondition FONT_MISSING names the package with the font.
absl::StatusOr<std::string> RenderReceipt(const form::v1::Form& form, std::string_view mark = "");

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_RECEIPT_PDF_H_
