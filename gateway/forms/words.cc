#include "gateway/forms/words.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gateway/base/text.h"
#include "gateway/domain/wall_time.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::forms {
namespace {

constexpr int kPlainWordsMin = 2;  // of a reason
constexpr std::array<std::string_view, 9> kProgramsWords = {
    "err", "error", "exception", "http", "https", "null", "timeout", "stacktrace", "undefined"};

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string DayInWords(absl::Time time) {
  const absl::CivilDay day = domain::WallDay(time);
  return absl::StrFormat("ngày %02d tháng %02d năm %d", day.day(), day.month(), day.year());
}

bool HasLetter(std::string_view word) {
  return std::ranges::any_of(word, [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

bool HasDigitOrMark(std::string_view word) {
  return std::ranges::any_of(word, [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_' || c == '#';
  });
}

}  // namespace

std::string Date(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  const absl::CivilDay day = domain::WallDay(TimeOf(time));
  return absl::StrFormat("%02d/%02d/%d", day.day(), day.month(), day.year());
}

std::string Moment(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  const absl::Time at = TimeOf(time);
  const int64_t minutes = absl::ToInt64Minutes(at - domain::AtWall(domain::WallDay(at), 0));
  return absl::StrFormat("%02d giờ %02d phút, %s", minutes / 60, minutes % 60, DayInWords(at));
}

std::string LetterDate(const google::protobuf::Timestamp& time) {
  std::string text = DayInWords(TimeOf(time));
  text.front() = 'N';
  return text;
}

std::string Amount(int64_t vnd) {
  const std::string digits = StrCat(vnd < 0 ? -vnd : vnd);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += '.';
    grouped += digits[i];
  }
  return StrCat(vnd < 0 ? "-" : "", grouped, " đồng");
}

std::string Vietnamese(const google::protobuf::EnumValueDescriptor* value) {
  if (value == nullptr || value->number() == 0) return "";
  return value->options().GetExtension(options::v1::value).vi();
}

std::string Shortened(std::string_view text, size_t chars_max) {
  size_t chars = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (++chars > chars_max) return StrCat(text.substr(0, i), "…");
  }
  return std::string(text);
}

// page.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

bool SaysNothing(std::string_view text) { return absl::StripAsciiWhitespace(ToAbsl(text)).empty(); }

bool IsTechnicalCode(std::string_view text) {
  int plain = 0;
  for (const absl::string_view word :
       absl::StrSplit(ToAbsl(text), absl::ByAnyChar(" \t\r\n.,;:()[]'\"/"), absl::SkipEmpty())) {
    const std::string folded = absl::AsciiStrToLower(word);
    if (std::ranges::find(kProgramsWords, folded) != kProgramsWords.end()) return true;
    if (folded.ends_with("exception") || folded.ends_with("error")) return true;
    if (HasLetter(ToStd(word)) && !HasDigitOrMark(ToStd(word))) ++plain;
  }
  return plain < kPlainWordsMin;
}

}  // namespace lienthong::forms
