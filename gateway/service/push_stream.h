#ifndef LIENTHONG_GATEWAY_SERVICE_PUSH_STREAM_H_
#define LIENTHONG_GATEWAY_SERVICE_PUSH_STREAM_H_

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/dossiers.h"
#include "gateway/service/edge.h"
#include "gateway/service/push_session.h"
#include "gateway/service/serial_queue.h"
#include "gateway/service/stream_hub.h"
#include "grpcpp/support/server_callback.h"

namespace lienthong::service {

// Threads of the executor that one stream may hold at the same time.
inline constexpr int kStreamWorkersMax = 4;

// One PushDossiers call: moves messages between gRPC, the executor and core as PushSession says.
// Deletes itself once the call and every item of it has ended.
class PushStream final : public grpc::ServerBidiReactor<dossier::v1::PushDossierRequest,
                                                        dossier::v1::PushDossiersResponse>,
                         public HubStream,
                         public std::enable_shared_from_this<PushStream> {
 public:
  static PushStream* Start(const Edge& edge, StreamHub& hub, core::Dossiers& dossiers, Call call);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void OnTick(absl::Time /*now*/, bool /*journal_moved*/) override {}
  void OnDrain() override;

 private:
  using Item = PushSession::Item;
  using Result = absl::StatusOr<dossier::v1::PushDossierResponse>;

  PushStream(const Edge& edge, core::Dossiers& dossiers, Call call)
      : edge_(edge), dossiers_(dossiers), call_(std::move(call)) {}

  template <typename Event>
  void On(Event event);
  // Under the lock: puts down what is to be done.
  void Plan(PushSession::Actions actions);
  void StartWorkers();
  void Work();
  void Push(const Item& item);
  void OnResult(const std::string& key, const std::string& request_id, Result result);

  const Edge& edge_;
  core::Dossiers& dossiers_;
  Call call_;
  dossier::v1::PushDossierRequest incoming_;
  SerialQueue steps_;
  std::mutex mutex_;
  PushSession session_;
  std::deque<Item> waiting_;
  int workers_ = 0;
  std::shared_ptr<PushStream> self_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_PUSH_STREAM_H_
