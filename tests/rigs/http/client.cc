#include "tests/rigs/http/client.h"

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <cctype>
#include <optional>
#include <utility>
#include <variant>

namespace lienthong::rigs::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = beast::error_code;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;
using Message = beast::http::request<beast::http::string_body>;

constexpr size_t kPartBytes = 64 << 10;

struct Place {
  bool tls = false;
  std::string host;
  std::string port;
};

std::optional<Place> ReadUrl(std::string_view url) {
  Place place;
  if (url.starts_with("https://")) {
    place.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const size_t colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = ParseNumber(url.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  place.host = std::string(url.substr(0, colon));
  place.port = std::string(url.substr(colon + 1));
  return place;
}

class BeastClient final : public Client {
 public:
  BeastClient(ClientOptions options, Place place)
      : options_(std::move(options)), place_(std::move(place)) {}

  // Empty when it can be used, else what is wrong.
  std::string LoadKeys() {
    if (!place_.tls) return "";
    Error error;
    tls_.set_verify_mode(asio::ssl::verify_peer);
    tls_.load_verify_file(options_.ca_file, error);
    if (error) return "cannot read authority " + options_.ca_file + ": " + error.message();
    if (options_.cert_file.empty()) return "";
    tls_.use_certificate_chain_file(options_.cert_file, error);
    if (error) return "cannot read certificate " + options_.cert_file + ": " + error.message();
    tls_.use_private_key_file(options_.key_file, asio::ssl::context::pem, error);
    if (error) return "cannot use key " + options_.key_file + ": " + error.message();
    return "";
  }

  Answer Post(const std::string& target, const std::string& content_type, const std::string& body,
              std::stop_token stop) override {
    request_ = Message(beast::http::verb::post, target, 11);
    request_.set(beast::http::field::content_type, content_type);
    request_.body() = body;
    return Call(nullptr, stop);
  }

  Answer Get(const std::string& target, BodySink& sink, std::stop_token stop) override {
    request_ = Message(beast::http::verb::get, target, 11);
    return Call(&sink, stop);
  }

 private:
  Answer Call(BodySink* sink, const std::stop_token& stop) {
    stop_ = stop;
    const std::stop_callback on_stop(stop, [this] { context_.stop(); });
    deadline_ = std::chrono::steady_clock::now() + options_.call_timeout;
    request_.set(beast::http::field::host, place_.host + ":" + place_.port);
    request_.set(beast::http::field::accept, "*/*");
    request_.prepare_payload();
    Answer answer;
    answer.error = Exchange(sink, answer);
    if (!answer.error.empty()) {
      answer.status = 0;
      stream_.emplace<std::monostate>();
    }
    return answer;
  }

  // Empty when a whole answer came, else what went wrong.
  std::string Exchange(BodySink* sink, Answer& answer) {
    if (std::holds_alternative<std::monostate>(stream_)) {
      if (std::string wrong = Connect(); !wrong.empty()) return wrong;
    }
    if (Plain* plain = std::get_if<Plain>(&stream_)) return ExchangeOn(*plain, sink, answer);
    return ExchangeOn(*std::get<std::unique_ptr<Tls>>(stream_), sink, answer);
  }

  std::string Connect() {
    Error error;
    tcp::resolver resolver(context_);
    const auto endpoints = resolver.resolve(place_.host, place_.port, error);
    if (error) return place_.host + ": " + error.message();
    buffer_.clear();
    if (!place_.tls) {
      Plain& plain = stream_.emplace<Plain>(context_);
      return ConnectTcp(plain, endpoints);
    }
    auto& tls = stream_.emplace<std::unique_ptr<Tls>>(std::make_unique<Tls>(context_, tls_));
    tls->set_verify_callback(asio::ssl::host_name_verification(place_.host));
    SSL_set_tlsext_host_name(tls->native_handle(), place_.host.c_str());
    if (std::string wrong = ConnectTcp(tls->next_layer(), endpoints); !wrong.empty()) return wrong;
    return Run("TLS", [&](auto done) {
      tls->async_handshake(asio::ssl::stream_base::client, std::move(done));
    });
  }

  template <typename Endpoints>
  std::string ConnectTcp(Plain& plain, const Endpoints& endpoints) {
    plain.expires_at(deadline_);
    std::string wrong = Run("connect", [&](auto done) {
      plain.async_connect(
          endpoints, [done = std::move(done)](Error error, tcp::endpoint) mutable { done(error); });
    });
    if (!wrong.empty()) return wrong;
    Error ignored;
    plain.socket().set_option(tcp::no_delay(true), ignored);
    return "";
  }

  // Starts one asynchronous act and waits for its end. Empty when it went well.
  template <typename Start>
  std::string Run(const char* what, Start start) {
    std::optional<Error> result;
    context_.restart();
    if (stop_.stop_requested()) return "stopped";  // restart() may just have undone it
    start([&result](Error error, auto...) { result = error; });
    context_.run();
    if (!result) return "stopped";
    if (*result) return std::string(what) + ": " + result->message();
    return "";
  }

  template <typename Stream>
  std::string ExchangeOn(Stream& stream, BodySink* sink, Answer& answer) {
    beast::get_lowest_layer(stream).expires_at(deadline_);
    std::string wrong = Run(
        "send", [&](auto done) { beast::http::async_write(stream, request_, std::move(done)); });
    if (!wrong.empty()) return wrong;
    beast::http::response_parser<beast::http::empty_body> head;
    head.body_limit(kSunkAnswerBytesMax);
    wrong = Run("receive", [&](auto done) {
      beast::http::async_read_header(stream, buffer_, head, std::move(done));
    });
    if (!wrong.empty()) return wrong;
    ReadHead(head.get(), answer);
    const bool keep_alive = head.keep_alive();
    wrong = sink != nullptr && answer.status == 200 ? Sink(stream, std::move(head), *sink)
                                                    : Keep(stream, std::move(head), answer);
    if (wrong.empty() && !keep_alive) stream_.emplace<std::monostate>();
    return wrong;
  }

  static void ReadHead(const beast::http::response_header<>& head, Answer& answer) {
    answer.status = static_cast<int>(head.result_int());
    for (const auto& field : head) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      answer.headers.emplace(std::move(name), std::string(field.value()));
    }
  }

  template <typename Stream, typename Head>
  std::string Keep(Stream& stream, Head&& head, Answer& answer) {
    if (head.content_length().value_or(0) > kAnswerBytesMax) return "the answer is too big";
    beast::http::response_parser<beast::http::string_body> parser(std::forward<Head>(head));
    parser.body_limit(kAnswerBytesMax);
    std::string wrong = Run("receive", [&](auto done) {
      beast::http::async_read(stream, buffer_, parser, std::move(done));
    });
    answer.body = std::move(parser.get().body());
    return wrong;
  }

  template <typename Stream, typename Head>
  std::string Sink(Stream& stream, Head&& head, BodySink& sink) {
    beast::http::response_parser<beast::http::buffer_body> parser(std::forward<Head>(head));
    while (!parser.is_done()) {
      parser.get().body().data = part_.data();
      parser.get().body().size = part_.size();
      std::string wrong = Run("receive", [&](auto done) {
        beast::http::async_read(stream, buffer_, parser,
                                [done = std::move(done)](Error error, size_t) mutable {
                                  done(error == beast::http::error::need_buffer ? Error() : error);
                                });
      });
      if (!wrong.empty()) return wrong;
      sink.Take(std::string_view(part_.data(), part_.size() - parser.get().body().size));
    }
    return "";
  }

  const ClientOptions options_;
  const Place place_;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::io_context context_;
  std::variant<std::monostate, Plain, std::unique_ptr<Tls>> stream_;
  std::chrono::steady_clock::time_point deadline_;
  std::stop_token stop_;
  beast::flat_buffer buffer_;
  Message request_;
  std::array<char, kPartBytes> part_;
};

}  // namespace

std::unique_ptr<Client> MakeClient(const ClientOptions& options, std::string* error) {
  const auto place = ReadUrl(options.url);
  if (!place) {
    *error = "bad url '" + options.url + "': write https://HOST:PORT";
    return nullptr;
  }
  auto client = std::make_unique<BeastClient>(options, *place);
  *error = client->LoadKeys();
  if (!error->empty()) return nullptr;
  return client;
}

}  // namespace lienthong::rigs::http
