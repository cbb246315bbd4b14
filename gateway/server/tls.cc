#include "gateway/server/tls.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/server/config_problems.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "openssl/pem.h"
#include "openssl/x509.h"

namespace lienthong {
namespace {

constexpr unsigned kReadAgainSeconds = 60;

template <typename T, void (*free)(T*)>
struct Freed {
  void operator()(T* object) const { free(object); }
};
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;

struct CloseFile {
  void operator()(FILE* file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

absl::StatusOr<File> Open(const ConfigFile& config, std::string_view key, const std::string& path) {
  File file(fopen(path.c_str(), "r"));
  if (file == nullptr) {
    return config.Problem(key, StrCat(path, " cannot be read: ", std::strerror(errno)));
  }
  return file;
}

absl::StatusOr<Certificate> ReadCertificate(const ConfigFile& config, std::string_view key,
                                            const std::string& path) {
  LIENTHONG_ASSIGN_OR_RETURN(const File file, Open(config, key, path));
  Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return config.Problem(key, StrCat(path, ": expected a certificate in PEM form"));
  }
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
    return config.Problem(key, StrCat(path, ": the certificate has expired"));
  }
  return certificate;
}

// A key with a passphrase is refused rather than asked for on the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*rwflag*/, void* /*user*/) { return 0; }

absl::StatusOr<Key> ReadKey(const ConfigFile& config, std::string_view key,
                            const std::string& path) {
  LIENTHONG_ASSIGN_OR_RETURN(const File file, Open(config, key, path));
  Key read(PEM_read_PrivateKey(file.get(), nullptr, NoPassphrase, nullptr));
  if (read == nullptr) {
    return config.Problem(key, StrCat(path, ": expected a private key in PEM form, not encrypted"));
  }
  return read;
}

}  // namespace

absl::StatusOr<TlsFiles> CheckTlsFiles(const ConfigFile& config) {
  const auto& tls = config.config().tls();
  ConfigProblems problems(config.path());
  // Where a file is; empty when it is nowhere.
  const auto find = [&](std::string_view key, const std::string& name) {
    const absl::StatusOr<std::string> path = config.FileNamedBy(key, name);
    problems.Add(path.status());
    return path.value_or("");
  };
  const TlsFiles files = {.certificate = find("tls.certificate", tls.certificate()),
                          .key = find("tls.key", tls.key()),
                          .client_ca = find("tls.client_ca", tls.client_ca())};
  const auto certificate = ReadCertificate(config, "tls.certificate", files.certificate);
  problems.Add(certificate.status());
  const auto key = ReadKey(config, "tls.key", files.key);
  problems.Add(key.status());
  problems.Add(ReadCertificate(config, "tls.client_ca", files.client_ca).status());
  if (certificate.ok() && key.ok() && X509_check_private_key(certificate->get(), key->get()) != 1) {
    problems.Add(
        config.Problem("tls.key", StrCat(files.key, " is not the key of ", files.certificate)));
  }
  LIENTHONG_RETURN_IF_ERROR(problems.ToStatus());
  return files;
}

absl::Status CheckAuthorities(const ConfigFile& config, std::string_view key,
                              const std::string& name) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string path, config.FileNamedBy(key, name));
  return ReadCertificate(config, key, path).status();
}

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files) {
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.client_ca, kReadAgainSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(std::move(provider));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace lienthong
