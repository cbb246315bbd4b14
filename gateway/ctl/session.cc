#include "gateway/ctl/session.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"

namespace lienthong::ctl {
namespace {

constexpr absl::Duration kTimeoutDefault = absl::Seconds(30);
constexpr int kMessageBytesMax = 64 << 20;
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

absl::StatusOr<std::string> ReadPem(const Arguments& arguments, std::string_view flag,
                                    std::string_view environment) {
  const std::string path = arguments.Text(flag);
  if (path.empty()) {
    return absl::InvalidArgumentError(
        StrCat(flag, " FILE (or the environment's ", environment, ") is missing"));
  }
  std::ifstream in(path, std::ios::binary);
  std::string pem((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in || pem.find("-----BEGIN") == std::string::npos) {
    return absl::InvalidArgumentError(StrCat(flag, ": ", path, " is not a readable PEM file"));
  }
  return pem;
}

std::string Or(std::string text, const char* otherwise) {
  return text.empty() ? otherwise : std::move(text);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const Arguments& arguments) {
  std::unique_ptr<Session> session(new Session);
  session->server_ = Or(arguments.Text("--server"), "127.0.0.1:7443");
  session->admin_ = Or(arguments.Text("--admin"), "127.0.0.1:7444");
  session->json_ = arguments.Has("--json");
  LIENTHONG_ASSIGN_OR_RETURN(session->timeout_, arguments.Time("--timeout", kTimeoutDefault));
  grpc::SslCredentialsOptions tls;
  LIENTHONG_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadPem(arguments, "--ca", "LIENTHONG_CA"));
  LIENTHONG_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadPem(arguments, "--cert", "LIENTHONG_CERT"));
  LIENTHONG_ASSIGN_OR_RETURN(tls.pem_private_key, ReadPem(arguments, "--key", "LIENTHONG_KEY"));
  session->credentials_ = grpc::SslCredentials(tls);
  return session;
}

std::shared_ptr<grpc::Channel> Session::Connect(const std::string& address) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Each run speaks for itself and shows the gateway's answer; whoever calls decides about
  // repeating.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(address, credentials_, arguments);
}

void Session::SetDeadline(grpc::ClientContext& context) const {
  context.set_deadline(absl::ToChronoTime(Clock::Real().Now() + timeout_));
}

}  // namespace lienthong::ctl
