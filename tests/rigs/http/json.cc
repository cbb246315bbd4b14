#include "tests/rigs/http/json.h"

#include <utility>

namespace lienthong::rigs::http {
namespace {

using Json = nlohmann::json;

constexpr int64_t kPageItemsMax = 10'000;

}  // namespace

Reply JsonTextReply(std::string json, int status) {
  Reply reply;
  reply.status = status;
  reply.body = std::move(json);
  return reply;
}

Reply JsonReply(const Json& body, int status) {
  return JsonTextReply(body.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

Reply JsonError(int status, const std::string& text) {
  return JsonReply(Json{{"error", text}}, status);
}

std::optional<PageAsked> ReadPage(const std::string& query) {
  PageAsked page;
  const auto parameters = ParseQuery(query);
  if (!parameters) return std::nullopt;
  for (const auto& [name, value] : *parameters) {
    const auto number = ParseNumber(value);
    if (!number) return std::nullopt;
    if (name == "after") {
      page.after = *number;
    } else if (name == "limit" && *number >= 1 && *number <= kPageItemsMax) {
      page.limit = static_cast<size_t>(*number);
    } else {
      return std::nullopt;
    }
  }
  return page;
}

Reply BadPage() { return JsonError(400, "after: a number; limit: 1 to 10000"); }

}  // namespace lienthong::rigs::http
