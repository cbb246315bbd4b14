#ifndef LIENTHONG_TESTS_UNIT_HTTP_TLS_CLIENT_H_
#define LIENTHONG_TESTS_UNIT_HTTP_TLS_CLIENT_H_

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lienthong::testing {

// A client that sends bytes as it likes, and knows just enough of HTTP to read an answer. Blocks;
// gives up a wait after 20 s.
class TlsClient {
 public:
  struct Options {
    int port = 0;
    std::string ca;           // file
    std::string certificate;  // with its key; without both: none is shown
    std::string key;
    int version_max = TLS1_3_VERSION;
    std::string protocol;  // the one it offers; empty: it offers none
  };
  // Null when the connection or its handshake was refused.
  static std::unique_ptr<TlsClient> Connect(const Options& options);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // False when the other side has gone.
  bool Send(std::string_view bytes);

  struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    // The connection ended before the body was whole.
    bool cut = false;
  };
  // Nothing when the connection ends before a header is whole. `head`: it has no body.
  std::optional<Reply> Read(bool head = false);
  // Whether the other side ends the connection, rather than to wait for 20 s.
  bool AwaitEnd();
  // Ends without a word.
  void Cut();
  // SHA-256 of the server's certificate.
  std::string ServerCertificate() const;

 private:
  TlsClient(int socket_fd, SSL_CTX* context) : socket_(socket_fd), context_(context) {}
  bool Fill();

  int socket_;
  SSL_CTX* const context_;
  SSL* ssl_ = nullptr;
  std::string received_;
};

// A POST with a body, as a plain client sends it.
std::string Post(std::string_view path, std::string_view body, std::string_view headers = "");

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_UNIT_HTTP_TLS_CLIENT_H_
