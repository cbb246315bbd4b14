#include "gateway/server/tls.h"

#include <utility>

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/server/config_problems.h"
#include "grpc/grpc.h"
#include "grpc/grpc_security.h"

namespace lienthong {
namespace {

void AddProblem(const ConfigFile& config, std::string_view key, const std::string& problem,
                ConfigProblems& problems) {
  if (!problem.empty()) problems.Add(config.Problem(key, problem));
}

// The library asks before each handshake whether there is something new. Its own watcher of files
// takes a certificate without its key, and every later handshake fails.
class WatchedCredentials final : public grpc::ServerCredentials {
 public:
  explicit WatchedCredentials(const TlsWatch& watch)
      : watch_(watch),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Fetch, this))) {}
  ~WatchedCredentials() override { grpc_server_credentials_release(credentials_); }
  WatchedCredentials(const WatchedCredentials&) = delete;
  WatchedCredentials& operator=(const WatchedCredentials&) = delete;

  // Who calls is read from the certificate by each service.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // Called for one handshake of the port at a time.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    auto& credentials = *static_cast<WatchedCredentials*>(self);
    std::shared_ptr<const TlsContent> content = credentials.watch_.Current();
    if (content == credentials.given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {content->key.c_str(), content->certificate.c_str()};
    *config = grpc_ssl_server_certificate_config_create(content->authorities.c_str(), &pair, 1);
    credentials.given_ = std::move(content);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsWatch& watch_;
  std::shared_ptr<const TlsContent> given_;
  grpc_server_credentials* const credentials_;
};

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

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsWatch& watch) {
  return std::make_shared<WatchedCredentials>(watch);
}

}  // namespace lienthong
