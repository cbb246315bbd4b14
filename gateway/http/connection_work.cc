#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <string_view>
#include <utility>

#include "gateway/base/trace.h"
#include "gateway/http/connection.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr size_t kPartBytes = 64 << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// A handler that keeps its deadline answers a little after it.
constexpr absl::Duration kHandlerGrace = absl::Seconds(1);
constexpr absl::Duration kBusyRetryAfter = absl::Seconds(1);
const Problem kBusy{503, "too much is worked on at the same time", kBusyRetryAfter};

}  // namespace

// Work that may wait, away from the threads of the sockets. What it returns runs on the strand,
// unless the connection was cut meanwhile. False when the executor's line is full.
bool Connection::RunOutside(std::function<std::function<void(Connection&)>()> work) {
  outside_ = shared_from_this();
  ++outside_works_;
  const bool taken = shared_.executor.TryRun(
      [work = std::move(work), gate = shared_.gate, self = weak_from_this()] {
        gate->Post(self, [then = work()](Connection& connection) {
          connection.EndOutside();
          if (connection.state_ != State::kEnding) then(connection);
        });
      });
  if (!taken) EndOutside();
  return taken;
}

void Connection::EndOutside() {
  if (--outside_works_ == 0) outside_.reset();
}

void Connection::TakeBody() {
  parser_->body_limit(route_->body_bytes_max);
  transfer_began_ = shared_.clock.Now();
  transferred_bytes_ = 0;
  if (route_->open_sink == nullptr) return Continue();
  const bool taken = RunOutside([route = route_, request = request_] {
    absl::StatusOr<std::unique_ptr<BodySink>> sink = route->open_sink(request);
    const absl::Status status = sink.status();
    const std::shared_ptr<BodySink> opened = sink.ok() ? *std::move(sink) : nullptr;
    return [status, opened](Connection& self) {
      if (!status.ok()) return self.Refuse(ProblemOf(status));
      self.sink_ = opened;
      self.Continue();
    };
  });
  if (!taken) Refuse(kBusy);
}

// Whoever asked whether to send its body hears yes.
void Connection::Continue() {
  const auto& header = parser_->get();
  if (parser_->is_done() || header[beast::http::field::expect].empty()) return ReadBody();
  tcp().expires_after(absl::ToChronoNanoseconds(shared_.limits.header_timeout));
  asio::async_write(stream_, asio::buffer(kContinue),
                    [self = shared_from_this()](Error error, size_t) {
                      if (error) return self->End();
                      self->ReadBody();
                    });
}

void Connection::ReadBody() {
  if (parser_->is_done()) return RunHandler();
  const std::optional<absl::Duration> left = TransferTime(transfer_began_, transferred_bytes_);
  if (!left.has_value()) return Refuse({408, "the body came too slowly", {}});
  part_.resize(kPartBytes);
  auto& body = parser_->get().body();
  body.data = part_.data();
  body.size = part_.size();
  tcp().expires_after(absl::ToChronoNanoseconds(*left));
  beast::http::async_read_some(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, size_t) { self->OnBody(error); });
}

void Connection::OnBody(Error error) {
  if (error == beast::http::error::need_buffer) error = {};
  if (error) return OnBroken(error);
  const size_t bytes = part_.size() - parser_->get().body().size;
  transferred_bytes_ += static_cast<int64_t>(bytes);
  if (sink_ == nullptr) return KeepPart(bytes);
  WritePart(bytes);
}

void Connection::KeepPart(size_t bytes) {
  if (!request_->lease.Grow(bytes)) return Refuse(kBusy);
  request_->body.append(part_, 0, bytes);
  ReadBody();
}

// Nothing more is read until the sink has taken this.
void Connection::WritePart(size_t bytes) {
  part_.resize(bytes);
  const bool taken = RunOutside([sink = sink_, part = std::move(part_)] {
    const absl::Status status = sink->Write(part);
    return [status](Connection& self) {
      if (!status.ok()) return self.Refuse(ProblemOf(status));
      self.ReadBody();
    };
  });
  if (!taken) Refuse(kBusy);
}

void Connection::RunHandler() {
  state_ = State::kWorking;
  request_->deadline = shared_.clock.Now() + route_->timeout;
  timer_.expires_after(absl::ToChronoNanoseconds(route_->timeout + kHandlerGrace));
  timer_.async_wait([self = shared_from_this(), number = requests_](Error error) {
    if (error || self->state_ != State::kWorking || self->requests_ != number) return;
    self->Refuse({503, "not answered in time; send the same call again", kBusyRetryAfter});
  });
  // Here they end with the answer, not with the connection.
  std::shared_ptr<BodySink> sink = std::move(sink_);
  // The answer may be under way before the handler returns, so nothing is waited for here but it;
  // until then the timer holds the connection.
  const bool taken = shared_.executor.TryRun([route = route_, request = std::move(request_),
                                              sink = std::move(sink), answer = MakeAnswer()] {
    const TraceScope trace(TraceparentOf(request->trace_id, ""));
    if (sink != nullptr) {
      sink->Finish(answer);
    } else {
      route->handler(request, answer);
    }
  });
  if (!taken) Refuse(kBusy);
}

Answer Connection::MakeAnswer() {
  return [gate = shared_.gate, self = weak_from_this(), number = requests_](Response response) {
    auto held = std::make_shared<Response>(std::move(response));
    gate->Post(self, [number, held](Connection& connection) {
      connection.OnAnswer(number, std::move(*held));
    });
  };
}

void Connection::OnAnswer(int request, Response response) {
  if (state_ != State::kWorking || requests_ != request) return;  // too late, or twice
  timer_.cancel();
  Send(std::move(response));
}

}  // namespace lienthong::http
