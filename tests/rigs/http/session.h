// One connection of the server, over plain TCP or TLS. For server.cc only.
#ifndef LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_
#define LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <cctype>
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
inline constexpr size_t kPartBytes = 64 << 10;  // of a body that is not kept whole
inline constexpr int kDripPieces = 50;

class TextSource final : public BodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  int64_t bytes() const override { return static_cast<int64_t>(text_.size()); }
  size_t Read(char* buffer, size_t bytes_max) override {
    const size_t bytes = text_.copy(buffer, bytes_max, read_);
    read_ += bytes;
    return bytes;
  }

 private:
  const std::string text_;
  size_t read_ = 0;
};

// Ends a connection the way a failing host does.
inline void ResetSocket(asio::ip::tcp::socket& socket) {
  beast::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

template <typename Stream>
class Session final : public std::enable_shared_from_this<Session<Stream>> {
 public:
  // `options` and `open` outlive the session.
  Session(Stream stream, const ServerOptions& options, std::atomic<int>& open)
      : stream_(std::move(stream)), timer_(stream_.get_executor()), options_(options), open_(open) {
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
    head_parser_.emplace();
    head_parser_->body_limit(std::max(kBodyBytesMax, kSunkBodyBytesMax));
    tcp().expires_after(kReadTimeout);
    beast::http::async_read_header(
        stream_, buffer_, *head_parser_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnHeader(error); });
  }

  void OnHeader(Error error) {
    if (error) return OnBadRequest(error);
    request_ = ToRequest(head_parser_->get());
    if (options_.sink) request_.sink = options_.sink(request_);
    const uint64_t limit = request_.sink ? kSunkBodyBytesMax : kBodyBytesMax;
    if (head_parser_->content_length().value_or(0) > limit) {
      return OnBadRequest(beast::http::error::body_limit);
    }
    const auto expect = head_parser_->get()[beast::http::field::expect];
    if (!beast::iequals(expect, "100-continue")) return ReadBody(limit);
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = this->shared_from_this(), limit](Error write_error, size_t) {
                        if (!write_error) self->ReadBody(limit);
                      });
  }

  void ReadBody(uint64_t limit) {
    keep_alive_ = head_parser_->keep_alive();
    if (request_.sink) {
      sunk_parser_.emplace(std::move(*head_parser_));
      sunk_parser_->body_limit(limit);
      return ReadPart();
    }
    kept_parser_.emplace(std::move(*head_parser_));
    kept_parser_->body_limit(limit);
    beast::http::async_read(stream_, buffer_, *kept_parser_,
                            [self = this->shared_from_this()](Error error, size_t) {
                              if (error) return self->OnBadRequest(error);
                              self->request_.body = std::move(self->kept_parser_->get().body());
                              self->OnRequest();
                            });
  }

  void ReadPart() {
    if (sunk_parser_->is_done()) return OnRequest();
    sunk_parser_->get().body().data = part_.data();
    sunk_parser_->get().body().size = part_.size();
    tcp().expires_after(kReadTimeout);
    beast::http::async_read(
        stream_, buffer_, *sunk_parser_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnPart(error); });
  }

  void OnPart(Error error) {
    if (error && error != beast::http::error::need_buffer) return OnBadRequest(error);
    const size_t bytes = part_.size() - sunk_parser_->get().body().size;
    request_.sink->Take(std::string_view(part_.data(), bytes));
    ReadPart();
  }

  void OnRequest() { Deliver(options_.handler(request_)); }

  void OnBadRequest(Error error) {
    keep_alive_ = false;
    if (error == beast::http::error::body_limit) {
      Send(TextReply(413, "the body is too big\n"));
    } else if (error.category() == make_error_code(beast::http::error::bad_method).category() &&
               error != beast::http::error::end_of_stream &&
               error != beast::http::error::partial_message) {
      Send(TextReply(400, error.message() + "\n"));
    } else {
      Close();
    }
  }

  static Request ToRequest(const beast::http::request_header<>& head) {
    Request request;
    request.method = std::string(head.method_string());
    const std::string_view target = head.target();
    const size_t mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
    request.authorization = std::string(head[beast::http::field::authorization]);
    request.content_type = std::string(head[beast::http::field::content_type]);
    for (const auto& field : head) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request.headers.emplace(std::move(name), std::string(field.value()));
    }
    return request;
  }

  void Deliver(Reply reply) {
    request_ = Request();
    if (reply.delivery == Delivery::kHang) return Hang(reply.wait);
    if (reply.delivery == Delivery::kDrip || reply.wait.count() == 0) {
      return DeliverNow(std::move(reply));
    }
    tcp().expires_never();
    timer_.expires_after(reply.wait);
    timer_.async_wait([self = this->shared_from_this(), reply = std::move(reply)](Error) mutable {
      self->DeliverNow(std::move(reply));
    });
  }

  void DeliverNow(Reply reply) {
    switch (reply.delivery) {
      case Delivery::kSend:
        return CallerLeft() ? Lose(reply) : Send(std::move(reply));
      case Delivery::kDrip:
        return SendInParts(std::move(reply));
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
    if (CallerLeft()) timer_.cancel();
  }

  // Also when unread bytes, such as TLS's farewell, stand before the end of its stream.
  bool CallerLeft() {
    tcp_info info{};
    socklen_t size = sizeof(info);
    const int socket = tcp().socket().native_handle();
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
    return info.tcpi_state != TCP_ESTABLISHED;
  }

  void Lose(const Reply& reply) {
    if (reply.lost) reply.lost();
    Close();
  }

  template <typename Body>
  void SetHead(beast::http::response<Body>& response, const Reply& reply) {
    response.result(static_cast<unsigned>(reply.status));
    response.version(11);
    response.set(beast::http::field::content_type, reply.content_type);
    for (const auto& [name, value] : reply.headers) response.set(name, value);
    response.keep_alive(keep_alive_);
  }

  void Send(Reply reply) {
    if (reply.source) return SendInParts(std::move(reply));
    response_.emplace();
    SetHead(*response_, reply);
    response_->body() = std::move(reply.body);
    response_->prepare_payload();
    lost_ = std::move(reply.lost);
    tcp().expires_after(kWriteTimeout);
    beast::http::async_write(
        stream_, *response_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnSent(error); });
  }

  void SendInParts(Reply reply) {
    source_ = reply.source ? std::move(reply.source)
                           : std::make_shared<TextSource>(std::move(reply.body));
    pause_ = reply.delivery == Delivery::kDrip ? reply.wait / kDripPieces : pause_.zero();
    piece_bytes_ = reply.delivery == Delivery::kDrip
                       ? static_cast<size_t>(source_->bytes() / kDripPieces) + 1
                       : part_.size();
    lost_ = std::move(reply.lost);
    parts_.emplace();
    SetHead(*parts_, reply);
    parts_->content_length(static_cast<uint64_t>(source_->bytes()));
    parts_->body().data = nullptr;
    parts_->body().more = true;
    serializer_.emplace(*parts_);
    tcp().expires_after(kWriteTimeout);
    beast::http::async_write_header(
        stream_, *serializer_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnPartSent(error); });
  }

  void OnPartSent(Error error) {
    if (error == beast::http::error::need_buffer) error = {};
    if (error || serializer_->is_done()) return OnSent(error);
    if (pause_.count() == 0) return SendPart();
    tcp().expires_never();
    timer_.expires_after(pause_);
    timer_.async_wait([self = this->shared_from_this()](Error) { self->SendPart(); });
  }

  void SendPart() {
    const size_t bytes = source_->Read(part_.data(), std::min(piece_bytes_, part_.size()));
    parts_->body().data = bytes == 0 ? nullptr : part_.data();
    parts_->body().size = bytes;
    parts_->body().more = bytes != 0;
    tcp().expires_after(kWriteTimeout);
    beast::http::async_write(
        stream_, *serializer_,
        [self = this->shared_from_this()](Error error, size_t) { self->OnPartSent(error); });
  }

  void OnSent(Error error) {
    response_.reset();
    serializer_.reset();
    parts_.reset();
    source_.reset();
    const std::function<void()> lost = std::exchange(lost_, nullptr);
    if (error && lost) lost();
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
  const ServerOptions& options_;
  std::atomic<int>& open_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::empty_body>> head_parser_;
  std::optional<beast::http::request_parser<beast::http::string_body>> kept_parser_;
  std::optional<beast::http::request_parser<beast::http::buffer_body>> sunk_parser_;
  Request request_;
  bool keep_alive_ = false;

  // The answer: whole, or in parts from a source.
  std::optional<beast::http::response<beast::http::string_body>> response_;
  std::optional<beast::http::response<beast::http::buffer_body>> parts_;
  std::optional<beast::http::response_serializer<beast::http::buffer_body>> serializer_;
  std::shared_ptr<BodySource> source_;
  std::chrono::milliseconds pause_{0};
  size_t piece_bytes_ = kPartBytes;
  std::function<void()> lost_;
  std::array<char, kPartBytes> part_;
};

}  // namespace lienthong::rigs::http

#endif  // LIENTHONG_TESTS_RIGS_HTTP_SESSION_H_
