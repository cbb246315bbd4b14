#include "gateway/catalogue/agency_code.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::catalogue {
namespace {

// Digits of the levels below the first: Y1Y2, Z1Z2, V1V2V3.
constexpr size_t kLevelDigits[] = {2, 2, 3};

bool IsNumber(std::string_view group) {
  return !group.empty() && std::ranges::all_of(group, absl::ascii_isdigit);
}

bool IsTop(std::string_view group) {
  return group.size() == 3 && absl::ascii_isupper(group[0]) && IsNumber(group.substr(1));
}

bool IsZero(std::string_view group) {
  return std::ranges::all_of(group, [](char c) { return c == '0'; });
}

}  // namespace

std::string FoldAgencyCode(std::string_view code) {
  std::string folded = domain::FoldCode(code);
  std::vector<std::string> groups = absl::StrSplit(folded, '.');
  if (groups.size() < 2 || !IsTop(groups.back()) ||
      !std::all_of(groups.begin(), groups.end() - 1, IsNumber)) {
    return folded;
  }
  std::ranges::reverse(groups);
  while (groups.size() > 1 && IsZero(groups.back())) groups.pop_back();
  return absl::StrJoin(groups, ".");
}

std::string QcvnCode(std::string_view code) {
  std::vector<std::string> groups = absl::StrSplit(FoldAgencyCode(code), '.');
  if (!IsTop(groups[0]) || groups.size() > 1 + std::size(kLevelDigits)) return "";
  for (size_t level = 0; level < std::size(kLevelDigits); ++level) {
    if (level + 1 == groups.size()) groups.emplace_back(kLevelDigits[level], '0');
    const std::string& group = groups[level + 1];
    if (!IsNumber(group) || group.size() != kLevelDigits[level]) return "";
  }
  std::ranges::reverse(groups);
  return absl::StrJoin(groups, ".");
}

}  // namespace lienthong::catalogue
