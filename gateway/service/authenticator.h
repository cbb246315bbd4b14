#ifndef LIENTHONG_GATEWAY_SERVICE_AUTHENTICATOR_H_
#define LIENTHONG_GATEWAY_SERVICE_AUTHENTICATOR_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "grpcpp/server_context.h"

namespace lienthong::service {

// What the transport proved about a peer. Nothing here was written by the peer into a request.
struct PeerProof {
  std::vector<std::string> certificate_uris;  // URI names of its verified certificate
};

// The proof of a gRPC peer.
PeerProof ProofOf(const grpc::ServerContextBase& context);

// Turns a proof into a caller. Another kind of proof (a session of the façade) is another
// implementation. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Unauthenticated CALLER_UNKNOWN for whoever is not known.
  virtual absl::StatusOr<core::Caller> Identify(const PeerProof& proof) const = 0;
};

// By the one URI of the certificate: spiffe://lienthong/agency/CODE (only configured agencies),
// /portal or /operator/NAME.
class CertificateAuthenticator final : public Authenticator {
 public:
  explicit CertificateAuthenticator(std::set<std::string, std::less<>> agencies)
      : agencies_(std::move(agencies)) {}

  absl::StatusOr<core::Caller> Identify(const PeerProof& proof) const override;

 private:
  const std::set<std::string, std::less<>> agencies_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_AUTHENTICATOR_H_
