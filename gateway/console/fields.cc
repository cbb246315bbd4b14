#include "gateway/console/fields.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"

namespace lienthong::console {
namespace {

constexpr size_t kFieldsMax = 2000;

std::string Decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() &&
                       absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                       absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (coded) {
      out += absl::HexStringToBytes(ToAbsl(text.substr(i + 1, 2)));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

Fields Fields::Parse(std::string_view text) {
  Fields fields;
  for (const auto part : absl::StrSplit(ToAbsl(text), '&', absl::SkipEmpty())) {
    if (fields.fields_.size() == kFieldsMax) break;
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    fields.fields_.emplace(Decoded(pair.first), Decoded(pair.second));
  }
  return fields;
}

std::string Fields::Get(std::string_view name) const {
  const auto found = fields_.find(name);
  if (found == fields_.end()) return "";
  return std::string(absl::StripAsciiWhitespace(found->second));
}

std::vector<std::string> Fields::All(std::string_view name) const {
  std::vector<std::string> values;
  const auto [begin, end] = fields_.equal_range(name);
  for (auto at = begin; at != end; ++at) values.push_back(at->second);
  return values;
}

}  // namespace lienthong::console
