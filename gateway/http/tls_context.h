#ifndef LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_
#define LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/tls_files.h"

namespace lienthong::http {

// TLS 1.2 (AEAD only) and 1.3. A client certificate is asked for but not demanded; one that the
// authority did not certify ends the handshake. No resumption: each connection proves itself anew.
// FailedPrecondition says what the library will not take.
absl::StatusOr<std::shared_ptr<boost::asio::ssl::context>> MakeTlsContext(
    const TlsContent& content);

// The URI names of the client certificate that was verified; none without one.
std::vector<std::string> CertificateUris(const SSL* connection);

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_TLS_CONTEXT_H_
