#include "tests/integration/district/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "gtest/gtest.h"

namespace lienthong::testing {
namespace {

constexpr int kPollMs = 20;

int ConnectTo(const std::string& path) {
  const int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  if (connect(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    return socket_fd;
  }
  close(socket_fd);
  return -1;
}

std::string Read(int from) {
  std::array<char, 65536> buffer;
  const ssize_t count = recv(from, buffer.data(), buffer.size(), 0);
  return count <= 0 ? "" : std::string(buffer.data(), count);
}

bool Write(int to, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(to, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += count;
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(const std::string& server_socket) : server_socket_(server_socket) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener_, 16), 0);
  socklen_t size = sizeof(address);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listener_);
}

void CuttingProxy::CutAt(const std::string& word, Cut cut) {
  const std::lock_guard lock(mutex_);
  word_ = word;
  cut_ = cut;
}

void CuttingProxy::Accept() {
  while (!stopping_) {
    pollfd entry = {listener_, POLLIN, 0};
    if (poll(&entry, 1, kPollMs) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client >= 0) connections_.emplace_back([this, client] { Serve(client); });
  }
}

bool CuttingProxy::Take(const std::string& bytes, Cut& cut) {
  const std::lock_guard lock(mutex_);
  if (word_.empty() || bytes.find(word_) == std::string::npos) return false;
  word_.clear();
  cut = cut_;
  ++cuts_;
  return true;
}

bool CuttingProxy::FromClient(int client, int server, bool& answer_is_lost, bool& silent) {
  const std::string bytes = Read(client);
  if (bytes.empty()) return true;
  Cut cut = Cut::kBefore;
  if (Take(bytes, cut)) {
    if (cut == Cut::kBefore) return true;
    answer_is_lost = cut == Cut::kAfter;
    silent = cut == Cut::kSilent;
  }
  return !silent && !Write(server, bytes);
}

void CuttingProxy::Serve(int client) {
  const int server = ConnectTo(server_socket_);
  bool answer_is_lost = false;
  bool silent = false;
  bool ended = server < 0;
  while (!ended && !stopping_) {
    std::array<pollfd, 2> entries = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (poll(entries.data(), entries.size(), kPollMs) <= 0) continue;
    if (entries[0].revents != 0) ended = FromClient(client, server, answer_is_lost, silent);
    if (!ended && entries[1].revents != 0) {
      const std::string bytes = Read(server);
      ended = bytes.empty() || answer_is_lost || (!silent && !Write(client, bytes));
    }
  }
  if (server >= 0) close(server);
  close(client);
}

}  // namespace lienthong::testing
