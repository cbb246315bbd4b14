#ifndef LIENTHONG_GATEWAY_SERVER_TLS_H_
#define LIENTHONG_GATEWAY_SERVER_TLS_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/server/config_file.h"
#include "grpcpp/security/server_credentials.h"

namespace lienthong {

// The three files, where they are, looked into once.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string client_ca;
};

// Finds the files and sees that they can be used: readable, PEM, the key belongs to the
// certificate, which has not expired. InvalidArgument with a line for each that cannot, with its
// place in the configuration.
absl::StatusOr<TlsFiles> CheckTlsFiles(const ConfigFile& config);

// The same for a PEM file of authorities that another key names.
absl::Status CheckAuthorities(const ConfigFile& config, std::string_view key,
                              const std::string& name);

// mTLS: every client needs a certificate of `client_ca`. The files are read again every minute, so
// that certificates are replaced without a restart.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_TLS_H_
