#include "gateway/forms/sheet.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"
#include "gateway/forms/not_ready.h"
#include "gateway/forms/words.h"

namespace lienthong::forms {
namespace {

constexpr std::string_view kLawText = "TT 03/2025/TT-VPCP";

std::string NameOr(const Names::OnDay& names, std::string_view code, std::string_view day) {
  std::string name = names && !code.empty() ? names(code, day) : "";
  return name.empty() ? std::string(code) : name;
}

}  // namespace

void Sheet::Line(std::string_view name, std::string_view label, std::string_view value) {
  if (SaysNothing(value)) return;
  form::v1::FormField& line = *form_.add_fields();
  line.set_name(std::string(name));
  line.set_label(std::string(label));
  line.set_value(Shortened(value, kValueCharsMax));
}

void Sheet::Required(std::string_view name, std::string_view label, std::string_view value,
                     std::string_view field) {
  if (SaysNothing(value)) Lack(field, "is not there");
  Line(name, label, value);
}

void Sheet::Reason(std::string_view name, std::string_view label, std::string_view value,
                   std::string_view field) {
  if (!SaysNothing(value) && IsTechnicalCode(value)) {
    Lack(field, "is no reason in words: a program's code tells the citizen nothing");
  }
  Required(name, label, value, field);
}

void Sheet::Paper(const dossier::v1::Paper& paper) {
  if (paper.removed()) return;
  if (form_.papers_size() >= kPapersPrintedMax) {
    form::v1::FormPaper& last = *form_.mutable_papers(kPapersPrintedMax - 1);
    last.Clear();
    last.set_name("… và các giấy tờ khác");
    return;
  }
  form::v1::FormPaper& printed = *form_.add_papers();
  printed.set_name(Shortened(paper.name(), kPaperNameCharsMax));
  if (paper.has_original_quantity() || paper.has_copy_quantity()) {
    printed.set_originals(paper.original_quantity());
    printed.set_copies(paper.copy_quantity());
  } else if (paper.copy_kind() == dossier::v1::Paper::COPY_KIND_ORIGINAL) {
    printed.set_originals(paper.quantity());
  } else if (paper.copy_kind() == dossier::v1::Paper::COPY_KIND_ELECTRONIC) {
    printed.mutable_name()->append(" (bản điện tử)");
  } else {  // not said: only an original that is told of is one
    printed.set_copies(paper.quantity());
  }
}

void Sheet::Lack(std::string_view field, std::string_view description) {
  lacks_.push_back({std::string(field), std::string(description)});
}

void Sheet::Issuer(std::string_view agency) {
  Line("parent_agency", "Cơ quan chủ quản", names_.parent ? names_.parent(agency, day_) : "");
  Required("agency", "Cơ quan", NameOr(names_.agency, agency, day_), "reception.agency");
}

std::string Sheet::Address() const {
  const dossier::v1::Applicant& applicant = dossier_.applicant();
  std::vector<std::string> parts;
  for (const std::string& part :
       {applicant.address(), NameOr(names_.unit, applicant.unit_code(), day_),
        NameOr(names_.unit, applicant.province_code(), day_)}) {
    if (!SaysNothing(part)) parts.push_back(part);
  }
  return absl::StrJoin(parts, ", ");
}

void Sheet::Applicant(std::string_view label) {
  Required("applicant", label, dossier_.applicant().name(), "applicant.name");
  Line("address", "Địa chỉ", Address());
  Line("phone", "Số điện thoại", dossier_.contact().phone());
  Line("email", "Email", dossier_.contact().email());
}

absl::StatusOr<form::v1::Form> Sheet::Finish(std::string_view number, absl::Time now) && {
  if (dossier_.has_voiding()) Lack("voiding", "is there: the dossier is void");
  if (dossier_.has_joined()) Lack("joined", "is there: another dossier goes on in its place");
  if (!lacks_.empty()) return NotReady(number, dossier_.code(), std::move(lacks_));
  form_.set_version(StrCat("Mẫu số ", number, ", ", kLawText));
  form_.set_revision(dossier_.revision());
  const absl::Duration since = now - absl::UnixEpoch();
  form_.mutable_time()->set_seconds(absl::ToInt64Seconds(since));
  form_.mutable_time()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(since % absl::Seconds(1))));
  return std::move(form_);
}

}  // namespace lienthong::forms
