#include "tests/rigs/shape/text.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace lienthong::rigs {
namespace {

constexpr int64_t kLocalOffset_s = 7 * 3600;  // Asia/Ho_Chi_Minh

int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

int DaysOfMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Whether `text` is `pattern` with a digit for each '#', and its first 14 digits are a moment.
bool IsTimeLike(std::string_view pattern, std::string_view text) {
  if (text.size() != pattern.size()) return false;
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (pattern[i] != '#' && pattern[i] != text[i]) return false;
    if (pattern[i] == '#') digits.push_back(text[i]);
  }
  return IsAllDigits(digits) && IsDate(std::string_view(digits).substr(0, 14));
}

}  // namespace

bool IsAllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsDate(std::string_view text) {
  if (text.size() != 14 || !IsAllDigits(text)) return false;
  const int year = Number(text.substr(0, 4));
  const int month = Number(text.substr(4, 2));
  const int day = Number(text.substr(6, 2));
  if (year < 1900 || month < 1 || month > 12) return false;
  if (day < 1 || day > DaysOfMonth(year, month)) return false;
  return Number(text.substr(8, 2)) < 24 && Number(text.substr(10, 2)) < 60 &&
         Number(text.substr(12, 2)) < 60;
}

bool IsSpacedTime(std::string_view text) { return IsTimeLike("####-##-## ##:##:##", text); }

bool IsIsoTime(std::string_view text) { return IsTimeLike("####-##-##T##:##:##.###+07:00", text); }

size_t CountChars(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsListed(std::string_view codes, std::string_view code) {
  while (!codes.empty()) {
    const size_t bar = codes.find('|');
    if (codes.substr(0, bar) == code) return true;
    codes = bar == std::string_view::npos ? std::string_view() : codes.substr(bar + 1);
  }
  return false;
}

std::string LocalTime(int64_t time_ms, const char* format) {
  const std::time_t local = static_cast<std::time_t>(time_ms / 1000 + kLocalOffset_s);
  std::tm parts{};
  gmtime_r(&local, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

}  // namespace lienthong::rigs
