#ifndef LIENTHONG_GATEWAY_BASE_TLS_FILES_H_
#define LIENTHONG_GATEWAY_BASE_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lienthong {

// The PEM files with which one side of a TLS connection shows who it is, and knows whom to trust.
// An empty name: there is no such file, and nothing to be said about it.
struct TlsFiles {
  std::string certificate = {};
  std::string key = {};
  std::string authorities = {};
};

// What they held at one moment, PEM.
struct TlsContent {
  std::string certificate = {};
  std::string key = {};
  std::string authorities = {};
  bool operator==(const TlsContent&) const = default;
};

enum class TlsSide { kClient, kServer };

// One line for each file that cannot be used, with its name and the next step; empty: it is fine.
struct TlsFileProblems {
  std::string certificate;
  std::string key;
  std::string authorities;

  // All of them in one line; empty when all is fine.
  std::string Together() const;
};

// Looks into the files before the first handshake, which would only say that it failed: readable,
// PEM and whole, valid at `now`, the certificate for this side of a connection, the key its own,
// not encrypted, and readable by its owner alone (one of root's also by the group of a service). A
// server's authorities are such: it would else trust what was meant to be trusted by somebody else.
TlsFileProblems CheckTlsFiles(const TlsFiles& files, TlsSide side, absl::Time now);
// The same, with what the files held when they were checked.
TlsFileProblems ReadTlsFiles(const TlsFiles& files, TlsSide side, absl::Time now,
                             TlsContent& content);

// When the first of the certificates in a PEM text ends; the infinite future when there is none.
absl::Time FirstExpiry(const std::string& pem);

// Of the certificate in a PEM file that ends first.
struct CertificateFacts {
  std::string subject;  // e.g. "CN=gateway"
  absl::Time end;
};
// NotFound when there is no such file, InvalidArgument when no certificate is in it.
absl::StatusOr<CertificateFacts> ReadCertificateFacts(const std::string& path);

// Whether clients that ask for `host`, a DNS name or an IP address, are content with a certificate.
bool CertificateNames(const std::string& certificate_file, const std::string& host);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_TLS_FILES_H_
