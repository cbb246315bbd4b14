#include "gateway/domain/number_pattern.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::domain {
namespace {

constexpr int kVietNamSeconds = 7 * 60 * 60;
constexpr int kDigitsMin = 4;
constexpr int kDigitsMax = 7;
constexpr size_t kSerialDigitsMax = 12;
constexpr int kYearMin = 2000;
constexpr int kYearMax = 2099;
constexpr absl::CivilDay kAlways(1, 1, 1);
constexpr std::string_view kAgency = "{agency}-";
constexpr std::string_view kShortDay = "{yyMMdd}-";
constexpr std::string_view kLongDay = "{yyyyMMdd}-";
constexpr std::string_view kSerial = "{serial:";

bool Take(std::string_view part, std::string_view& rest) {
  if (!rest.starts_with(part)) return false;
  rest.remove_prefix(part.size());
  return true;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::optional<absl::CivilDay> MakeDay(std::string_view year, std::string_view month,
                                      std::string_view day, int century) {
  int64_t y = 0, m = 0, d = 0;
  if (!AllDigits(year) || !AllDigits(month) || !AllDigits(day)) return std::nullopt;
  if (!absl::SimpleAtoi(ToAbsl(year), &y) || !absl::SimpleAtoi(ToAbsl(month), &m) ||
      !absl::SimpleAtoi(ToAbsl(day), &d)) {
    return std::nullopt;
  }
  y += century;
  const absl::CivilDay civil(y, m, d);  // takes 31 February for 3 March
  if (civil.month() != m || civil.day() != d || y < kYearMin || y > kYearMax) return std::nullopt;
  return civil;
}

absl::Status Expected(std::string_view text) {
  return absl::InvalidArgumentError(StrCat(
      "expected {agency}-{yyMMdd}-{serial:4}, with {yyyyMMdd} for the day, digits before "
      "{serial:N} "
      "and N from 4 to 7 where that is wanted, found \"",
      text,
      "\": a number has to name its agency and its day, or those of two agencies or days would be "
      "alike"));
}

}  // namespace

absl::StatusOr<NumberPattern> NumberPattern::Parse(std::string_view text) {
  NumberPattern pattern;
  pattern.text_ = std::string(text);
  std::string_view rest = text;
  if (!Take(kAgency, rest)) return Expected(text);
  pattern.long_year_ = Take(kLongDay, rest);
  if (!pattern.long_year_ && !Take(kShortDay, rest)) return Expected(text);
  const size_t serial = rest.find(kSerial);
  if (serial == std::string_view::npos || !AllDigits(rest.substr(0, serial))) return Expected(text);
  pattern.leading_ = std::string(rest.substr(0, serial));
  rest.remove_prefix(serial + kSerial.size());
  if (rest.size() != 2 || !absl::ascii_isdigit(rest[0]) || rest[1] != '}') return Expected(text);
  pattern.digits_ = rest[0] - '0';
  if (pattern.digits_ < kDigitsMin ||
      static_cast<int>(pattern.leading_.size()) + pattern.digits_ > kDigitsMax) {
    return absl::InvalidArgumentError(
        StrCat("expected 4 to 7 digits behind the day, and 4 of them at least counted, found \"",
               text, "\""));
  }
  return pattern;
}

const NumberPattern& NumberPattern::Default() {
  static const NumberPattern pattern = *Parse("{agency}-{yyMMdd}-{serial:4}");
  return pattern;
}

std::string NumberPattern::Prefix(std::string_view agency, absl::CivilDay day) const {
  const std::string date = long_year_
                               ? absl::StrFormat("%04d%02d%02d", day.year(), day.month(), day.day())
                               : SeriesDay(day);
  return StrCat(agency, "-", date, "-", leading_);
}

std::string NumberPattern::Format(std::string_view agency, absl::CivilDay day,
                                  int64_t serial) const {
  return absl::StrFormat("%s%0*d", Prefix(agency, day), digits_, serial);
}

std::optional<int64_t> NumberPattern::SerialOf(std::string_view agency, absl::CivilDay day,
                                               std::string_view number) const {
  const std::string folded = FoldCode(number);
  const std::string prefix = FoldCode(Prefix(agency, day));
  if (!folded.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = std::string_view(folded).substr(prefix.size());
  int64_t serial = 0;
  if (digits.size() < static_cast<size_t>(digits_) || digits.size() > kSerialDigitsMax ||
      !AllDigits(digits) || !absl::SimpleAtoi(ToAbsl(digits), &serial)) {
    return std::nullopt;
  }
  const bool is_padded_too_far = digits.size() > static_cast<size_t>(digits_) && digits[0] == '0';
  if (serial == 0 || is_padded_too_far) return std::nullopt;
  return serial;
}

absl::Status NumberPatterns::Add(std::string_view agency, std::optional<absl::CivilDay> from,
                                 NumberPattern pattern) {
  const auto [there, is_new] =
      patterns_.emplace(std::pair(std::string(agency), from.value_or(kAlways)), std::move(pattern));
  if (is_new) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("expected one pattern of an agency from a day on, found a second one for ",
             agency.empty() ? "every agency" : agency,
             from.has_value() ? StrCat(" from ", ShowDay(*from)) : std::string(" from always")));
}

const NumberPattern* NumberPatterns::Find(std::string_view agency, absl::CivilDay day) const {
  auto after = patterns_.upper_bound({std::string(agency), day});
  if (after == patterns_.begin()) return nullptr;
  --after;
  return after->first.first == agency ? &after->second : nullptr;
}

const NumberPattern& NumberPatterns::For(std::string_view agency, absl::CivilDay day) const {
  const NumberPattern* own = Find(agency, day);
  if (own == nullptr) own = Find("", day);
  return own == nullptr ? NumberPattern::Default() : *own;
}

std::vector<const NumberPattern*> NumberPatterns::AllOf(std::string_view agency) const {
  std::vector<const NumberPattern*> all = {&NumberPattern::Default()};
  for (const auto& [key, pattern] : patterns_) {
    if (!key.first.empty() && key.first != agency) continue;
    const bool is_known = std::any_of(
        all.begin(), all.end(),
        [&text = pattern.text()](const NumberPattern* other) { return other->text() == text; });
    if (!is_known) all.push_back(&pattern);
  }
  return all;
}

absl::CivilDay CivilDayOf(absl::Time time) {
  return absl::ToCivilDay(time, absl::FixedTimeZone(kVietNamSeconds));
}

absl::Time BeginOf(absl::CivilDay day) {
  return absl::FromCivil(day, absl::FixedTimeZone(kVietNamSeconds));
}

std::string SeriesDay(absl::CivilDay day) {
  return absl::StrFormat("%02d%02d%02d", day.year() % 100, day.month(), day.day());
}

std::string ShowDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::optional<absl::CivilDay> ReadSeriesDay(std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  return MakeDay(text.substr(0, 2), text.substr(2, 2), text.substr(4), kYearMin);
}

std::optional<absl::CivilDay> ReadDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return MakeDay(text.substr(0, 4), text.substr(5, 2), text.substr(8), 0);
}

}  // namespace lienthong::domain
