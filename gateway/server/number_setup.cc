#include "gateway/server/number_setup.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/server/config_problems.h"

namespace lienthong {

absl::StatusOr<domain::NumberPatterns> ReadNumberPatterns(const ConfigFile& file) {
  ConfigProblems problems(file.path());
  domain::NumberPatterns patterns;
  for (int i = 0; i < file.config().number_patterns_size(); ++i) {
    const auto& entry = file.config().number_patterns(i);
    const std::string list = StrCat("number_patterns[", i, "]");
    const auto add = [&](std::string_view key, std::string_view problem) {
      problems.Add(file.Problem(StrCat(list, key), problem));
    };
    if (!entry.agency().empty() && !domain::IsAgencyCode(entry.agency())) {
      add(".agency",
          StrCat("expected an agency code like H29.X01, found \"", entry.agency(), "\""));
    }
    const std::optional<absl::CivilDay> from = domain::ReadDay(entry.from());
    if (!entry.from().empty() && !from.has_value()) {
      add(".from", StrCat("expected a day like 2026-01-01, found \"", entry.from(), "\""));
      continue;
    }
    absl::StatusOr<domain::NumberPattern> pattern = domain::NumberPattern::Parse(entry.pattern());
    if (!pattern.ok()) {
      add(".pattern", ToStd(pattern.status().message()));
      continue;
    }
    const absl::Status added = patterns.Add(entry.agency(), from, *std::move(pattern));
    if (!added.ok()) add("", ToStd(added.message()));
  }
  if (!problems.empty()) return problems.ToStatus();
  return patterns;
}

core::NumberingRules MakeNumberingRules(domain::NumberPatterns patterns,
                                        const core::Catalogue& catalogue) {
  core::NumberingRules rules{.patterns = std::move(patterns)};
  // What cannot be read of the catalogue stops no intake; the index keeps numbers apart all the
  // same.
  rules.may_issue = [&catalogue](std::string_view agency, absl::CivilDay day) {
    const auto now = catalogue.Now();
    if (!now.ok()) return true;
    // Whatever day a caller names: one that has ended by our own clock issues nothing any more.
    return (*now)->MayIssue(agency, absl::FormatCivilTime(day)) &&
           (*now)->MayIssue(agency, catalogue.Today());
  };
  rules.other_codes = [&catalogue](std::string_view agency) {
    std::vector<std::string> codes;
    const auto now = catalogue.Now();
    if (!now.ok()) return codes;
    const auto found = (*now)->FindAgency(agency, /*day=*/"");
    if (!found.ok()) return codes;
    codes.push_back((*found)->code());
    for (const auto& other : (*found)->other_codes()) codes.push_back(other.code());
    return codes;
  };
  return rules;
}

}  // namespace lienthong
