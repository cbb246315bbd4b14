#ifndef LIENTHONG_TESTS_SUPPORT_PLAIN_CLIENT_H_
#define LIENTHONG_TESTS_SUPPORT_PLAIN_CLIENT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>

namespace lienthong::testing {

// A connection without TLS to a port of this machine. Gives up a wait after 20 s.
class PlainClient {
 public:
  explicit PlainClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~PlainClient() { close(socket_); }
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  // What comes until the other side ends the connection.
  std::string Ask(const std::string& request) const {
    std::string reply;
    if (!connected_ || send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";
    char part[4096];
    for (ssize_t got = 0; (got = recv(socket_, part, sizeof part, 0)) > 0;) {
      reply.append(part, static_cast<size_t>(got));
    }
    return reply;
  }

 private:
  const int socket_;
  bool connected_ = false;
};

inline std::string AskPlainly(int port, const std::string& request) {
  return PlainClient(port).Ask(request);
}

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_PLAIN_CLIENT_H_
