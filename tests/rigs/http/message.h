// One HTTP request and its answer, as the rigs see them, and the few things that every rig does
// with a request's target. A reply also says how it is delivered, because a rig must be able to
// misbehave on the wire.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_
#define LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lienthong::rigs::http {

struct Request {
  std::string method;
  std::string path;   // without the query
  std::string query;  // as sent, still percent-encoded
  std::string authorization;
  std::string content_type;
  std::string body;
};

enum class Delivery {
  kSend,
  kReset,  // the connection ends with a TCP reset, nothing is sent
  kClose,  // the connection is closed, nothing is sent
  kHang,   // nothing is sent until `wait` has passed or the caller leaves, then it is closed
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  Delivery delivery = Delivery::kSend;
  std::chrono::milliseconds wait{0};  // before it is delivered
};

// An answer in words, as a proxy in front of a system gives it.
Reply TextReply(int status, std::string text);

// "a=1&b=%20" as a map; nothing when an escape is malformed or a name comes twice.
std::optional<std::map<std::string, std::string>> ParseQuery(std::string_view query);

// A whole number without sign; nothing when it is something else or does not fit.
std::optional<int64_t> ParseNumber(std::string_view text);

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_
