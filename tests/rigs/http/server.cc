#include "tests/rigs/http/server.h"

#include <thread>
#include <vector>

#include "tests/rigs/http/session.h"

namespace lienthong::rigs::http {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{50};

using asio::ip::tcp;

class BeastServer final : public Server {
 public:
  explicit BeastServer(const ServerOptions& options)
      : options_(options), acceptor_(context_), accept_pause_(context_) {}

  ~BeastServer() override {
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }

  uint16_t port() const override { return port_; }

  // Empty when it serves, else what is wrong.
  std::string Start() {
    if (std::string error = LoadKeys(); !error.empty()) return error;
    if (std::string error = Listen(); !error.empty()) return error;
    Accept();
    for (int i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
    return "";
  }

 private:
  std::string LoadKeys() {
    if (options_.tls_cert_file.empty()) return "";
    beast::error_code error;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    tls_.use_certificate_chain_file(options_.tls_cert_file, error);
    if (error) return "cannot read certificate " + options_.tls_cert_file + ": " + error.message();
    tls_.use_private_key_file(options_.tls_key_file, asio::ssl::context::pem, error);
    if (error) return "cannot use key " + options_.tls_key_file + ": " + error.message();
    return "";
  }

  std::string Listen() {
    const size_t colon = options_.listen.rfind(':');
    const std::string bad = "bad address '" + options_.listen + "': write 127.0.0.1:PORT";
    if (colon == std::string::npos) return bad;
    std::string host = options_.listen.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    const auto number = ParseNumber(std::string_view(options_.listen).substr(colon + 1));
    beast::error_code error;
    const asio::ip::address address = asio::ip::make_address(host, error);
    if (error || !number || *number > 65535) return bad;
    if (!address.is_loopback()) return bad + " (a rig listens on loopback only)";
    return Bind(tcp::endpoint(address, static_cast<uint16_t>(*number)));
  }

  std::string Bind(const tcp::endpoint& endpoint) {
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return "cannot listen on " + options_.listen + ": " + error.message();
    port_ = acceptor_.local_endpoint().port();
    return "";
  }

  void Accept() {
    acceptor_.async_accept(asio::make_strand(context_),
                           [this](beast::error_code error, tcp::socket socket) {
                             if (error) return PauseAccepting();
                             Serve(std::move(socket));
                             Accept();
                           });
  }

  // Out of descriptors, most likely: asking again at once would spin.
  void PauseAccepting() {
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](beast::error_code) { Accept(); });
  }

  void Serve(tcp::socket socket) {
    if (open_ >= kConnectionsMax || (options_.admit && !options_.admit())) {
      return ResetSocket(socket);
    }
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (options_.tls_cert_file.empty()) {
      std::make_shared<Session<beast::tcp_stream>>(beast::tcp_stream(std::move(socket)), options_,
                                                   open_)
          ->Start();
    } else {
      using TlsStream = beast::ssl_stream<beast::tcp_stream>;
      std::make_shared<Session<TlsStream>>(TlsStream(std::move(socket), tls_), options_, open_)
          ->Start();
    }
  }

  const ServerOptions options_;
  std::atomic<int> open_ = 0;  // before context_: sessions die with it and count down here
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::steady_timer accept_pause_;
  uint16_t port_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Server> StartServer(const ServerOptions& options, std::string* error) {
  auto server = std::make_unique<BeastServer>(options);
  *error = server->Start();
  if (!error->empty()) return nullptr;
  return server;
}

}  // namespace lienthong::rigs::http
