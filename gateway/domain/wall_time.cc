#include "gateway/domain/wall_time.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace lienthong::domain {
namespace {

constexpr int kMinutesPerDay = 24 * 60;

absl::TimeZone VietNam() {
  static const absl::TimeZone zone = absl::FixedTimeZone(7 * 60 * 60);
  return zone;
}

// Exactly the digits and marks of `shape`, where 0 stands for a digit.
bool HasShape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = shape[i] == '0' ? absl::ascii_isdigit(static_cast<unsigned char>(text[i]))
                                      : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

int NumberAt(std::string_view text, size_t at, size_t digits) {
  int number = 0;
  for (const char digit : text.substr(at, digits)) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

absl::CivilDay WallDay(absl::Time time) { return absl::ToCivilDay(time, VietNam()); }

absl::Time AtWall(absl::CivilDay day, int minute) {
  return absl::FromCivil(day, VietNam()) + absl::Minutes(minute);
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (!HasShape(text, "0000-00-00")) return std::nullopt;
  const int year = NumberAt(text, 0, 4);
  const int month = NumberAt(text, 5, 2);
  const int number = NumberAt(text, 8, 2);
  const absl::CivilDay day(year, month, number);  // 31 February becomes 3 March
  const bool exists = day.month() == month && day.day() == number;
  if (!exists || year < kCalendarYearMin || year > kCalendarYearMax) return std::nullopt;
  return day;
}

std::string FormatDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::optional<int> ParseMinute(std::string_view text) {
  if (!HasShape(text, "00:00")) return std::nullopt;
  const int past_hour = NumberAt(text, 3, 2);
  const int minute = NumberAt(text, 0, 2) * 60 + past_hour;
  if (past_hour > 59 || minute > kMinutesPerDay) return std::nullopt;
  return minute;
}

std::string FormatMinute(int minute) {
  return absl::StrFormat("%02d:%02d", minute / 60, minute % 60);
}

}  // namespace lienthong::domain
