#include "tests/rigs/city/envelope.h"

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {
namespace {

std::string Quote(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

http::Reply Envelope(int status, std::string_view description, std::string_view exception,
                     std::string_view result) {
  http::Reply reply;
  reply.status = status;
  reply.body = "{\"StatusCode\":" + std::to_string(status) +
               ",\"Status\":" + (status == 200 ? "\"OK\"" : "\"Error\"") +
               ",\"Description\":" + Quote(description) +
               ",\"ThrowException\":" + Quote(exception) + ",\"ResultObject\":";
  reply.body += result;
  reply.body += "}";
  return reply;
}

}  // namespace

http::Reply Success(std::string_view result) { return Envelope(200, "", "", result); }

http::Reply Failure(int status, std::string_view description, std::string_view result) {
  return Envelope(status, description, status >= 500 ? "System.Exception" : "", result);
}

http::Reply InnerFailure(int status, std::string_view description) {
  http::Reply reply = Failure(status, description);
  reply.status = 200;
  return reply;
}

}  // namespace lienthong::rigs::city
