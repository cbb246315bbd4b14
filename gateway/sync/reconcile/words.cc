#include "gateway/sync/reconcile/words.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"

namespace lienthong::sync {
namespace {

constexpr size_t kWordsBytesMax = 200;
constexpr size_t kDigitsMax = 5;  // a longer number may be a person's
constexpr std::string_view kLeftOut = "...";

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Where what a mark opens is over; a mark that nothing closes hides all the rest.
size_t EndOfQuote(std::string_view said, size_t open) {
  const char close = said[open] == '(' ? ')' : said[open];
  const size_t end = said.find(close, open + 1);
  return end == std::string_view::npos ? said.size() : end + 1;
}

size_t EndOfNumber(std::string_view said, size_t begin) {
  size_t end = begin;
  while (end < said.size() && IsDigit(said[end])) ++end;
  return end;
}

// Not within a character of several bytes.
std::string CutTo(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string WordsOf(std::string_view said) {
  std::string words;
  for (size_t i = 0; i < said.size() && words.size() <= kWordsBytesMax;) {
    size_t end = i + 1;
    bool is_left_out = false;
    if (said[i] == '"' || said[i] == '\'' || said[i] == '`' || said[i] == '(') {
      end = EndOfQuote(said, i);
      is_left_out = true;
    } else if (IsDigit(said[i])) {
      end = EndOfNumber(said, i);
      is_left_out = end - i > kDigitsMax;
    }
    words += is_left_out ? kLeftOut : said.substr(i, end - i);
    i = end;
  }
  return CutTo(std::move(words), kWordsBytesMax);
}

}  // namespace lienthong::sync
