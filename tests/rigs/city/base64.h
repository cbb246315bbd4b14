// Base64 with its padding, as RFC 4648 has it.
#ifndef LIENTHONG_TESTS_RIGS_CITY_BASE64_H_
#define LIENTHONG_TESTS_RIGS_CITY_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace lienthong::rigs::city {

// Nothing for a text that is none, the empty one too.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_BASE64_H_
