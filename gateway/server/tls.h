#ifndef LIENTHONG_GATEWAY_SERVER_TLS_H_
#define LIENTHONG_GATEWAY_SERVER_TLS_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/base/tls_files.h"
#include "gateway/base/tls_watch.h"
#include "gateway/server/config_file.h"
#include "grpcpp/security/server_credentials.h"

namespace lienthong {

// Where the three files are that `tls` names, once they have been seen to be usable.
// InvalidArgument with a line for each that is not (base/tls_files.h), with its place in the
// configuration.
absl::StatusOr<TlsFiles> FindTlsFiles(const ConfigFile& config);

// The same for a PEM file of authorities that another key names.
absl::Status CheckAuthorities(const ConfigFile& config, std::string_view key,
                              const std::string& name);

// mTLS of one port: every client needs a certificate of the watch's authorities. New connections
// get what the watch has then. The watch outlives the credentials, they the server.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsWatch& watch);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_TLS_H_
