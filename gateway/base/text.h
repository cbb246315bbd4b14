#ifndef LIENTHONG_GATEWAY_BASE_TEXT_H_
#define LIENTHONG_GATEWAY_BASE_TEXT_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lienthong {

// Debian's Abseil is built with a string_view of its own, which does not mix with the standard one:
// texts pass this border by name.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

namespace text_internal {

template <typename T>
decltype(auto) Adapt(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return ToAbsl(value);
  } else {
    return (value);
  }
}

}  // namespace text_internal

// absl::StrCat and absl::StrAppend that also take std::string_view.
template <typename... Args>
std::string StrCat(const Args&... args) {
  return absl::StrCat(text_internal::Adapt(args)...);
}
template <typename... Args>
void StrAppend(std::string& out, const Args&... args) {
  absl::StrAppend(&out, text_internal::Adapt(args)...);
}

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_TEXT_H_
