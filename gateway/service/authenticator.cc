#include "gateway/service/authenticator.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/certificate_name.h"
#include "grpc/grpc_security_constants.h"

namespace lienthong::service {

PeerProof ProofOf(const grpc::ServerContextBase& context) {
  PeerProof proof;
  const auto peer = context.auth_context();
  if (peer == nullptr || !peer->IsPeerAuthenticated()) return proof;
  for (const auto& uri : peer->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    proof.certificate_uris.emplace_back(uri.data(), uri.size());
  }
  return proof;
}

absl::StatusOr<core::Caller> CertificateAuthenticator::Identify(const PeerProof& proof) const {
  using Kind = core::CertificateName::Kind;
  LIENTHONG_ASSIGN_OR_RETURN(const core::CertificateName name,
                             core::ReadCertificateName(proof.certificate_uris));
  switch (name.kind) {
    case Kind::kPortal:
      return core::Caller{core::CallerKind::kPortal, name.path, {}};
    case Kind::kOperator:
      return core::Caller{core::CallerKind::kOperator, name.path, {}};
    case Kind::kAgency:
      if (agencies_.find(name.name) == agencies_.end()) {
        return CallerUnknown(StrCat("agency ", name.name, " is not configured here"));
      }
      return core::Caller{core::CallerKind::kAgency, name.path, {name.name}};
    case Kind::kCounterpart:
      return CallerUnknown("a counterpart calls its link by HTTPS, not by gRPC");
    case Kind::kMonitor:
      break;
  }
  return CallerUnknown("a monitor reads /metrics by HTTPS, nothing by gRPC");
}

}  // namespace lienthong::service
