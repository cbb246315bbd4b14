// Inline content of papers without holding it: what waits to be sent carries "Base64":
// "file:<name>", which no Base64 text can be, and gets the bytes of that paper when it is sent.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_CONTENT_BY_NAME_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_CONTENT_BY_NAME_H_

#include <cstdint>
#include <string>

#include "nlohmann/json.hpp"
#include "tests/rigs/papers/shelf.h"

namespace lienthong::rigs::portal {

inline constexpr int64_t kInlineBytesMax = 4 << 20;

// Turns every "Base64": {"file": name} below `json` into "file:<name>". Returns what is wrong (no
// such paper, too big), or "".
std::string NameContent(nlohmann::json& json, const papers::Shelf& shelf);
// Puts the content in their place.
void PutContent(nlohmann::json& json, const papers::Shelf& shelf);
// Takes every "Base64" out.
void DropContent(nlohmann::json& json);

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_CONTENT_BY_NAME_H_
