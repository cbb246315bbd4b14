#include "gateway/service/authenticator.h"

#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "grpc/grpc_security_constants.h"

namespace lienthong::service {
namespace {

constexpr std::string_view kTrustDomain = "spiffe://lienthong/";
constexpr std::string_view kAgency = "agency/";
constexpr std::string_view kOperator = "operator/";
constexpr size_t kNameBytesMax = 80;

// Letters, digits, '.', '-', '_': what codes and operators' names are made of.
bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_') {
      return false;
    }
  }
  return true;
}

}  // namespace

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
  if (proof.certificate_uris.size() != 1) {
    return CallerUnknown(StrCat("the certificate must carry exactly one URI, this one has ",
                                proof.certificate_uris.size()));
  }
  std::string_view path = proof.certificate_uris.front();
  if (!path.starts_with(kTrustDomain)) {
    return CallerUnknown("the certificate's URI must begin with spiffe://lienthong/");
  }
  path.remove_prefix(kTrustDomain.size());
  if (path == "portal") return core::Caller{core::CallerKind::kPortal, "portal", {}};
  if (path.starts_with(kOperator) && IsName(path.substr(kOperator.size()))) {
    return core::Caller{core::CallerKind::kOperator, std::string(path), {}};
  }
  if (!path.starts_with(kAgency) || !IsName(path.substr(kAgency.size()))) {
    return CallerUnknown("the certificate's URI names neither agency, portal nor operator");
  }
  const std::string_view code = path.substr(kAgency.size());
  if (agencies_.find(code) == agencies_.end()) {
    return CallerUnknown(StrCat("agency ", code, " is not configured here"));
  }
  return core::Caller{core::CallerKind::kAgency, std::string(path), {std::string(code)}};
}

}  // namespace lienthong::service
