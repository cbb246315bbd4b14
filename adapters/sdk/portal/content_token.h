#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_CONTENT_TOKEN_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_CONTENT_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lienthong::sdk::portal {

// What the listener puts in the place of a paper that came inline as Base64, once its bytes are
// stored: `lienthong-content:<sha256>:<size>`.
struct ContentToken {
  std::string sha256;  // 64 lower-case hexadecimal digits
  int64_t size_bytes = 0;
};
std::string WriteContentToken(const ContentToken& token);
std::optional<ContentToken> ReadContentToken(std::string_view text);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_CONTENT_TOKEN_H_
