// Replies of the rigs' control ports, which all speak JSON: an object, or {"error": text}.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_JSON_H_
#define LIENTHONG_TESTS_RIGS_HTTP_JSON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/message.h"

namespace lienthong::rigs::http {

Reply JsonReply(const nlohmann::json& body, int status = 200);
Reply JsonTextReply(std::string json, int status = 200);
Reply JsonError(int status, const std::string& text);

// ?after=&limit= of a paged call.
struct PageAsked {
  int64_t after = 0;
  size_t limit = 200;
};

// Nothing when a parameter is unknown, no number, or the limit is not 1 to 10,000.
std::optional<PageAsked> ReadPage(const std::string& query);
Reply BadPage();

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_JSON_H_
