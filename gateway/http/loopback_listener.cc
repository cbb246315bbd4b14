#include "gateway/http/loopback_listener.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <thread>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr size_t kHeaderBytesMax = 8 << 10;
constexpr std::chrono::milliseconds kAcceptPause{50};

absl::Status CannotServe(const std::string& address, std::string_view why) {
  return absl::FailedPreconditionError(StrCat("cannot listen on ", address, ": ", why));
}

// One request and its answer. Lives as long as an operation of it is under way.
class Exchange final : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(tcp::socket socket, const Router& router, int& open)
      : stream_(std::move(socket)), router_(router), open_(open) {
    ++open_;
    parser_.header_limit(kHeaderBytesMax);
  }
  ~Exchange() { --open_; }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void Start() {
    stream_.expires_after(absl::ToChronoNanoseconds(kLoopbackTimeout));
    beast::http::async_read(stream_, buffer_, parser_,
                            [self = shared_from_this()](Error error, size_t) {
                              if (!error) self->Serve();
                            });
  }

 private:
  void Serve() {
    auto request = std::make_shared<Request>();
    const auto& header = parser_.get();
    request->method = std::string(header.method_string());
    request->path = std::string(header.target());
    const size_t mark = request->path.find('?');
    if (mark != std::string::npos) request->path.resize(mark);
    const Router::Found found = router_.Find(request->method, request->path);
    if (found.route == nullptr) {
      return Send(Refusal(found.allowed.empty() ? Problem{404, "not found", {}}
                                                : Problem{405, "only GET is served here", {}}));
    }
    found.route->handler(request, [this](Response response) { Send(std::move(response)); });
  }

  void Send(Response response) {
    reply_.result(static_cast<unsigned>(response.status));
    reply_.set(beast::http::field::content_type, response.content_type);
    reply_.set(beast::http::field::cache_control, "no-store");
    reply_.keep_alive(false);
    const size_t bytes = response.body.size();
    if (parser_.get().method() != beast::http::verb::head) reply_.body() = std::move(response.body);
    reply_.content_length(bytes);
    stream_.expires_after(absl::ToChronoNanoseconds(kLoopbackTimeout));
    beast::http::async_write(stream_, reply_, [self = shared_from_this()](Error, size_t) {
      Error ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  const Router& router_;
  int& open_;
  beast::flat_buffer buffer_{kHeaderBytesMax};
  beast::http::request_parser<beast::http::empty_body> parser_;
  beast::http::response<beast::http::string_body> reply_;
};

}  // namespace

class LoopbackListener::Impl {
 public:
  explicit Impl(Router router) : router_(std::move(router)) {}

  ~Impl() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start(const std::string& address) {
    const size_t colon = address.rfind(':');
    if (colon == std::string::npos) return CannotServe(address, "expected HOST:PORT");
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    Error error;
    tcp::resolver resolver(context_);
    const auto found = resolver.resolve(host, address.substr(colon + 1), error);
    if (error || found.empty()) return CannotServe(address, error.message());
    const tcp::endpoint endpoint = found.begin()->endpoint();
    if (!endpoint.address().is_loopback()) {
      return CannotServe(address, "plain HTTP is for this machine only; write 127.0.0.1:PORT");
    }
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return CannotServe(address, error.message());
    port_ = acceptor_.local_endpoint(error).port();
    Accept();
    thread_ = std::thread([this] { context_.run(); });
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](Error error, tcp::socket socket) {
      if (!error) {
        if (open_ < kLoopbackConnectionsMax) {
          std::make_shared<Exchange>(std::move(socket), router_, open_)->Start();
        }
        return Accept();
      }
      // Whatever it is, it may pass; to ask again at once would spin.
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](Error) { Accept(); });
    });
  }

  const Router router_;
  int open_ = 0;  // before the context, whose end ends the exchanges; used by its thread only
  int port_ = 0;
  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  std::thread thread_;
};

LoopbackListener::LoopbackListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LoopbackListener::~LoopbackListener() = default;

absl::StatusOr<std::unique_ptr<LoopbackListener>> LoopbackListener::Start(
    const std::string& address, Router router) {
  auto impl = std::make_unique<Impl>(std::move(router));
  LIENTHONG_RETURN_IF_ERROR(impl->Start(address));
  return std::unique_ptr<LoopbackListener>(new LoopbackListener(std::move(impl)));
}

int LoopbackListener::port() const { return impl_->port(); }

}  // namespace lienthong::http
