#include "gateway/service/push_stream.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/service/call_context.h"
#include "gateway/service/grpc_status.h"

namespace lienthong::service {

PushStream* PushStream::Start(const Edge& edge, StreamHub& hub, core::Dossiers& dossiers,
                              Call call) {
  std::shared_ptr<PushStream> stream(new PushStream(edge, dossiers, std::move(call)));
  stream->self_ = stream;
  stream->On([](PushSession& session) { return session.OnStart(); });
  hub.Add(stream);
  return stream.get();
}

void PushStream::OnReadDone(bool ok) {
  On([this, ok](PushSession& session) { return session.OnRead(ok, std::move(incoming_)); });
}

void PushStream::OnWriteDone(bool ok) {
  On([ok](PushSession& session) { return session.OnWritten(ok); });
}

void PushStream::OnCancel() {
  On([](PushSession& session) { return session.OnCancel(); });
}

void PushStream::OnDrain() {
  On([](PushSession& session) { return session.OnDrain(Draining()); });
}

void PushStream::OnDone() {
  call_.ticket.Release();
  {
    const std::lock_guard lock(mutex_);
    call_.watch.End(session_.status().code());
  }
  self_.reset();
}

template <typename Event>
void PushStream::On(Event event) {
  const auto self = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    Plan(event(session_));
  }
  steps_.Drain();
}

void PushStream::Plan(PushSession::Actions actions) {
  for (Item& item : actions.run) waiting_.push_back(std::move(item));
  if (!actions.run.empty()) {
    steps_.Add([this] { StartWorkers(); });
  }
  if (actions.read) {
    steps_.Add([this] {
      incoming_.Clear();
      StartRead(&incoming_);
    });
  }
  if (actions.write) {
    steps_.Add(
        [this, acknowledgement = &session_.acknowledgement()] { StartWrite(acknowledgement); });
  }
  if (actions.finish) {
    steps_.Add([this, status = session_.status()] { Finish(ToGrpc(status)); });
  }
}

// One worker per waiting item, up to the limit; when the executor has no room and no worker of ours
// is left to come back for them, the items are refused.
void PushStream::StartWorkers() {
  std::deque<Item> refused;
  {
    const std::lock_guard lock(mutex_);
    while (workers_ < kStreamWorkersMax && workers_ < static_cast<int>(waiting_.size())) {
      if (!edge_.executor().TryRun([self = shared_from_this()] { self->Work(); })) break;
      ++workers_;
    }
    if (workers_ == 0) refused.swap(waiting_);
  }
  for (const Item& item : refused) OnResult(item.key, item.request.request_id(), Edge::Full());
}

void PushStream::Work() {
  while (true) {
    Item item;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        --workers_;
        return;
      }
      item = std::move(waiting_.front());
      waiting_.pop_front();
    }
    Push(item);
  }
}

void PushStream::Push(const Item& item) {
  core::RequestContext call = call_.context;
  call.deadline = edge_.clock().Now() + kCallTimeMax;
  dossiers_.Push(
      call, item.request,
      [self = shared_from_this(), key = item.key, request_id = item.request.request_id()](
          Result result) { self->OnResult(key, request_id, std::move(result)); });
}

void PushStream::OnResult(const std::string& key, const std::string& request_id, Result result) {
  dossier::v1::PushDossiersResponse acknowledgement;
  acknowledgement.set_request_id(request_id);
  if (result.ok()) {
    *acknowledgement.mutable_acknowledged() = *std::move(result);
  } else {
    *acknowledgement.mutable_refused() = ToRpc(result.status());
  }
  On([&key, &acknowledgement](PushSession& session) {
    return session.OnOutcome(key, std::move(acknowledgement));
  });
}

}  // namespace lienthong::service
