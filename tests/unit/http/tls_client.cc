#include "tests/unit/http/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "gateway/base/text.h"

namespace lienthong::testing {
namespace {

constexpr int kWaitSeconds = 20;
constexpr size_t kReadBytes = 64 << 10;

int Dial(int port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval wait{kWaitSeconds, 0};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    return socket_fd;
  }
  close(socket_fd);
  return -1;
}

SSL_CTX* MakeContext(const TlsClient::Options& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_file(context, options.ca.c_str());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_max_proto_version(context, options.version_max);
  if (options.version_max < TLS1_2_VERSION) {
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_security_level(context, 0);
  }
  if (!options.certificate.empty()) {
    SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM);
  }
  if (!options.protocol.empty()) {
    const std::string offered =
        std::string(1, static_cast<char>(options.protocol.size())) + options.protocol;
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
  }
  return context;
}

}  // namespace

std::unique_ptr<TlsClient> TlsClient::Connect(const Options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const int socket_fd = Dial(options.port);
  if (socket_fd < 0) return nullptr;
  std::unique_ptr<TlsClient> client(new TlsClient(socket_fd, MakeContext(options)));
  client->ssl_ = SSL_new(client->context_);
  SSL_set_fd(client->ssl_, socket_fd);
  return SSL_connect(client->ssl_) == 1 ? std::move(client) : nullptr;
}

TlsClient::~TlsClient() {
  Cut();
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

void TlsClient::Cut() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool TlsClient::Send(std::string_view bytes) {
  return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
         static_cast<int>(bytes.size());
}

bool TlsClient::Fill() {
  std::string part(kReadBytes, '\0');
  const int bytes = SSL_read(ssl_, part.data(), static_cast<int>(part.size()));
  if (bytes <= 0) return false;
  received_.append(part, 0, static_cast<size_t>(bytes));
  return true;
}

std::optional<TlsClient::Reply> TlsClient::Read(bool head) {
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  Reply reply;
  reply.status = std::atoi(received_.substr(received_.find(' ') + 1).c_str());
  size_t line = received_.find("\r\n") + 2;
  while (line < end) {
    const size_t next = received_.find("\r\n", line);
    const size_t colon = received_.find(": ", line);
    reply.headers[absl::AsciiStrToLower(received_.substr(line, colon - line))] =
        received_.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  received_.erase(0, end + 4);
  const auto length = reply.headers.find("content-length");
  if (head || length == reply.headers.end()) return reply;
  const size_t bytes = static_cast<size_t>(std::atoll(length->second.c_str()));
  while (received_.size() < bytes && Fill()) {
  }
  reply.cut = received_.size() < bytes;
  reply.body = received_.substr(0, bytes);
  received_.erase(0, bytes);
  return reply;
}

bool TlsClient::AwaitEnd() {
  while (Fill()) {
  }
  const int error = SSL_get_error(ssl_, -1);
  return error != SSL_ERROR_WANT_READ;  // what a wait that was too long ends with
}

std::string TlsClient::ServerCertificate() const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(SSL_get0_peer_certificate(ssl_), EVP_sha256(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

std::string Post(std::string_view path, std::string_view body, std::string_view headers) {
  return StrCat("POST ", path, " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", body.size(),
                "\r\n", headers, "\r\n", body);
}

}  // namespace lienthong::testing
