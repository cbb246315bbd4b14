#include "gateway/base/tls_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/str_format.h"
#include "gateway/base/text.h"
#include "openssl/err.h"
#include "openssl/pem.h"
#include "openssl/x509v3.h"

namespace lienthong {
namespace {

template <typename T, void (*free)(T*)>
struct Freed {
  void operator()(T* object) const { free(object); }
};
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, GENERAL_NAMES_free>>;

struct CloseFile {
  void operator()(FILE* file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

std::string CannotBeRead(const std::string& path) {
  return StrCat(path, " cannot be read: ", std::strerror(errno));
}

Certificate ReadCertificate(const File& file) {
  Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

absl::Time ToTime(const ASN1_TIME* time) {
  tm parts = {};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? absl::FromTM(parts, absl::UTCTimeZone())
                                            : absl::InfinitePast();
}

std::string Show(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

std::string ProblemWithTime(const std::string& path, const X509* certificate, absl::Time now) {
  const absl::Time begin = ToTime(X509_get0_notBefore(certificate));
  const absl::Time end = ToTime(X509_get0_notAfter(certificate));
  if (end < now) {
    return StrCat(path, ": the certificate has expired on ", Show(end), "; have a new one issued");
  }
  if (begin > now) {
    return StrCat(path, ": the certificate is valid only from ", Show(begin),
                  "; look at this machine's clock");
  }
  return "";
}

bool NamesAHost(X509* certificate) {
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const int type = sk_GENERAL_NAME_value(names.get(), i)->type;
    if (type == GEN_DNS || type == GEN_IPADD) return true;
  }
  return false;
}

// A client may do without the extension; a server's must say what it is for, as our profile wants.
std::string ProblemWithUse(const std::string& path, X509* certificate, TlsSide side) {
  const bool says = (X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) != 0;
  const uint32_t uses = says ? X509_get_extended_key_usage(certificate) : 0;
  if (side == TlsSide::kClient) {
    if (!says || (uses & XKU_SSL_CLIENT) != 0) return "";
    return StrCat(path, ": the certificate is not for clients; ",
                  "have one issued with extended key usage clientAuth");
  }
  if ((uses & XKU_SSL_SERVER) == 0) {
    return StrCat(path, ": the certificate is not for servers, clients refuse it; ",
                  "have one issued with extended key usage serverAuth");
  }
  if (!NamesAHost(certificate)) {
    return StrCat(path, ": the certificate names no host, clients refuse it; ",
                  "have one issued with the DNS name or IP address as subject alternative name");
  }
  return "";
}

std::string CheckCertificate(const std::string& path, TlsSide side, absl::Time now,
                             Certificate& certificate) {
  const File file(fopen(path.c_str(), "r"));
  if (file == nullptr) return CannotBeRead(path);
  certificate = ReadCertificate(file);
  if (certificate == nullptr) return StrCat(path, ": expected a certificate in PEM form");
  std::string problem = ProblemWithTime(path, certificate.get(), now);
  return problem.empty() ? ProblemWithUse(path, certificate.get(), side) : problem;
}

// As ssh has it; but root may keep a key for the group of a service.
std::string ProblemWithMode(const std::string& path, FILE* file) {
  struct stat about = {};
  if (fstat(fileno(file), &about) != 0) return CannotBeRead(path);
  const mode_t wanted = about.st_uid == 0 && about.st_gid != 0 ? 0640 : 0600;
  if ((about.st_mode & 077 & ~wanted) == 0) return "";
  return absl::StrFormat("%s can be read by others (mode %04o); run: chmod %o %s", path,
                         about.st_mode & 07777, wanted, path);
}

// A key with a passphrase is refused rather than asked for on the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*rwflag*/, void* /*user*/) { return 0; }

std::string CheckKey(const TlsFiles& files, const X509* certificate) {
  const File file(fopen(files.key.c_str(), "r"));
  if (file == nullptr) return CannotBeRead(files.key);
  const Key key(PEM_read_PrivateKey(file.get(), nullptr, NoPassphrase, nullptr));
  const bool fits =
      key != nullptr && (certificate == nullptr || X509_check_private_key(certificate, key.get()));
  ERR_clear_error();
  if (key == nullptr) {
    return StrCat(files.key, ": expected a private key in PEM form, not encrypted");
  }
  if (!fits) {
    return StrCat(files.key, " is not the key of ", files.certificate,
                  "; name the two files that were made together");
  }
  return ProblemWithMode(files.key, file.get());
}

// One that is valid is enough: bundles keep authorities that have had their time.
std::string CheckAuthorities(const std::string& path, absl::Time now) {
  const File file(fopen(path.c_str(), "r"));
  if (file == nullptr) return CannotBeRead(path);
  std::string problem = StrCat(path, ": expected an authority's certificate in PEM form");
  while (const Certificate certificate = ReadCertificate(file)) {
    problem = ProblemWithTime(path, certificate.get(), now);
    if (problem.empty()) break;
  }
  return problem;
}

}  // namespace

bool CertificateNames(const std::string& certificate_file, const std::string& host) {
  const File file(fopen(certificate_file.c_str(), "r"));
  const Certificate certificate = file == nullptr ? nullptr : ReadCertificate(file);
  if (certificate == nullptr) return false;
  return X509_check_host(certificate.get(), host.data(), host.size(),
                         X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1 ||
         X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1;
}

TlsFileProblems CheckTlsFiles(const TlsFiles& files, TlsSide side, absl::Time now) {
  TlsFileProblems problems;
  Certificate certificate;
  if (!files.certificate.empty()) {
    problems.certificate = CheckCertificate(files.certificate, side, now, certificate);
  }
  if (!files.key.empty()) problems.key = CheckKey(files, certificate.get());
  if (!files.authorities.empty()) problems.authorities = CheckAuthorities(files.authorities, now);
  return problems;
}

}  // namespace lienthong
