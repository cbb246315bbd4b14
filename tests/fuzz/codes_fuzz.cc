// What is read as a code, a number, a pattern or a day, whatever it is: nothing crashes, and what
// is read is written again as it was.
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/domain/code_forms.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/number_pattern.h"

namespace {

using lienthong::domain::AgencyCodeForms;
using lienthong::domain::CodeProblem;
using lienthong::domain::DossierCode;
using lienthong::domain::DossierCodeForms;
using lienthong::domain::FoldCode;
using lienthong::domain::IsAgencyCode;
using lienthong::domain::IsBlank;
using lienthong::domain::IsElementId;
using lienthong::domain::IsProcedureCode;
using lienthong::domain::IsUuid;
using lienthong::domain::NumberPattern;
using lienthong::domain::ReadDay;
using lienthong::domain::ReadSeriesDay;
using lienthong::domain::SeriesDay;
using lienthong::domain::ShowDay;
using lienthong::domain::TodaysAgencyCode;

void Must(bool holds) {
  if (!holds) std::abort();
}

void TryCode(std::string_view text) {
  const auto code = DossierCode::Parse(text);
  const std::string folded = FoldCode(text);
  Must(FoldCode(folded) == folded);
  const auto forms = DossierCodeForms(text);
  Must(forms.front() == folded);
  if (!code.ok()) return Must(forms.size() == 1);
  Must(code->agency + "-" + code->day + "-" + code->serial == folded);
  Must(IsAgencyCode(code->agency));
  (void)code->NamesADay();
  for (const std::string& form : AgencyCodeForms(code->agency)) {
    Must(TodaysAgencyCode(TodaysAgencyCode(form)) == TodaysAgencyCode(form));
  }
}

void TryPattern(std::string_view text) {
  const auto pattern = NumberPattern::Parse(text);
  if (!pattern.ok()) return;
  const absl::CivilDay day(2026, 3, 2);
  for (const int64_t serial : {1, 9999, 10'000}) {
    const std::string number = pattern->Format("H29.X05", day, serial);
    Must(pattern->SerialOf("H29.X05", day, number) == serial);
    Must(!pattern->SerialOf("H29.X05", day + 1, number).has_value());
    Must(!pattern->SerialOf("H29.X0", day, number).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TryCode(text);
  TryPattern(text);
  const absl::CivilDay day(2026, 3, 2);
  if (const auto serial = NumberPattern::Default().SerialOf("H29.X05", day, text)) {
    Must(NumberPattern::Default().Format("H29.X05", day, *serial) == FoldCode(text));
  }
  if (const auto read = ReadDay(text)) Must(ShowDay(*read) == text);
  if (const auto read = ReadSeriesDay(text)) Must(SeriesDay(*read) == text);
  (void)CodeProblem(text);
  (void)IsBlank(text);
  (void)IsProcedureCode(text);
  (void)IsUuid(text);
  (void)IsElementId(text);
  return 0;
}
