#include "gateway/http/listener.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/http/connection.h"
#include "gateway/http/tls_context.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr absl::Duration kCutTime = absl::Seconds(5);
constexpr absl::Duration kRefusedLogInterval = absl::Seconds(10);
constexpr size_t kIpv6NetworkBytes = 8;

absl::Status CannotListen(const std::string& address, std::string_view why) {
  return absl::FailedPreconditionError(StrCat("cannot listen on ", address, ": ", why));
}

// Who counts as one peer: an IPv4 address, an IPv6 network.
std::string PeerOf(const tcp::socket& socket) {
  Error error;
  const tcp::endpoint endpoint = socket.remote_endpoint(error);
  if (error) return "";
  asio::ip::address address = endpoint.address();
  if (address.is_v4()) return address.to_string();
  asio::ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  asio::ip::address_v6::bytes_type bytes = v6.to_bytes();
  std::fill(bytes.begin() + kIpv6NetworkBytes, bytes.end(), 0);
  return asio::ip::make_address_v6(bytes).to_string();
}

Limits Feasible(Limits limits) {
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t half = std::max<rlim_t>(1, files.rlim_cur / 2);
  limits.connections_max = static_cast<int>(std::min<rlim_t>(limits.connections_max, half));
  return limits;
}

}  // namespace

class Listener::Impl {
 public:
  Impl(const ListenerOptions& options, Router router, const TlsWatch& certificates,
       Executor& executor, const Clock& clock)
      : options_(options),
        limits_(Feasible(options.limits)),
        router_(std::move(router)),
        certificates_(certificates),
        clock_(clock),
        shared_{router_, limits_, executor, clock, options_.observer},
        strand_(asio::make_strand(context_)),
        acceptor_(strand_),
        pause_(strand_),
        spare_fd_(OpenSpare()) {}

  ~Impl() {
    if (spare_fd_ >= 0) close(spare_fd_);
  }

  absl::Status Start() {
    LIENTHONG_RETURN_IF_ERROR(TakeCertificate());
    LIENTHONG_RETURN_IF_ERROR(Bind());
    Accept();
    for (int i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
    return absl::OkStatus();
  }

  void Stop(absl::Duration timeout) {
    if (threads_.empty()) return;
    asio::post(strand_, [this] {
      stopping_ = true;
      Error ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    shared_.table.Drain([](const auto& connection) { connection->EndWhenIdle(); });
    if (!shared_.table.AwaitEmpty(timeout)) {
      shared_.table.Drain([](const auto& connection) { connection->Cut(); });
      shared_.table.AwaitEmpty(kCutTime);
    }
    work_.reset();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    shared_.gate->Close();
  }

  int port() const { return port_; }
  int connections() const { return shared_.table.size(); }

 private:
  static int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

  absl::Status Bind() {
    const size_t colon = options_.address.rfind(':');
    if (colon == std::string::npos) return CannotListen(options_.address, "expected HOST:PORT");
    std::string host = options_.address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    Error error;
    tcp::resolver resolver(context_);
    const auto found =
        resolver.resolve(host, options_.address.substr(colon + 1), tcp::resolver::passive, error);
    if (error || found.empty()) return CannotListen(options_.address, error.message());
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return CannotListen(options_.address, error.message());
    port_ = acceptor_.local_endpoint(error).port();
    return absl::OkStatus();
  }

  void Accept() {
    if (stopping_) return;
    acceptor_.async_accept(asio::make_strand(context_), [this](Error error, tcp::socket socket) {
      if (stopping_) return;
      if (!error) {
        Serve(std::move(socket));
        return Accept();
      }
      if (error == asio::error::no_descriptors ||
          error == Error(ENFILE, boost::system::system_category())) {
        TurnOneAway();
      }
      // Whatever it is, it may pass; to ask again at once would spin.
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](Error) { Accept(); });
    });
  }

  void Serve(tcp::socket socket) {
    Error ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::string peer = PeerOf(socket);
    if (const absl::Status taken = TakeCertificate(); !taken.ok()) {
      LogWarning("https_certificate_refused", {{"reason", std::string(taken.message())}});
    }
    const auto connection = std::make_shared<Connection>(std::move(socket), tls_, shared_, peer);
    if (!shared_.table.Add(connection, peer)) return LogRefused();
    connection->Start();
  }

  // No descriptor is left: the spare one takes a caller out of the line, who else would wait there
  // for an answer that cannot come.
  void TurnOneAway() {
    if (spare_fd_ >= 0) close(spare_fd_);
    const int caller = accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (caller >= 0) close(caller);
    spare_fd_ = OpenSpare();
    LogRefused();
  }

  // Not a line for each: a flood of callers must not become a flood of lines.
  void LogRefused() {
    ++refused_;
    if (clock_.Now() - refused_logged_ < kRefusedLogInterval) return;
    refused_logged_ = clock_.Now();
    LogWarning("https_connections_refused", {{"count", StrCat(std::exchange(refused_, 0))},
                                             {"open", StrCat(shared_.table.size())}});
  }

  // What the library will not take is tried once, and changes nothing.
  absl::Status TakeCertificate() {
    std::shared_ptr<const TlsContent> content = certificates_.Current();
    if (content == tls_content_) return absl::OkStatus();
    tls_content_ = std::move(content);
    LIENTHONG_ASSIGN_OR_RETURN(tls_, MakeTlsContext(*tls_content_));
    return absl::OkStatus();
  }

  const ListenerOptions options_;
  const Limits limits_;
  const Router router_;
  const TlsWatch& certificates_;
  const Clock& clock_;
  ConnectionShared shared_;  // before context_: connections that end with it count down here
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  asio::strand<asio::io_context::executor_type> strand_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::shared_ptr<const TlsContent> tls_content_;
  int spare_fd_;
  bool stopping_ = false;
  int64_t refused_ = 0;
  absl::Time refused_logged_ = absl::InfinitePast();
  int port_ = 0;
  std::vector<std::thread> threads_;
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Listener::~Listener() { impl_->Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(const ListenerOptions& options,
                                                          Router router,
                                                          const TlsWatch& certificates,
                                                          Executor& executor, const Clock& clock) {
  auto impl = std::make_unique<Impl>(options, std::move(router), certificates, executor, clock);
  LIENTHONG_RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

void Listener::Stop(absl::Duration timeout) { impl_->Stop(timeout); }

int Listener::port() const { return impl_->port(); }

int Listener::connections() const { return impl_->connections(); }

}  // namespace lienthong::http
