#include "gateway/core/certificate_name.h"

#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::core {
namespace {

constexpr std::string_view kTrustDomain = "spiffe://lienthong/";
constexpr std::string_view kPortal = "portal";
constexpr std::pair<std::string_view, CertificateName::Kind> kKinds[] = {
    {"agency/", CertificateName::Kind::kAgency},
    {"operator/", CertificateName::Kind::kOperator},
    {"counterpart/", CertificateName::Kind::kCounterpart},
    {"monitor/", CertificateName::Kind::kMonitor},
};
constexpr size_t kNameBytesMax = 80;

// Letters, digits, '.', '-', '_': what codes and names are made of.
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

absl::StatusOr<CertificateName> ReadCertificateName(const std::vector<std::string>& uris) {
  if (uris.size() != 1) {
    return CallerUnknown(StrCat("the certificate must carry exactly one URI, this one has ",
                                static_cast<int64_t>(uris.size())));
  }
  std::string_view path = uris.front();
  if (!path.starts_with(kTrustDomain)) {
    return CallerUnknown("the certificate's URI must begin with spiffe://lienthong/");
  }
  path.remove_prefix(kTrustDomain.size());
  CertificateName read{.uri = uris.front(), .path = std::string(path), .name = {}};
  if (path == kPortal) {
    read.kind = CertificateName::Kind::kPortal;
    return read;
  }
  for (const auto& [prefix, kind] : kKinds) {
    if (!path.starts_with(prefix) || !IsName(path.substr(prefix.size()))) continue;
    read.kind = kind;
    read.name = std::string(path.substr(prefix.size()));
    return read;
  }
  return CallerUnknown(
      "the certificate's URI names neither agency, portal, operator, counterpart nor monitor");
}

}  // namespace lienthong::core
