// One HTTP request and its answer, as the rigs see them, and the few things that every rig does
// with a request's target. A reply also says how it is delivered, because a rig must be able to
// misbehave on the wire.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_
#define LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lienthong::rigs::http {

// Takes a body a part at a time, so that it is never whole in memory.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void Take(std::string_view part) = 0;
};

// Gives a body a part at a time.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual int64_t bytes() const = 0;
  // At most `bytes_max` bytes into `buffer`; returns how many, 0 at the end.
  virtual size_t Read(char* buffer, size_t bytes_max) = 0;
};

struct Request {
  std::string method;
  std::string path;   // without the query
  std::string query;  // as sent, still percent-encoded
  std::string authorization;
  std::string content_type;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
  std::shared_ptr<BodySink> sink;              // where the body went, if it was not kept in `body`
};

enum class Delivery {
  kSend,
  kDrip,   // sent in many small pieces, spread over `wait`
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
  std::chrono::milliseconds wait{0};   // before it is delivered
  std::shared_ptr<BodySource> source;  // of the body, instead of `body`
  // Called when the caller was seen to have left before the answer was sent. May be empty.
  std::function<void()> lost;
};

// An answer in words, as a proxy in front of a system gives it.
Reply TextReply(int status, std::string text);
// The page of a proxy that got no answer from the system behind it.
Reply ProxyPage(int status);
// No answer at all; its status is 0.
Reply NoAnswer(Delivery delivery, std::chrono::milliseconds wait = {});

// "a=1&b=%20" as a map; nothing when an escape is malformed or a name comes twice.
std::optional<std::map<std::string, std::string>> ParseQuery(std::string_view query);

// A whole number without sign; nothing when it is something else or does not fit.
std::optional<int64_t> ParseNumber(std::string_view text);

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_MESSAGE_H_
