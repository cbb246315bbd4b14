#include "gateway/domain/codes.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

#include "gateway/base/text.h"

namespace lienthong::domain {
namespace {

constexpr int kAgencyCharactersMax = 35;
constexpr int kElementIdCharactersMax = 80;

bool IsUpperOrDigit(char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Groups of `is_member` separated by single dots.
template <typename IsMember>
bool IsDotted(std::string_view text, IsMember is_member) {
  bool in_group = false;
  for (const char c : text) {
    if (c == '.' && !in_group) return false;
    if (c != '.' && !is_member(c)) return false;
    in_group = c != '.';
  }
  return in_group;
}

// Keeps out what is written longer than needed, halves of UTF-16 pairs, and what lies above
// U+10FFFF.
bool IsSecondByte(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

// The character that begins at `at`, of a text that is valid UTF-8; `at` goes behind it.
char32_t NextCharacter(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  char32_t character = lead & (lead >= 0xF0 ? 0x07 : lead >= 0xE0 ? 0x0F : 0x1F);
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
    character = (character << 6) | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return character;
}

struct CharacterRange {
  char32_t first, last;
};

// Of Unicode: controls, blanks other than the space, marks of direction, and what has no width.
constexpr CharacterRange kUnseen[] = {
    {0x0000, 0x001F}, {0x007F, 0x00A0}, {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x1680, 0x1680}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0x3164, 0x3164},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF},
};

bool IsUnseen(char32_t character) {
  return std::any_of(std::begin(kUnseen), std::end(kUnseen), [character](CharacterRange range) {
    return character >= range.first && character <= range.last;
  });
}

bool IsDay(std::string_view year, std::string_view month, std::string_view day) {
  int64_t y = 0, m = 0, d = 0;
  if (!absl::SimpleAtoi(ToAbsl(year), &y) || !absl::SimpleAtoi(ToAbsl(month), &m) ||
      !absl::SimpleAtoi(ToAbsl(day), &d)) {
    return false;
  }
  if (year.size() == 2) y += 2000;
  const absl::CivilDay civil(y, m, d);  // takes 31 February for 3 March
  return civil.month() == m && civil.day() == d;
}

}  // namespace

bool DossierCode::NamesADay() const {
  const std::string_view text = day;
  const size_t year = text.size() - 4;
  return IsDay(text.substr(0, year), text.substr(year, 2), text.substr(year + 2)) ||
         IsDay(text.substr(4), text.substr(2, 2), text.substr(0, 2));
}

absl::StatusOr<DossierCode> DossierCode::Parse(std::string_view text) {
  const std::string folded = FoldCode(text);
  const std::string_view all = folded;
  const size_t last = all.rfind('-');
  const size_t first = last == std::string_view::npos ? last : all.rfind('-', last - 1);
  if (first == std::string_view::npos || first == 0) {
    return absl::InvalidArgumentError("expected AGENCY-yyMMdd-SERIAL, e.g. H29.X01-260302-0007");
  }
  const std::string_view agency = all.substr(0, first);
  const std::string_view day = all.substr(first + 1, last - first - 1);
  const std::string_view serial = all.substr(last + 1);
  if (!IsAgencyCode(agency))
    return absl::InvalidArgumentError("the agency part is not an agency code");
  if (!AllDigits(day) || (day.size() != 6 && day.size() != 8)) {
    return absl::InvalidArgumentError("the date part is not yyMMdd or yyyyMMdd");
  }
  if (!AllDigits(serial) || serial.size() < 4 || serial.size() > 7) {
    return absl::InvalidArgumentError("the serial is not 4 to 7 digits");
  }
  return DossierCode{std::string(agency), std::string(day), std::string(serial)};
}

std::string FoldCode(std::string_view code) {
  return absl::AsciiStrToUpper(absl::StripAsciiWhitespace(ToAbsl(code)));
}

std::string CodeProblem(std::string_view code) {
  if (CountCharacters(code) < 0) return "is not valid UTF-8";
  const std::string_view text = ToStd(absl::StripAsciiWhitespace(ToAbsl(code)));
  int place = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t character = NextCharacter(text, at);
    ++place;
    if (!IsUnseen(character)) continue;
    return absl::StrFormat("has U+%04X as its character %d, which no code has; write it without",
                           static_cast<uint32_t>(character), place);
  }
  return "";
}

bool IsAgencyCode(std::string_view text) {
  return text.size() <= kAgencyCharactersMax && IsDotted(text, IsUpperOrDigit);
}

bool IsProcedureCode(std::string_view text) {
  const size_t dot = text.find('.');
  return dot == 1 && absl::ascii_isdigit(text[0]) && text.size() >= 8 &&
         AllDigits(text.substr(2, 6)) && IsDotted(text, IsUpperOrDigit);
}

bool IsElementId(std::string_view text) {
  return !text.empty() && text.size() <= kElementIdCharactersMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == ':' || c == '-';
         });
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xC2 && lead < 0xE0 ? 2
                          : lead >= 0xE0 && lead < 0xF0 ? 3
                          : lead >= 0xF0 && lead < 0xF5 ? 4
                                                        : 0;
    if (length == 0 || i + length > text.size()) return -1;
    if (length > 1 && !IsSecondByte(lead, static_cast<unsigned char>(text[i + 1]))) return -1;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return -1;
    }
    i += length;
  }
  return count;
}

bool IsBlank(std::string_view text) {
  if (CountCharacters(text) < 0) return false;
  for (size_t at = 0; at < text.size();) {
    const char32_t character = NextCharacter(text, at);
    if (character != ' ' && !IsUnseen(character)) return false;
  }
  return true;
}

}  // namespace lienthong::domain
