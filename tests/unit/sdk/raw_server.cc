#include "tests/unit/sdk/raw_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "gtest/gtest.h"

namespace lienthong::sdk {
namespace {

// The whole request, or nothing when the connection ends before.
std::string ReadRequest(int connection) {
  std::string text;
  size_t wanted = std::string::npos;
  char buffer[4096];
  while (text.size() < wanted) {
    const ssize_t bytes = recv(connection, buffer, sizeof(buffer), 0);
    if (bytes <= 0) return "";
    text.append(buffer, static_cast<size_t>(bytes));
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    const size_t length = text.find("Content-Length: ");
    wanted = end + 4 + (length < end ? std::stoul(text.substr(length + 16)) : 0);
  }
  return text;
}

}  // namespace

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(listener_, 16), 0);
  EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : open_) shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : open_) close(connection);
  close(listener_);
}

void RawServer::Accept() {
  while (true) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void RawServer::Serve(int connection) {
  while (true) {
    const std::string request = ReadRequest(connection);
    if (request.empty()) return;
    ++requests_;
    const std::optional<std::string> reply = handler_(request);
    if (reply) (void)send(connection, reply->data(), reply->size(), MSG_NOSIGNAL);
    if (!reply || reply->find("Connection: close") != std::string::npos) {
      shutdown(connection, SHUT_RDWR);
      return;
    }
  }
}

std::string Ok(const std::string& body, const std::string& headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}

}  // namespace lienthong::sdk
