#include "adapters/sdk/portal/content_token.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::sdk::portal {
namespace {

constexpr std::string_view kPrefix = "lienthong-content:";

}  // namespace

std::string WriteContentToken(const ContentToken& token) {
  return StrCat(kPrefix, token.sha256, ":", token.size_bytes);
}

std::optional<ContentToken> ReadContentToken(std::string_view text) {
  if (!absl::StartsWith(ToAbsl(text), ToAbsl(kPrefix))) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const size_t colon = text.find(':');
  ContentToken token;
  token.sha256 = std::string(text.substr(0, colon));
  if (colon == std::string_view::npos || !domain::IsSha256(token.sha256) ||
      !absl::SimpleAtoi(ToAbsl(text.substr(colon + 1)), &token.size_bytes) ||
      token.size_bytes < 0) {
    return std::nullopt;
  }
  return token;
}

}  // namespace lienthong::sdk::portal
