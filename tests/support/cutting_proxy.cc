#include "tests/support/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "gtest/gtest.h"

namespace lienthong::testing {
namespace {

constexpr int kPollMs = 20;
// A TLS record: one byte of type, two of version, two of length, then so many.
constexpr size_t kRecordHeaderBytes = 5;

template <typename Address>
int ConnectTo(const Address& address) {
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const int socket_fd = socket(generic->sa_family, SOCK_STREAM, 0);
  if (connect(socket_fd, generic, sizeof(address)) == 0) return socket_fd;
  close(socket_fd);
  return -1;
}

sockaddr_un UnixAddress(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return address;
}

sockaddr_in LoopbackAddress(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
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

// Of the record at the beginning; 0 when it is not there whole.
size_t RecordBytes(const std::string& bytes) {
  if (bytes.size() < kRecordHeaderBytes) return 0;
  const size_t length = static_cast<uint8_t>(bytes[3]) * 256 + static_cast<uint8_t>(bytes[4]);
  return bytes.size() < kRecordHeaderBytes + length ? 0 : kRecordHeaderBytes + length;
}

}  // namespace

struct CuttingProxy::Connection {
  int client = -1;
  int server = -1;
  bool answer_is_lost = false;
  bool silent = false;
  std::optional<RecordCut> record_cut;
  int records = 0;      // that passed
  std::string pending;  // the beginning of the next
};

CuttingProxy::CuttingProxy(const std::string& server_socket)
    : CuttingProxy([address = UnixAddress(server_socket)] { return ConnectTo(address); }) {}

CuttingProxy::CuttingProxy(int server_port)
    : CuttingProxy([address = LoopbackAddress(server_port)] { return ConnectTo(address); }) {}

CuttingProxy::CuttingProxy(std::function<int()> connect) : connect_(std::move(connect)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = LoopbackAddress(0);
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

void CuttingProxy::CutAfterRecords(int records, double part) {
  const std::lock_guard lock(mutex_);
  record_cut_ = RecordCut{records, part};
  records_ = 0;
}

void CuttingProxy::Accept() {
  while (!stopping_) {
    pollfd entry = {listener_, POLLIN, 0};
    if (poll(&entry, 1, kPollMs) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    connections_.emplace_back([this, client, cut = TakeRecordCut()] { Serve(client, cut); });
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

std::optional<CuttingProxy::RecordCut> CuttingProxy::TakeRecordCut() {
  const std::lock_guard lock(mutex_);
  return std::exchange(record_cut_, std::nullopt);
}

bool CuttingProxy::FromClient(Connection& connection) {
  const std::string bytes = Read(connection.client);
  if (bytes.empty()) return true;
  Cut cut = Cut::kBefore;
  if (Take(bytes, cut)) {
    if (cut == Cut::kBefore) return true;
    connection.answer_is_lost = cut == Cut::kAfter;
    connection.silent = cut == Cut::kSilent;
  }
  return !connection.silent && !Write(connection.server, bytes);
}

bool CuttingProxy::FromServer(Connection& connection) {
  const std::string bytes = Read(connection.server);
  if (bytes.empty() || connection.answer_is_lost) return true;
  if (connection.silent) return false;
  if (connection.record_cut) return PassRecords(connection, bytes);
  return !Write(connection.client, bytes);
}

bool CuttingProxy::PassRecords(Connection& connection, const std::string& bytes) {
  const auto [records_max, part] = *connection.record_cut;
  connection.pending += bytes;
  while (const size_t record_bytes = RecordBytes(connection.pending)) {
    const bool whole = connection.records < records_max;
    const double passed = whole ? record_bytes : part * record_bytes;
    if (!Write(connection.client, connection.pending.substr(0, passed))) return true;
    connection.pending.erase(0, record_bytes);
    if (whole) {
      ++connection.records;
      ++records_;
    }
    if (!whole || (connection.records == records_max && part == 0)) {
      ++cuts_;
      return true;
    }
  }
  return false;
}

void CuttingProxy::Serve(int client, const std::optional<RecordCut>& record_cut) {
  Connection connection;
  connection.client = client;
  connection.server = connect_();
  connection.record_cut = record_cut;
  bool ended = connection.server < 0;
  while (!ended && !stopping_) {
    std::array<pollfd, 2> entries = {
        {{connection.client, POLLIN, 0}, {connection.server, POLLIN, 0}}};
    if (poll(entries.data(), entries.size(), kPollMs) <= 0) continue;
    if (entries[0].revents != 0) ended = FromClient(connection);
    if (!ended && entries[1].revents != 0) ended = FromServer(connection);
  }
  if (connection.server >= 0) close(connection.server);
  close(client);
}

}  // namespace lienthong::testing
