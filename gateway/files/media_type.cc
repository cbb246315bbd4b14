#include "gateway/files/media_type.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"

#include "gateway/base/text.h"

namespace lienthong::files {
namespace {

constexpr std::string_view kUnknown = "application/octet-stream";
constexpr size_t kCharsMax = 100;

struct Kind {
  std::string_view media_type;
  std::string_view beginning;
};
// Neither text nor SVG nor HTML: those could carry a script.
constexpr std::array kServed = {
    Kind{"application/pdf", "%PDF-"},
    Kind{"image/png", "\x89PNG\r\n\x1a\n"},
    Kind{"image/jpeg", "\xff\xd8\xff"},
    Kind{"image/tiff", std::string_view("II*\0", 4)},
};

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  });
}

// Without parameters, in lower case; empty when it is none.
std::string Normalised(std::string_view declared) {
  const std::string text = absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(ToAbsl(declared.substr(0, declared.find(';')))));
  const size_t slash = text.find('/');
  if (text.size() > kCharsMax || slash == std::string::npos) return "";
  const std::string_view type = text;
  return IsToken(type.substr(0, slash)) && IsToken(type.substr(slash + 1)) ? text : "";
}

}  // namespace

std::string MediaTypeOf(std::string_view declared, std::string_view beginning) {
  std::string said = Normalised(declared);
  if (!said.empty() && said != kUnknown) return said;
  for (const Kind& kind : kServed) {
    if (beginning.starts_with(kind.beginning)) return std::string(kind.media_type);
  }
  return std::string(kUnknown);
}

std::string_view ServedType(std::string_view media_type) {
  for (const Kind& kind : kServed) {
    if (kind.media_type == media_type) return kind.media_type;
  }
  return kUnknown;
}

}  // namespace lienthong::files
