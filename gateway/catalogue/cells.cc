#include "gateway/catalogue/cells.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"
#include "gateway/domain/time_limit.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::catalogue {
namespace {

using catalogue::v1::TimeLimit;

constexpr Word kConfidences[] = {{"low", catalogue::v1::CONFIDENCE_LOW},
                                 {"medium", catalogue::v1::CONFIDENCE_MEDIUM},
                                 {"high", catalogue::v1::CONFIDENCE_HIGH}};
constexpr Word kYesNo[] = {{"yes", 1}, {"no", 0}};

// `8` or `8:30` before a unit.
bool ReadAmount(std::string_view text, TimeLimit& limit) {
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(text), ':');
  int amount = 0;
  int minutes = 0;
  if (parts.size() > 2 || !absl::SimpleAtoi(parts[0], &amount)) return false;
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &minutes)) return false;
  limit.set_amount(amount);
  limit.set_minutes(minutes);
  return true;
}

bool ReadLimit(std::string_view text, TimeLimit& limit) {
  const std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToLower(ToAbsl(text)), ' ', absl::SkipEmpty());
  if (words.size() >= 2 && words[0] == "same" && words[1] == "day" && words.size() <= 3) {
    limit.set_unit(TimeLimit::UNIT_SAME_DAY);
    if (words.size() == 3) limit.set_cut_off(words[2]);
    return true;
  }
  if (words.size() < 2 || !ReadAmount(words[0], limit)) return false;
  const std::string unit = absl::StrJoin(words.begin() + 1, words.end(), " ");
  if (unit == "working days" || unit == "working day") {
    limit.set_unit(TimeLimit::UNIT_WORKING_DAYS);
  } else if (unit == "days" || unit == "day") {
    limit.set_unit(TimeLimit::UNIT_DAYS);
  } else if (unit == "working hours" || unit == "working hour") {
    limit.set_unit(TimeLimit::UNIT_WORKING_HOURS);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::string Cells::Text(std::string_view column) const {
  const auto found = columns_.find(std::string(column));
  if (found == columns_.end()) return "";
  return std::string(absl::StripAsciiWhitespace(row_.cells[found->second]));
}

void Cells::Problem(std::string_view column, std::string_view value, std::string_view what) {
  problems_.push_back(
      {StrCat("line ", row_.line, ", column ", column), StrCat("'", value, "' ", what)});
}

std::string Cells::Required(std::string_view column) {
  std::string text = Text(column);
  if (text.empty()) Problem(column, text, "is empty; it is required");
  return text;
}

std::string Cells::Day(std::string_view column) {
  std::string text = Text(column);
  if (!text.empty() && !domain::ParseDay(text).has_value()) {
    Problem(column, text, "is no day; write it as 2025-07-01");
  }
  return text;
}

std::vector<std::string> Cells::List(std::string_view column) const {
  std::vector<std::string> items;
  const std::string text = Text(column);
  for (absl::string_view part : absl::StrSplit(text, '|', absl::SkipWhitespace())) {
    items.emplace_back(absl::StripAsciiWhitespace(part));
  }
  return items;
}

int Cells::ValueOf(std::string_view column, const std::string& text, std::span<const Word> words) {
  std::vector<std::string> known;
  for (const Word& word : words) {
    if (word.word == absl::AsciiStrToLower(text)) return word.value;
    known.emplace_back(word.word);
  }
  Problem(column, text, StrCat("is none of ", absl::StrJoin(known, ", "), "; write one of them"));
  return 0;
}

int Cells::OneOf(std::string_view column, std::span<const Word> words) {
  const std::string text = Text(column);
  return text.empty() ? 0 : ValueOf(column, text, words);
}

bool Cells::Limit(std::string_view column, TimeLimit& limit) {
  const std::string text = Text(column);
  return !text.empty() && LimitOf(column, text, limit);
}

bool Cells::LimitOf(std::string_view column, std::string_view text, TimeLimit& limit) {
  if (!ReadLimit(text, limit)) {
    Problem(column, text,
            "is no time limit; write it as `3 working days`, `5 days`, `8 working hours` or "
            "`same day 15:00`");
    return false;
  }
  for (const FieldViolation& problem : domain::TimeLimitProblems(limit)) {
    Problem(column, text, StrCat("has a ", problem.field, " that ", problem.description));
  }
  return true;
}

void Cells::ReadSource(catalogue::v1::Source& source) {
  source.set_text(Required("source"));
  source.set_confidence(static_cast<catalogue::v1::Confidence>(OneOf("confidence", kConfidences)));
  source.set_sample(OneOf("sample", kYesNo) == 1);
}

}  // namespace lienthong::catalogue
