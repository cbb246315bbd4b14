#include "gateway/service/health_service.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/service/grpc_status.h"
#include "gateway/service/serial_queue.h"
#include "gateway/service/watch_stream.h"

namespace lienthong::service {
namespace {

using grpc::health::v1::HealthCheckResponse;
using State = HealthCheckResponse::ServingStatus;

constexpr size_t kWatchesMax = 64;
constexpr absl::Duration kRetryAfter = absl::Seconds(5);

Method Named(std::string_view name) {
  return {grpc::health::v1::Health::service_full_name(), name};
}

}  // namespace

// One watch: writes the newest state, never more than one message ahead of the reader.
class HealthWatch final : public grpc::ServerWriteReactor<HealthCheckResponse>,
                          public std::enable_shared_from_this<HealthWatch> {
 public:
  explicit HealthWatch(CallWatch call) : call_(std::move(call)) {}

  static std::shared_ptr<HealthWatch> Start(CallWatch call, State state) {
    auto watch = std::make_shared<HealthWatch>(std::move(call));
    watch->self_ = watch;
    watch->Say(state);
    return watch;
  }

  void Say(State state) {
    const auto self = shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      wanted_ = state;
      Proceed();
    }
    steps_.Drain();
  }

  void End(const absl::Status& status) {
    const auto self = shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      if (status_.ok()) status_ = status;
      Proceed();
    }
    steps_.Drain();
  }

  void OnWriteDone(bool ok) override {
    const auto self = shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok && status_.ok()) status_ = absl::CancelledError("the reader went away");
      Proceed();
    }
    steps_.Drain();
  }
  void OnCancel() override { End(absl::CancelledError("cancelled")); }
  void OnDone() override {
    {
      const std::lock_guard lock(mutex_);
      call_.End(status_.code());
    }
    self_.reset();
  }

 private:
  void Proceed() {
    if (writing_ || finished_) return;
    if (!status_.ok()) {
      finished_ = true;
      steps_.Add([this, status = status_] { Finish(ToGrpc(status)); });
    } else if (wanted_ != said_) {
      writing_ = true;
      said_ = wanted_;
      message_.set_status(said_);
      steps_.Add([this] { StartWrite(&message_); });
    }
  }

  CallWatch call_;
  SerialQueue steps_;
  std::mutex mutex_;
  State wanted_ = HealthCheckResponse::UNKNOWN;
  State said_ = HealthCheckResponse::UNKNOWN;
  bool writing_ = false;
  bool finished_ = false;
  absl::Status status_;
  HealthCheckResponse message_;
  std::shared_ptr<HealthWatch> self_;
};

HealthService::HealthService(const Edge& edge, std::vector<std::string> services)
    : edge_(edge), services_(std::move(services)) {}

HealthService::~HealthService() = default;

bool HealthService::Knows(const std::string& service) const {
  return service.empty() || std::ranges::find(services_, service) != services_.end();
}

std::vector<std::shared_ptr<HealthWatch>> HealthService::Watches() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<HealthWatch>> watches;
  std::erase_if(watches_, [&watches](const std::weak_ptr<HealthWatch>& weak) {
    auto watch = weak.lock();
    if (watch == nullptr) return true;
    watches.push_back(std::move(watch));
    return false;
  });
  return watches;
}

void HealthService::SetServing(bool serving) {
  {
    const std::lock_guard lock(mutex_);
    serving_ = serving;
  }
  const State state = serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
  for (const auto& watch : Watches()) watch->Say(state);
}

void HealthService::EndWatches() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  for (const auto& watch : Watches()) watch->End(Draining());
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const grpc::health::v1::HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  CallWatch watch = edge_.Watch(Named("Check"));
  absl::Status status = edge_.Know(*context, Named("Check"), watch).status();
  if (status.ok() && !Knows(request->service())) status = NotFound("service", request->service());
  {
    const std::lock_guard lock(mutex_);
    response->set_status(serving_ ? HealthCheckResponse::SERVING
                                  : HealthCheckResponse::NOT_SERVING);
  }
  watch.End(status.code());
  reactor->Finish(ToGrpc(status));
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext* context, const grpc::health::v1::HealthCheckRequest* request) {
  CallWatch call = edge_.Watch(Named("Watch"));
  absl::Status status = edge_.Know(*context, Named("Watch"), call).status();
  if (status.ok() && Watches().size() >= kWatchesMax) {
    status = Busy("too many health watches", kRetryAfter);
  }
  if (status.ok() && !Knows(request->service())) status = NotFound("service", request->service());
  if (!status.ok()) {
    call.End(status.code());
    return new RefusedWatch<HealthCheckResponse>(status);
  }
  const std::lock_guard lock(mutex_);
  const auto watch = HealthWatch::Start(
      std::move(call), serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
  if (ended_) watch->End(Draining());
  watches_.push_back(watch);
  return watch.get();
}

}  // namespace lienthong::service
