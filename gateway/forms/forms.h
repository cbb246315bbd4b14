#ifndef LIENTHONG_GATEWAY_FORMS_FORMS_H_
#define LIENTHONG_GATEWAY_FORMS_FORMS_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/form/v1/form_service.pb.h"

namespace lienthong::forms {

// The date promised may be put off once for a dossier (NĐ 61/2018/NĐ-CP, Điều 19).
inline constexpr int kExtensionsMax = 1;
// What a form prints of long texts and lists; the rest stays in the dossier.
inline constexpr size_t kValueCharsMax = 2000;
inline constexpr size_t kPaperNameCharsMax = 400;
inline constexpr int kPapersPrintedMax = 100;

// Where names of codes come from. A name that is not known is empty, and the code is printed. Days
// are texts, "2025-07-01".
struct Names {
  using OnDay = std::function<std::string(std::string_view code, std::string_view day)>;
  OnDay agency;
  OnDay parent;  // the name of the agency above it
  OnDay unit;    // of a province or commune
};

// A form of a dossier, as it stands. `element_id`: the supplement round or letter of apology;
// empty: the newest. FailedPrecondition FORM_NOT_READY names everything that the dossier lacks.
// InvalidArgument for a kind that is none. Pure.
absl::StatusOr<form::v1::Form> Fill(form::v1::FormKind kind, const dossier::v1::Dossier& dossier,
                                    std::string_view element_id, const Names& names,
                                    absl::Time now);

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_FORMS_H_
