#include "gateway/server/config_problems.h"

#include <algorithm>
#include <climits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"

namespace lienthong {

void ConfigProblems::Add(const absl::Status& status) {
  if (status.ok()) return;
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n', absl::SkipEmpty())) {
    Problem problem = Read(ToStd(line));
    if (!Follows(problem)) problems_.push_back(std::move(problem));
  }
}

ConfigProblems::Problem ConfigProblems::Read(std::string_view text) const {
  Problem problem;
  problem.text = std::string(text);
  const std::string begin = StrCat(path_, ":");
  if (!text.starts_with(begin)) return problem;
  text.remove_prefix(begin.size());
  const size_t colon = text.find(": ");
  if (colon == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(text.substr(0, colon)), &problem.line)) {
    return problem;
  }
  text.remove_prefix(colon + 2);
  problem.key = std::string(text.substr(0, text.find(": ")));
  return problem;
}

bool ConfigProblems::Follows(const Problem& problem) const {
  return std::any_of(problems_.begin(), problems_.end(), [&problem](const Problem& known) {
    if (known.line == 0 || known.line != problem.line) return known.text == problem.text;
    const std::string_view key = problem.key;
    return key == known.key || key.starts_with(known.key + ".") || key.starts_with(known.key + "[");
  });
}

absl::Status ConfigProblems::ToStatus() const {
  if (problems_.empty()) return absl::OkStatus();
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& one, const Problem& other) {
    return (one.line == 0 ? INT_MAX : one.line) < (other.line == 0 ? INT_MAX : other.line);
  });
  return absl::InvalidArgumentError(absl::StrJoin(
      sorted, "\n", [](std::string* out, const Problem& problem) { *out += problem.text; }));
}

}  // namespace lienthong
