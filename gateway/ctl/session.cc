#include "gateway/ctl/session.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/tls_files.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"

namespace lienthong::ctl {
namespace {

constexpr absl::Duration kTimeoutDefault = absl::Seconds(30);
constexpr int kMessageBytesMax = 64 << 20;
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

absl::StatusOr<std::string> FileOf(const Arguments& arguments, std::string_view flag,
                                   std::string_view environment) {
  std::string path = arguments.Text(flag);
  if (!path.empty()) return path;
  return absl::InvalidArgumentError(
      StrCat(flag, " FILE (or the environment's ", environment, ") is missing"));
}

absl::Status ProblemWith(const TlsFiles& files) {
  const auto found = CheckTlsFiles(files, TlsSide::kClient, Clock::Real().Now());
  for (const auto& [flag, problem] :
       {std::pair("--ca", found.authorities), std::pair("--cert", found.certificate),
        std::pair("--key", found.key)}) {
    if (!problem.empty()) return absl::FailedPreconditionError(StrCat(flag, ": ", problem));
  }
  return absl::OkStatus();
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ReadCredentials(
    const Arguments& arguments) {
  TlsFiles files;
  LIENTHONG_ASSIGN_OR_RETURN(files.authorities, FileOf(arguments, "--ca", "LIENTHONG_CA"));
  LIENTHONG_ASSIGN_OR_RETURN(files.certificate, FileOf(arguments, "--cert", "LIENTHONG_CERT"));
  LIENTHONG_ASSIGN_OR_RETURN(files.key, FileOf(arguments, "--key", "LIENTHONG_KEY"));
  LIENTHONG_RETURN_IF_ERROR(ProblemWith(files));
  return grpc::SslCredentials({.pem_root_certs = ReadFile(files.authorities),
                               .pem_private_key = ReadFile(files.key),
                               .pem_cert_chain = ReadFile(files.certificate)});
}

std::string Or(std::string text, const char* otherwise) {
  return text.empty() ? otherwise : std::move(text);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const Arguments& arguments) {
  std::unique_ptr<Session> session(new Session);
  session->server_ = Or(arguments.Text("--server"), "127.0.0.1:7443");
  session->admin_ = Or(arguments.Text("--admin"), "127.0.0.1:7444");
  session->json_ = arguments.Has("--json") || arguments.Text("--output") == "json";
  LIENTHONG_ASSIGN_OR_RETURN(session->timeout_, arguments.Time("--timeout", kTimeoutDefault));
  LIENTHONG_ASSIGN_OR_RETURN(session->credentials_, ReadCredentials(arguments));
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
