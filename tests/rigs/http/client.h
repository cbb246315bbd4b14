// A small HTTP/1.1 client for a rig that calls the gateway: one connection, kept between calls,
// over TLS with the rig's own certificate or plain. Each call has a deadline. Nothing is repeated
// here: whoever calls decides that.
//
// Not thread-safe: one client for each thread.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_CLIENT_H_
#define LIENTHONG_TESTS_RIGS_HTTP_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "tests/rigs/http/message.h"

namespace lienthong::rigs::http {

inline constexpr uint64_t kAnswerBytesMax = 16 << 20;       // of an answer that is kept
inline constexpr uint64_t kSunkAnswerBytesMax = 1LL << 32;  // of one that goes to a sink

struct ClientOptions {
  std::string url;        // "https://HOST:PORT" or "http://HOST:PORT", nothing behind
  std::string ca_file;    // whom to believe; needed with https
  std::string cert_file;  // who we are; may be empty
  std::string key_file;
  std::chrono::milliseconds call_timeout{
      30'000};  // from the first byte to the last, connecting too
};

struct Answer {
  int status = 0;  // 0: there was no answer, `error` says why
  std::string error;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

class Client {
 public:
  virtual ~Client() = default;

  // Ends early, without an answer, when `stop` is asked for.
  virtual Answer Post(const std::string& target, const std::string& content_type,
                      const std::string& body, std::stop_token stop) = 0;
  // The body of a 200 goes to `sink`, the body of anything else is in the answer.
  virtual Answer Get(const std::string& target, BodySink& sink, std::stop_token stop) = 0;
};

// Null, with what is wrong in `error`, when the url or a file is unusable. Does not connect.
std::unique_ptr<Client> MakeClient(const ClientOptions& options, std::string* error);

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_CLIENT_H_
