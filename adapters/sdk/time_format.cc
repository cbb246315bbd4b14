#include "adapters/sdk/time_format.h"

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

constexpr std::string_view kRfc3339 = "rfc3339";
constexpr size_t kRfc3339CharsMin = 20;  // 2026-03-02T08:15:00Z

struct Token {
  std::string_view letters;
  size_t part;  // in Parts
};
// Year, month, day, hour, minute, second.
using Parts = std::array<int64_t, 6>;
constexpr std::array<Token, 6> kTokens = {
    {{"yyyy", 0}, {"MM", 1}, {"dd", 2}, {"HH", 3}, {"mm", 4}, {"ss", 5}}};

// The token at the start of `pattern`, or null for a literal character.
const Token* TokenAt(std::string_view pattern) {
  for (const Token& token : kTokens) {
    if (pattern.substr(0, token.letters.size()) == token.letters) return &token;
  }
  return nullptr;
}

absl::Status CheckPattern(std::string_view pattern) {
  std::array<int, 6> seen = {};
  for (size_t at = 0; at < pattern.size();) {
    const Token* token = TokenAt(pattern.substr(at));
    if (token == nullptr && absl::ascii_isalnum(static_cast<unsigned char>(pattern[at])) &&
        pattern[at] != 'T') {
      return absl::InvalidArgumentError(
          StrCat("\"", pattern, "\" is no pattern of yyyy MM dd HH mm ss, nor rfc3339"));
    }
    if (token != nullptr) ++seen[token->part];
    at += token != nullptr ? token->letters.size() : 1;
  }
  for (const Token& token : kTokens) {
    if (seen[token.part] > 1 || (token.part < 3 && seen[token.part] == 0)) {
      return absl::InvalidArgumentError(
          StrCat("\"", pattern, "\" needs yyyy, MM and dd, and may have HH, mm and ss, each once"));
    }
  }
  return absl::OkStatus();
}

bool ReadDigits(std::string_view text, size_t at, size_t count, int64_t& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (char c : text.substr(at, count)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    value = value * 10 + (c - '0');
  }
  return true;
}

// Years 1 to 9999 in UTC: what the domain's instants hold.
std::optional<absl::Time> InRange(absl::Time time) {
  static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1), absl::UTCTimeZone());
  static const absl::Time kEnd = absl::FromCivil(absl::CivilSecond(10000), absl::UTCTimeZone());
  if (time < kFirst || time >= kEnd) return std::nullopt;
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

std::optional<absl::Time> ReadRfc3339(std::string_view text) {
  // absl takes spaces around and words like "infinite-future" as well.
  if (text.size() < kRfc3339CharsMin || !absl::ascii_isdigit(static_cast<unsigned char>(text[0])) ||
      absl::ascii_isspace(static_cast<unsigned char>(text.back()))) {
    return std::nullopt;
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, ToAbsl(text), &time, &error)) return std::nullopt;
  return InRange(time);
}

// RFC 3339 has no seconds in an offset, but local mean time before 1911 had.
std::string FormatRfc3339(absl::Time time, absl::TimeZone zone) {
  const int offset = zone.At(time).offset;
  const int whole_minutes = offset - ((offset % 60) + 60) % 60;
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%S%Ez", time, absl::FixedTimeZone(whole_minutes));
}

}  // namespace

absl::StatusOr<TimeFormat> TimeFormat::Parse(std::string_view pattern, std::string_view zone) {
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(std::string(zone), &loaded)) {
    return absl::InvalidArgumentError(
        StrCat("time zone \"", zone, "\" is not known here; expected e.g. Asia/Ho_Chi_Minh"));
  }
  const bool wall = pattern != kRfc3339;
  if (wall) {
    absl::Status status = CheckPattern(pattern);
    if (!status.ok()) return status;
  }
  return TimeFormat(std::string(pattern), loaded, wall);
}

std::string TimeFormat::Format(absl::Time time) const {
  return wall_ ? FormatWall(time) : FormatRfc3339(time, zone_);
}

std::optional<absl::Time> TimeFormat::Read(std::string_view text) const {
  return wall_ ? ReadWall(text) : ReadRfc3339(text);
}

std::string TimeFormat::FormatWall(absl::Time time) const {
  const absl::CivilSecond wall = absl::ToCivilSecond(time, zone_);
  const Parts parts = {wall.year(), wall.month(),  wall.day(),
                       wall.hour(), wall.minute(), wall.second()};
  std::string text;
  const std::string_view pattern = pattern_;
  for (size_t at = 0; at < pattern.size();) {
    const Token* token = TokenAt(pattern.substr(at));
    if (token == nullptr) {
      text += pattern[at++];
      continue;
    }
    const std::string digits = StrCat(parts[token->part]);
    const size_t width = token->letters.size();
    if (digits.size() < width) text.append(width - digits.size(), '0');
    text += digits;
    at += width;
  }
  return text;
}

std::optional<absl::Time> TimeFormat::ReadWall(std::string_view text) const {
  const std::string_view pattern = pattern_;
  if (text.size() != pattern.size()) return std::nullopt;
  Parts parts = {0, 1, 1, 0, 0, 0};
  for (size_t at = 0; at < pattern.size();) {
    const Token* token = TokenAt(pattern.substr(at));
    if (token == nullptr) {
      if (text[at] != pattern[at]) return std::nullopt;
      ++at;
      continue;
    }
    if (!ReadDigits(text, at, token->letters.size(), parts[token->part])) return std::nullopt;
    at += token->letters.size();
  }
  const absl::CivilSecond wall(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  // CivilSecond normalises 31 February to 3 March: such a date does not exist.
  if (wall.year() != parts[0] || wall.month() != parts[1] || wall.day() != parts[2] ||
      wall.hour() != parts[3] || wall.minute() != parts[4] || wall.second() != parts[5]) {
    return std::nullopt;
  }
  return InRange(absl::FromCivil(wall, zone_));
}

}  // namespace lienthong::sdk
