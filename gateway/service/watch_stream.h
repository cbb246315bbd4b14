#ifndef LIENTHONG_GATEWAY_SERVICE_WATCH_STREAM_H_
#define LIENTHONG_GATEWAY_SERVICE_WATCH_STREAM_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/base/errors.h"
#include "gateway/service/call_context.h"
#include "gateway/service/edge.h"
#include "gateway/service/grpc_status.h"
#include "gateway/service/serial_queue.h"
#include "gateway/service/stream_hub.h"
#include "gateway/service/watch_session.h"
#include "google/protobuf/duration.pb.h"
#include "grpcpp/support/server_callback.h"

namespace lienthong::service {

// A server stream that is refused at once.
template <typename Response>
class RefusedWatch final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedWatch(const absl::Status& status) { this->Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

// What one read of a watch gives.
template <typename Response>
struct WatchPage {
  Response response;  // with the resume token after it
  bool empty = true;
  bool more = false;
};

// A stream that follows the journal by pages, each read on the executor with the token of the one
// before. WatchSession holds the rules. Deletes itself.
template <typename Response>
class WatchStream final : public grpc::ServerWriteReactor<Response>,
                          public HubStream,
                          public std::enable_shared_from_this<WatchStream<Response>> {
 public:
  using ReadPage = std::function<absl::StatusOr<WatchPage<Response>>(
      const core::RequestContext& call, const std::string& resume_token)>;

  static WatchStream* Start(const Edge& edge, StreamHub& hub, Call call, std::string resume_token,
                            absl::Duration heartbeat, ReadPage read_page) {
    std::shared_ptr<WatchStream> stream(new WatchStream(
        edge, std::move(call), std::move(resume_token), heartbeat, std::move(read_page)));
    stream->self_ = stream;
    stream->On([&](WatchSession& session) { return session.OnStart(edge.clock().Now()); });
    hub.Add(stream);
    return stream.get();
  }

  void OnWriteDone(bool ok) override {
    On([ok](WatchSession& session) { return session.OnWritten(ok); });
  }
  void OnCancel() override {
    On([](WatchSession& session) { return session.End(absl::CancelledError("cancelled")); });
  }
  void OnDone() override {
    call_.ticket.Release();
    {
      const std::lock_guard lock(mutex_);
      call_.watch.End(session_.status().code());
    }
    self_.reset();
  }
  void OnTick(absl::Time now, bool journal_moved) override {
    On([=](WatchSession& session) { return session.OnTick(now, journal_moved); });
  }
  void OnDrain() override {
    On([](WatchSession& session) { return session.End(Draining()); });
  }

 private:
  WatchStream(const Edge& edge, Call call, std::string resume_token, absl::Duration heartbeat,
              ReadPage read_page)
      : edge_(edge),
        call_(std::move(call)),
        read_page_(std::move(read_page)),
        resume_token_(std::move(resume_token)),
        session_(heartbeat) {}

  // Tells the session what happened, and does what it says.
  template <typename Event>
  void On(Event event) {
    const auto self = this->shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      const WatchSession::Action action = event(session_);
      if (action != WatchSession::Action::kNone) {
        steps_.Add([this, action] { Do(action); });
      }
    }
    steps_.Drain();
  }

  void Do(WatchSession::Action action) {
    switch (action) {
      case WatchSession::Action::kReadPage: {
        const bool taken =
            edge_.executor().TryRun([self = this->shared_from_this()] { self->Read(); });
        if (!taken) On([](WatchSession& session) { return session.OnPageDelayed(); });
        return;
      }
      case WatchSession::Action::kWrite:
        return this->StartWrite(&page_.response);
      case WatchSession::Action::kFinish:
        return this->Finish(ToGrpc(session_.status()));
      case WatchSession::Action::kNone:
        return;
    }
  }

  // Alone with page_ and resume_token_: there is no second read and no write while it runs.
  void Read() {
    core::RequestContext call = call_.context;
    call.deadline = edge_.clock().Now() + kCallTimeMax;
    absl::StatusOr<WatchPage<Response>> page = read_page_(call, resume_token_);
    if (!page.ok()) {
      On([&page](WatchSession& session) { return session.OnPageFailed(page.status()); });
      return;
    }
    page_ = *std::move(page);
    resume_token_ = page_.response.resume_token();
    On([this](WatchSession& session) {
      return session.OnPage(page_.empty, page_.more, edge_.clock().Now());
    });
  }

  const Edge& edge_;
  Call call_;
  const ReadPage read_page_;
  std::string resume_token_;
  WatchPage<Response> page_;
  SerialQueue steps_;
  std::mutex mutex_;
  WatchSession session_;
  std::shared_ptr<WatchStream> self_;
};

// The longest silence a request asks for: 0 = 15 s, at least 1 s.
absl::StatusOr<absl::Duration> HeartbeatOf(const google::protobuf::Duration& asked);

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_WATCH_STREAM_H_
