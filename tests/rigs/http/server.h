// A small HTTP/1.1 server with keep-alive, with or without TLS, on loopback only. Each connection
// has a strand; the handler runs on the server's threads, several at once, and must be thread-safe
// and quick.
//
//   http::ServerOptions options{.listen = "127.0.0.1:0", .handler = [](const http::Request&)
//   {...}}; std::string error; std::unique_ptr<http::Server> server = http::StartServer(options,
//   &error); if (server == nullptr) Die(error);
//
// The destructor stops the threads and cuts what is open.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_SERVER_H_
#define LIENTHONG_TESTS_RIGS_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tests/rigs/http/message.h"

namespace lienthong::rigs::http {

inline constexpr uint64_t kBodyBytesMax = 8 << 20;
inline constexpr uint64_t kSunkBodyBytesMax = 64 << 20;  // of a body that goes to a sink
inline constexpr int kConnectionsMax = 1024;             // more are reset at once

struct ServerOptions {
  std::string listen;  // "127.0.0.1:PORT" or "[::1]:PORT"; port 0 takes any
  std::string tls_cert_file;
  std::string tls_key_file;  // without both: plain HTTP
  int threads = 1;
  std::function<Reply(const Request&)> handler;
  // Asked with the head of each request; null keeps the body in the request. May be empty.
  std::function<std::shared_ptr<BodySink>(const Request&)> sink;
  // Asked for each new connection; false resets it before a byte is read. May be empty.
  std::function<bool()> admit;
};

class Server {
 public:
  virtual ~Server() = default;
  virtual uint16_t port() const = 0;
};

// Listens and serves when this returns; null, with what is wrong in `error`, when it cannot.
std::unique_ptr<Server> StartServer(const ServerOptions& options, std::string* error);

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_SERVER_H_
