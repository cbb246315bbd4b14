#ifndef LIENTHONG_GATEWAY_FORMS_SHEET_H_
#define LIENTHONG_GATEWAY_FORMS_SHEET_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/errors.h"
#include "gateway/forms/forms.h"

namespace lienthong::forms {

// A form while it is filled in: its lines, and what the dossier lacks for it.
class Sheet {
 public:
  Sheet(const dossier::v1::Dossier& dossier, const Names& names, std::string day)
      : dossier_(dossier), names_(names), day_(std::move(day)) {}

  // A line; a value that says nothing leaves it out.
  void Line(std::string_view name, std::string_view label, std::string_view value);
  // A line that the form is nothing without. `field` is where it stands in the dossier.
  void Required(std::string_view name, std::string_view label, std::string_view value,
                std::string_view field);
  // The same for a reason: a text that a program wrote is none.
  void Reason(std::string_view name, std::string_view label, std::string_view value,
              std::string_view field);
  void Paper(const dossier::v1::Paper& paper);
  void Lack(std::string_view field, std::string_view description);

  // Who issues the form: the agency, and the one above it.
  void Issuer(std::string_view agency);
  // Whose dossier, where they live and how to reach them.
  void Applicant(std::string_view label);

  const dossier::v1::Dossier& dossier() const { return dossier_; }
  // FORM_NOT_READY when something is lacking. `number`: "01".
  absl::StatusOr<form::v1::Form> Finish(std::string_view number, absl::Time now) &&;
  form::v1::Form& form() { return form_; }

 private:
  std::string Address() const;

  const dossier::v1::Dossier& dossier_;
  const Names& names_;
  const std::string day_;
  form::v1::Form form_;
  std::vector<FieldViolation> lacks_;
};

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_SHEET_H_
