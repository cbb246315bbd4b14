#include "gateway/service/admin_service.h"

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

constexpr absl::Duration kDrainTimeDefault = absl::Seconds(10);
constexpr absl::Duration kDrainTimeMax = absl::Minutes(5);

Method Named(std::string_view name) { return {admin::v1::AdminService::service_full_name(), name}; }

absl::StatusOr<absl::Duration> TimeoutOf(const google::protobuf::Duration& asked) {
  const absl::Duration timeout = absl::Seconds(asked.seconds()) + absl::Nanoseconds(asked.nanos());
  if (timeout < absl::ZeroDuration() || timeout > kDrainTimeMax) {
    return FieldInvalid("timeout", "must be from 0 (= 10 s) to 300 s");
  }
  return timeout == absl::ZeroDuration() ? kDrainTimeDefault : timeout;
}

}  // namespace

admin::v1::ServerInfo AdminService::Info() const {
  const store::StoreInfo store = parts_.store.Info();
  admin::v1::ServerInfo info;
  info.set_version(parts_.version);
  info.set_store(store.kind);
  info.set_store_epoch(store.epoch);
  info.set_last_sequence(store.last_sequence);
  info.set_evidence_leaves(store.leaves);
  info.set_evidence_root(store.root);
  info.mutable_start_time()->set_seconds(absl::ToUnixSeconds(parts_.start_time));
  info.set_draining(parts_.admission.draining());
  for (const std::string& link : parts_.links.names()) info.add_links(link);
  return info;
}

grpc::ServerUnaryReactor* AdminService::GetServerInfo(
    grpc::CallbackServerContext* context, const admin::v1::GetServerInfoRequest* /*request*/,
    admin::v1::ServerInfo* response) {
  return RunUnary(
      parts_.edge, context, Named("GetServerInfo"), "", response,
      [this](const core::RequestContext& /*call*/) -> absl::StatusOr<admin::v1::ServerInfo> {
        return Info();
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::Drain(grpc::CallbackServerContext* context,
                                              const admin::v1::DrainRequest* request,
                                              admin::v1::DrainResponse* response) {
  return RunUnary(
      parts_.edge, context, Named("Drain"), "", response,
      [this,
       request](const core::RequestContext& call) -> absl::StatusOr<admin::v1::DrainResponse> {
        LIENTHONG_ASSIGN_OR_RETURN(const absl::Duration timeout, TimeoutOf(request->timeout()));
        LogInfo("drain_asked", {{"caller", call.caller.name}});
        parts_.drain(timeout);
        return admin::v1::DrainResponse();
      },
      CallKind::kControl);
}

}  // namespace lienthong::service
