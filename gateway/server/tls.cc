#include "gateway/server/tls.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/server/config_problems.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace lienthong {
namespace {

constexpr unsigned kReadAgainSeconds = 60;

void AddProblem(const ConfigFile& config, std::string_view key, const std::string& problem,
                ConfigProblems& problems) {
  if (!problem.empty()) problems.Add(config.Problem(key, problem));
}

}  // namespace

absl::StatusOr<TlsFiles> FindTlsFiles(const ConfigFile& config) {
  const auto& tls = config.config().tls();
  ConfigProblems problems(config.path());
  const auto find = [&](std::string_view key, const std::string& name) {
    const absl::StatusOr<std::string> path = config.FileNamedBy(key, name);
    problems.Add(path.status());
    return path.value_or("");
  };
  TlsFiles files = {.certificate = find("tls.certificate", tls.certificate()),
                    .key = find("tls.key", tls.key()),
                    .authorities = find("tls.client_ca", tls.client_ca())};
  const TlsFileProblems found = CheckTlsFiles(files, TlsSide::kServer, Clock::Real().Now());
  AddProblem(config, "tls.certificate", found.certificate, problems);
  AddProblem(config, "tls.key", found.key, problems);
  AddProblem(config, "tls.client_ca", found.authorities, problems);
  LIENTHONG_RETURN_IF_ERROR(problems.ToStatus());
  return files;
}

absl::Status CheckAuthorities(const ConfigFile& config, std::string_view key,
                              const std::string& name) {
  TlsFiles files;
  LIENTHONG_ASSIGN_OR_RETURN(files.authorities, config.FileNamedBy(key, name));
  const TlsFileProblems found = CheckTlsFiles(files, TlsSide::kClient, Clock::Real().Now());
  return found.authorities.empty() ? absl::OkStatus() : config.Problem(key, found.authorities);
}

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files) {
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.authorities, kReadAgainSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(std::move(provider));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace lienthong
