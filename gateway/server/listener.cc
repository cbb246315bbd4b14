#include "gateway/server/listener.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "grpc/support/log.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/server_builder.h"

namespace lienthong {
namespace {

constexpr int kStreamsPerConnectionDefault = 1024;
constexpr int kMessageBytesDefault = 4 << 20;
constexpr int kMetadataBytesMax = 8192;
constexpr size_t kTransportBytesMax = size_t{256} << 20;
constexpr int kHandshakeTimeoutMs = 5'000;
constexpr int kIdleConnectionMs = 300'000;
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kPingIntervalMinMs = 10'000;
constexpr int kPingStrikesMax = 2;

// The reflection library, once linked, puts itself on every port of the process.
class PluginsOption final : public grpc::ServerBuilderOption {
 public:
  explicit PluginsOption(bool reflection) : reflection_(reflection) {}
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
    if (!reflection_) return;
    plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
  }

 private:
  const bool reflection_;
};

void ApplyLimits(const config::v1::LimitsConfig& limits, grpc::ServerBuilder& builder) {
  const int streams = limits.streams_per_connection_max();
  const int message_bytes = limits.message_bytes_max();
  builder.SetMaxReceiveMessageSize(message_bytes > 0 ? message_bytes : kMessageBytesDefault);
  // A small compressed message can hold a very large one, and is measured only after inflation.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetResourceQuota(grpc::ResourceQuota("lienthong").Resize(kTransportBytesMax));
  for (const auto& [name, value] : {
           std::pair(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                     streams > 0 ? streams : kStreamsPerConnectionDefault),
           std::pair(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax),
           std::pair(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs),
           std::pair(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleConnectionMs),
           std::pair(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs),
           std::pair(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs),
           std::pair(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingIntervalMinMs),
           std::pair(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikesMax),
           // Else a second gateway on the same port starts without an error.
           std::pair(GRPC_ARG_ALLOW_REUSEPORT, 0),
       }) {
    builder.AddChannelArgument(name, value);
  }
}

std::string CannotListen(const std::string& address, std::string_view why) {
  return StrCat("cannot listen on ", address, ": ", why);
}

void LogGrpc(gpr_log_func_args* args) {
  if (args->severity < GPR_LOG_SEVERITY_ERROR) return;
  LogWarning("grpc_library", {{"message", args->message}});
}

}  // namespace

absl::Status CheckAddressFree(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found);
  if (failure != 0) {
    return absl::FailedPreconditionError(CannotListen(address, gai_strerror(failure)));
  }
  const int socket_fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound = socket_fd >= 0 && bind(socket_fd, found->ai_addr, found->ai_addrlen) == 0 &&
                     listen(socket_fd, 1) == 0;
  const int reason = errno;
  freeaddrinfo(found);
  if (socket_fd >= 0) close(socket_fd);
  if (bound) return absl::OkStatus();
  std::string problem = CannotListen(address, std::strerror(reason));
  return reason == EADDRINUSE ? absl::AlreadyExistsError(problem)
                              : absl::FailedPreconditionError(problem);
}

absl::StatusOr<Listener> StartListener(const ListenerOptions& options,
                                       const config::v1::LimitsConfig& limits) {
  Listener listener;
  listener.credentials = options.credentials;
  grpc::ServerBuilder builder;
  ApplyLimits(limits, builder);
  builder.SetOption(std::make_unique<PluginsOption>(options.reflection));
  builder.AddListeningPort(options.address, options.credentials, &listener.port);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  listener.server = builder.BuildAndStart();
  if (listener.server != nullptr && listener.port != 0) return listener;
  const absl::Status free = CheckAddressFree(options.address);
  const std::string problem = free.ok()
                                  ? CannotListen(options.address, "refused by the gRPC library")
                                  : std::string(free.message());
  return absl::FailedPreconditionError(StrCat(options.key, ": ", problem));
}

void RouteGrpcLog() {
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  gpr_set_log_function(&LogGrpc);
}

}  // namespace lienthong
