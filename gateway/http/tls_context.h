#ifndef LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_
#define LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace lienthong::http {

// The gateway's certificate, and whose clients it trusts: PEM files.
struct TlsOptions {
  std::string certificate;  // chain
  std::string key;
  std::string client_ca;
};

// TLS 1.2 (AEAD only) and 1.3. A client certificate is asked for but not demanded; one that the
// authority did not certify ends the handshake. No resumption: each connection proves itself anew.
// FailedPrecondition names the file that cannot be used.
absl::StatusOr<std::shared_ptr<boost::asio::ssl::context>> MakeTlsContext(
    const TlsOptions& options);

// SHA-256 over the files, to see that one was replaced; empty when one cannot be read.
std::string FingerprintOf(const TlsOptions& options);

// The URI names of the client certificate that was verified; none without one.
std::vector<std::string> CertificateUris(const SSL* connection);

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_
