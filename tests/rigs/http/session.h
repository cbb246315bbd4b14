// One connection of the server, over plain TCP or TLS. For server.cc only.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_
#define LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tests/rigs/http/message.h"
#include "tests/rigs/http/server.h"

namespace lienthong::rigs::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

inline constexpr std::chrono::seconds kHandshakeTimeout{10};
inline constexpr std::chrono::seconds kReadTimeout{75};  // also how long an idle connection stays
inline constexpr std::chrono::seconds kWriteTimeout{30};

// Ends a connection the way a failing host does.
inline void ResetSocket(asio::ip::tcp::socket& socket) {
  beast::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

template <typename Stream>
class Session final : public std::enable_shared_from_this<Session<Stream>> {
 public:
  using Handler = std::function<Reply(const Request&)>;

  // `handler` and `open` outlive the session.
  Session(Stream stream, const Handler& handler, std::atomic<int>& open)
      : stream_(std::move(stream)), timer_(stream_.get_executor()), handler_(handler), open_(open) {
    ++open_;
  }
  ~Session() { --open_; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Start() {
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->Begin(); });
  }

 private:
  using Error = beast::error_code;
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

  beast::tcp_stream& tcp() { return beast::get_lowest_layer(stream_); }

  void Begin() {
    if constexpr (kTls) {
      tcp().expires_after(kHandshakeTimeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](Error error) {
                                if (!error) self->ReadHeader();
                              });
    } else {
      ReadHeader();
    }
  }

  void ReadHeader() {
    parser_.emplace();
    parser_->body_limit(kBodyBytesMax);
    tcp().expires_after(kReadTimeout);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnHeader(error); });
  }

  void OnHeader(Error error) {
    if (error) return OnBadRequest(error);
    const auto expect = parser_->get()[beast::http::field::expect];
    if (!beast::iequals(expect, "100-continue")) return ReadBody();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = this->shared_from_this()](Error write_error, size_t) {
                        if (!write_error) self->ReadBody();
                      });
  }

  void ReadBody() {
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnRequest(error); });
  }

  void OnRequest(Error error) {
    if (error) return OnBadRequest(error);
    keep_alive_ = parser_->keep_alive();
    Deliver(handler_(ToRequest(parser_->release())));
  }

  void OnBadRequest(Error error) {
    keep_alive_ = false;
    if (error == beast::http::error::body_limit) {
      Send(TextReply(413, "body over 8 MiB\n"));
    } else if (error.category() == make_error_code(beast::http::error::bad_method).category() &&
               error != beast::http::error::end_of_stream &&
               error != beast::http::error::partial_message) {
      Send(TextReply(400, error.message() + "\n"));
    } else {
      Close();
    }
  }

  static Request ToRequest(beast::http::request<beast::http::string_body> message) {
    Request request;
    request.method = std::string(message.method_string());
    const std::string_view target = message.target();
    const size_t mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
    request.authorization = std::string(message[beast::http::field::authorization]);
    request.content_type = std::string(message[beast::http::field::content_type]);
    request.body = std::move(message.body());
    return request;
  }

  void Deliver(Reply reply) {
    if (reply.delivery == Delivery::kHang) return Hang(reply.wait);
    if (reply.wait.count() == 0) return DeliverNow(std::move(reply));
    tcp().expires_never();
    timer_.expires_after(reply.wait);
    timer_.async_wait([self = this->shared_from_this(), reply = std::move(reply)](Error) mutable {
      self->DeliverNow(std::move(reply));
    });
  }

  void DeliverNow(Reply reply) {
    switch (reply.delivery) {
      case Delivery::kSend:
        return Send(std::move(reply));
      case Delivery::kReset:
        return ResetSocket(tcp().socket());
      case Delivery::kClose:
      case Delivery::kHang:
        return Close();
    }
  }

  void Hang(std::chrono::milliseconds wait) {
    tcp().expires_never();
    timer_.expires_after(wait);
    timer_.async_wait([self = this->shared_from_this()](Error) { self->Close(); });
    tcp().socket().async_wait(asio::socket_base::wait_read,
                              [self = this->shared_from_this()](Error) { self->EndHangIfLeft(); });
  }

  // A caller may still have sent something when its call began to hang; only the end of its stream
  // says that it has left.
  void EndHangIfLeft() {
    char byte;
    const auto peeked = ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked <= 0) timer_.cancel();
  }

  void Send(Reply reply) {
    response_.emplace(static_cast<beast::http::status>(reply.status), 11);
    response_->set(beast::http::field::content_type, reply.content_type);
    for (const auto& [name, value] : reply.headers) response_->set(name, value);
    response_->keep_alive(keep_alive_);
    response_->body() = std::move(reply.body);
    response_->prepare_payload();
    tcp().expires_after(kWriteTimeout);
    beast::http::async_write(
        stream_, *response_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnSent(error); });
  }

  void OnSent(Error error) {
    response_.reset();
    if (error) return;
    if (keep_alive_) return ReadHeader();
    if constexpr (kTls) {
      tcp().expires_after(kHandshakeTimeout);
      stream_.async_shutdown([self = this->shared_from_this()](Error) { self->Close(); });
    } else {
      Close();
    }
  }

  void Close() {
    Error ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    tcp().socket().close(ignored);
  }

  Stream stream_;
  asio::steady_timer timer_;
  const Handler& handler_;
  std::atomic<int>& open_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  std::optional<beast::http::response<beast::http::string_body>> response_;
  bool keep_alive_ = false;
};

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_
