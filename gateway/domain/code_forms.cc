#include "gateway/domain/code_forms.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::domain {
namespace {

using Groups = std::vector<std::string>;

constexpr size_t kOldGroups = 4;        // V1V2V3.Z1Z2.Y1Y2.MX1X2
constexpr size_t kOldLowestDigits = 3;  // of V1V2V3; the others have two

// G05, H29: a ministry or a province.
bool IsTopLevel(std::string_view group) {
  return group.size() == 3 && (group[0] == 'G' || group[0] == 'H') &&
         absl::ascii_isdigit(group[1]) && absl::ascii_isdigit(group[2]);
}

bool IsZero(std::string_view group) {
  return group.find_first_not_of('0') == std::string_view::npos;
}

void AddNew(std::string form, std::vector<std::string>& forms) {
  if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

// From the lowest level up, with a zero group for each level that is not used.
std::string Padded(const Groups& groups) {
  Groups old(groups.rbegin(), groups.rend());
  while (old.size() < kOldGroups) old.insert(old.begin(), "00");
  if (IsZero(old[0])) old[0] = std::string(kOldLowestDigits, '0');
  return absl::StrJoin(old, ".");
}

}  // namespace

std::string TodaysAgencyCode(std::string_view code) {
  const std::string folded = FoldCode(code);
  Groups groups = absl::StrSplit(folded, '.');
  if (IsTopLevel(groups.front()) || !IsTopLevel(groups.back())) return folded;
  groups.erase(std::remove_if(groups.begin(), groups.end() - 1, IsZero), groups.end() - 1);
  std::reverse(groups.begin(), groups.end());
  return absl::StrJoin(groups, ".");
}

std::vector<std::string> AgencyCodeForms(std::string_view code) {
  std::vector<std::string> forms = {FoldCode(code)};
  const std::string today = TodaysAgencyCode(code);
  AddNew(today, forms);
  Groups groups = absl::StrSplit(today, '.');
  if (!IsTopLevel(groups.front())) return forms;
  if (groups.size() <= kOldGroups) AddNew(Padded(groups), forms);
  std::reverse(groups.begin(), groups.end());
  AddNew(absl::StrJoin(groups, "."), forms);
  return forms;
}

std::vector<std::string> DossierCodeForms(std::string_view code) {
  std::vector<std::string> forms = {FoldCode(code)};
  const absl::StatusOr<DossierCode> parsed = DossierCode::Parse(code);
  if (!parsed.ok()) return forms;
  for (const std::string& agency : AgencyCodeForms(parsed->agency)) {
    AddNew(StrCat(agency, "-", parsed->day, "-", parsed->serial), forms);
  }
  return forms;
}

}  // namespace lienthong::domain
