#include "gateway/http/connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/version.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/http/tls_context.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr size_t kReadBytes = 8 << 10;
constexpr size_t kBufferBytesMax = 64
                                   << 10;  // beside the header: parts of a body that came with it
constexpr absl::Duration kGoodbyeTimeout = absl::Seconds(2);
constexpr absl::Duration kLingerTimeout = absl::Seconds(2);
constexpr int64_t kLingerBytesMax = 8 << 20;

// The path and the query of a target; a proxy may send the whole URL.
std::pair<std::string_view, std::string_view> SplitTarget(std::string_view target) {
  constexpr std::string_view kScheme = "https://";
  if (target.starts_with(kScheme)) {
    const size_t slash = target.find('/', kScheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, ""};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

}  // namespace

void Gate::Post(const std::weak_ptr<Connection>& to, std::function<void(Connection&)> work) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  const std::shared_ptr<Connection> connection = to.lock();
  if (connection != nullptr) Connection::PostTo(connection, std::move(work));
}

void Gate::Close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                       ConnectionShared& shared, std::string peer)
    : shared_(shared),
      peer_(std::move(peer)),
      tls_(std::move(tls)),
      opened_(shared.clock.Now()),
      stream_(std::move(socket), *tls_),
      timer_(stream_.get_executor()),
      buffer_(shared.limits.header_bytes_max + kBufferBytesMax) {}

Connection::~Connection() { shared_.table.Remove(this, peer_); }

void Connection::PostTo(const std::shared_ptr<Connection>& connection,
                        std::function<void(Connection&)> work) {
  asio::post(connection->stream_.get_executor(),
             [connection, work = std::move(work)] { work(*connection); });
}

void Connection::Start() {
  PostTo(shared_from_this(), [](Connection& connection) { connection.Handshake(); });
}

void Connection::EndWhenIdle() {
  PostTo(shared_from_this(), [](Connection& connection) {
    if (connection.state_ == State::kIdle) connection.End();
  });
}

void Connection::Cut() {
  PostTo(shared_from_this(), [](Connection& connection) { connection.End(); });
}

void Connection::Handshake() {
  tcp().expires_after(absl::ToChronoNanoseconds(shared_.limits.handshake_timeout));
  stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](Error error) {
    if (error) {
      self->shared_.handshakes.Failed(self->stream_.native_handle(), error, self->peer_);
      return self->End();
    }
    self->certificate_uris_ = CertificateUris(self->stream_.native_handle());
    self->AwaitRequest();
  });
}

void Connection::AwaitRequest() {
  if (shared_.table.draining()) return EndPolitely();
  state_ = State::kIdle;
  request_.reset();
  parser_.reset();
  const bool first = requests_ == 0;
  tcp().expires_after(absl::ToChronoNanoseconds(first ? shared_.limits.header_timeout
                                                      : shared_.limits.idle_timeout));
  stream_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this()](Error error, size_t bytes) {
                            if (error) return self->End();
                            self->buffer_.commit(bytes);
                            self->ReadHeader();
                          });
}

void Connection::ReadHeader() {
  state_ = State::kReading;
  ++requests_;
  request_began_ = shared_.clock.Now();
  route_.reset();
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(shared_.limits.header_bytes_max));
  parser_->body_limit(boost::none);  // the route says; it is not known yet
  tcp().expires_after(absl::ToChronoNanoseconds(shared_.limits.header_timeout));
  beast::http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, size_t) { self->OnHeader(error); });
}

void Connection::OnHeader(Error error) {
  if (error) return OnBroken(error);
  request_ = std::make_shared<Request>();
  request_->certificate_uris = certificate_uris_;
  request_->peer = peer_;
  request_->lease = BodyBudget::Lease(shared_.budget);
  if (const std::optional<Problem> problem = Judge()) return Refuse(*problem);
  TakeBody();
}

// What cannot be read as a request is told so; who is silent, slow or gone is not.
void Connection::OnBroken(Error error) {
  namespace http = beast::http;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Refuse({431, "the header is too large", {}});
  }
  if (error == http::error::body_limit) return Refuse({413, "the body is too large", {}});
  const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
  if (malformed && error != http::error::end_of_stream && error != http::error::partial_message) {
    return Refuse({400, "this is no HTTP/1.1 request", {}});
  }
  End();
}

// Whether the header alone is enough to refuse.
std::optional<Problem> Connection::Judge() {
  using beast::http::field;
  const auto& header = parser_->get();
  request_->method = std::string(header.method_string());
  const auto [path, query] = SplitTarget({header.target().data(), header.target().size()});
  request_->path = std::string(path);
  request_->query = std::string(query);
  request_->content_type = std::string(header[field::content_type]);
  request_->browser = {.host = std::string(header[field::host]),
                       .origin = std::string(header[field::origin]),
                       .fetch_site = std::string(header["Sec-Fetch-Site"]),
                       .languages = std::string(header[field::accept_language]),
                       .cookie = std::string(header[field::cookie])};
  request_->trace_id = header.count(kTraceparent) == 1 ? TraceIdOf(header[kTraceparent]) : "";
  if (request_->trace_id.empty()) request_->trace_id = NewTraceId(Random::System());
  const Router::Found found = shared_.router.Find(request_->method, request_->path);
  route_ = found.route;
  if (header.version() != 11) return Problem{505, "only HTTP/1.1 is spoken here", {}};
  if (header.count(field::host) != 1) return Problem{400, "one Host header is required", {}};
  if (route_ == nullptr && found.allowed.empty()) return Problem{404, "not found", {}};
  if (route_ == nullptr) return Problem{405, "another method is served here", {}};
  request_->rest = request_->path.substr(route_->prefix.size());
  if (route_->needs_certificate && certificate_uris_.empty()) {
    return Problem{403, "a client certificate is required", {}};
  }
  const std::string_view encoding = header[field::content_encoding];
  if (!encoding.empty() && !absl::EqualsIgnoreCase(ToAbsl(encoding), "identity")) {
    return Problem{415, "compressed bodies are not taken", {}};
  }
  const std::string_view expect = header[field::expect];
  if (!expect.empty() && !absl::EqualsIgnoreCase(ToAbsl(expect), "100-continue")) {
    return Problem{417, "only 100-continue may be expected", {}};
  }
  const auto length = parser_->content_length();
  if (length.has_value() && *length > route_->body_bytes_max) {
    return Problem{413, "the body is too large", {}};
  }
  return std::nullopt;
}

void Connection::End() {
  state_ = State::kEnding;
  timer_.cancel();
  outside_.reset();
  Error ignored;
  tcp().socket().close(ignored);
}

void Connection::EndPolitely() {
  state_ = State::kEnding;
  tcp().expires_after(absl::ToChronoNanoseconds(kGoodbyeTimeout));
  stream_.async_shutdown([self = shared_from_this()](Error) { self->End(); });
}

// The peer may still be sending what nobody reads. To close now would reset the connection, and the
// peer might never see its answer.
void Connection::Linger() {
  if (state_ != State::kEnding) {
    state_ = State::kEnding;
    transferred_bytes_ = 0;
    Error ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    tcp().expires_after(absl::ToChronoNanoseconds(kLingerTimeout));
    part_.resize(kReadBytes);
  }
  tcp().async_read_some(asio::buffer(part_), [self = shared_from_this()](Error error, size_t n) {
    self->transferred_bytes_ += static_cast<int64_t>(n);
    if (error || self->transferred_bytes_ > kLingerBytesMax) return self->End();
    self->Linger();
  });
}

}  // namespace lienthong::http
