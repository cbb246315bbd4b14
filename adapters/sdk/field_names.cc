#include "adapters/sdk/field_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

constexpr size_t kFieldCharsMax = 120;
constexpr size_t kNamesMax = 10;

bool IsWordChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;  // the latter: part of a letter
}

// Those of `names` that stand in the text as words, each once.
std::vector<std::string> NamesIn(std::string_view text, const FieldNames& names) {
  std::vector<std::string> found;
  for (size_t begin = 0; begin < text.size() && found.size() < kNamesMax;) {
    size_t end = begin;
    while (end < text.size() && IsWordChar(text[end])) ++end;
    std::string word(text.substr(begin, end - begin));
    const bool is_new = std::find(found.begin(), found.end(), word) == found.end();
    if (is_new && names.contains(word)) found.push_back(std::move(word));
    begin = end + 1;
  }
  return found;
}

// `TrangThai` or `QuaTrinhXuLy[tp-1]`: a name, and perhaps the id of an element.
bool IsFieldStep(std::string_view step, const FieldNames& names) {
  const size_t open = step.find('[');
  if (!names.contains(step.substr(0, open))) return false;
  if (open == std::string_view::npos) return true;
  const std::string_view id = step.substr(open + 1);
  return id.ends_with(']') && std::all_of(id.begin(), id.end() - 1, [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  std::string_view("_:-").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::string FieldIn(std::string_view message, const FieldNames& names) {
  const size_t colon = message.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > kFieldCharsMax) return "";
  const std::string_view path = message.substr(0, colon);
  for (const absl::string_view step : absl::StrSplit(ToAbsl(path), '.')) {
    if (!IsFieldStep(ToStd(step), names)) return "";
  }
  return std::string(path);
}

std::string NamedIn(std::string_view message, const FieldNames& names) {
  const std::vector<std::string> named = NamesIn(message, names);
  return named.empty() ? "" : StrCat("; it names ", absl::StrJoin(named, ", "));
}

}  // namespace lienthong::sdk
