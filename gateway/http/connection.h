#ifndef LIENTHONG_GATEWAY_HTTP_CONNECTION_H_
#define LIENTHONG_GATEWAY_HTTP_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/http/body_budget.h"
#include "gateway/http/connection_table.h"
#include "gateway/http/handshake_log.h"
#include "gateway/http/limits.h"
#include "gateway/http/router.h"

namespace lienthong::http {

// The way back from the executor's threads onto a connection's strand. A result that comes when the
// connection, or the whole listener, is gone is dropped. Thread-safe.
class Gate {
 public:
  void Post(const std::weak_ptr<Connection>& to, std::function<void(Connection&)> work);
  // Before the connections' io_context ends.
  void Close();

 private:
  std::mutex mutex_;
  bool open_ = true;
};

// What the connections of a listener share; outlives them.
struct ConnectionShared {
  const Router& router;
  const Limits& limits;
  Executor& executor;
  const Clock& clock;
  const RequestObserver& observer;
  HandshakeLog handshakes{clock};
  ConnectionTable table{limits.connections_max, limits.connections_per_peer_max};
  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  const std::shared_ptr<BodyBudget> budget =
      std::make_shared<BodyBudget>(limits.held_bodies_bytes_max);
};

// One TLS connection: one request at a time, HTTP/1.1, never two answers on their way. All of it
// runs on the strand of its socket; handlers and sinks run on the executor and come back through
// the gate. It lives as long as an operation of it is under way.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
             ConnectionShared& shared, std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start();
  // From any thread: ends it when it waits for a request; else after the answer under way.
  void EndWhenIdle();
  // From any thread: cuts it.
  void Cut();
  // From any thread: runs `work` on the strand.
  static void PostTo(const std::shared_ptr<Connection>& connection,
                     std::function<void(Connection&)> work);

 private:
  using Error = boost::beast::error_code;
  enum class State { kIdle, kReading, kWorking, kWriting, kEnding };

  // connection.cc: its beginning, its end, the header.
  boost::beast::tcp_stream& tcp() { return boost::beast::get_lowest_layer(stream_); }
  void Handshake();
  void AwaitRequest();
  void ReadHeader();
  void OnHeader(Error error);
  void OnBroken(Error error);
  std::optional<Problem> Judge();
  void End();
  void EndPolitely();
  void Linger();

  // connection_work.cc: the body, the handler.
  void TakeBody();
  void ReadBody();
  void OnBody(Error error);
  void KeepPart(size_t bytes);
  void WritePart(size_t bytes);
  void Continue();
  void RunHandler();
  Answer MakeAnswer();
  void OnAnswer(int request, Response response);
  bool RunOutside(std::function<std::function<void(Connection&)>()> work);
  void EndOutside();

  // connection_reply.cc: the answer.
  void Refuse(const Problem& problem);
  void Send(Response response);
  bool MayStay() const;
  void Tell() const;
  void SendPart();
  void OnPart(const std::shared_ptr<std::string>& part);
  void OnSent(Error error);
  std::optional<absl::Duration> TransferTime(absl::Time began, int64_t bytes) const;

  ConnectionShared& shared_;
  const std::string peer_;
  const std::shared_ptr<boost::asio::ssl::context> tls_;
  const absl::Time opened_;
  boost::beast::ssl_stream<boost::beast::tcp_stream> stream_;
  boost::asio::steady_timer timer_;  // of the handler
  boost::beast::flat_buffer buffer_;
  State state_ = State::kIdle;
  std::vector<std::string> certificate_uris_;
  int requests_ = 0;

  // Of the request at hand.
  absl::Time request_began_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::buffer_body>> parser_;
  std::shared_ptr<const Route> route_;
  std::shared_ptr<Request> request_;
  std::shared_ptr<BodySink> sink_;
  std::string part_;
  absl::Time transfer_began_;
  int64_t transferred_bytes_ = 0;
  bool stay_ = false;
  std::string head_;  // of the answer, as it is written
  Response response_;
  std::shared_ptr<sdk::FileReader> content_;
  int64_t content_left_bytes_ = 0;
  // Itself, while nothing but work on the executor holds it.
  std::shared_ptr<Connection> outside_;
  // More than one: a handler's answer may begin the next before the handler's own end comes.
  int outside_works_ = 0;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_CONNECTION_H_
