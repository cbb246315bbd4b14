#include "gateway/base/tls_files.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/small_file.h"
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
using Pem = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;

Pem PemOf(std::string_view text) {
  return Pem(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The certificates of a file, up to the first that cannot be read.
struct Chain {
  std::vector<Certificate> certificates;
  bool whole = false;
};

Chain ReadChain(std::string_view text) {
  Chain chain;
  const Pem pem = PemOf(text);
  ERR_clear_error();
  while (Certificate next{PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr)}) {
    chain.certificates.push_back(std::move(next));
  }
  chain.whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return chain;
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

std::string ProblemWithForm(const std::string& path, const Chain& chain, std::string_view what) {
  if (chain.certificates.empty()) return StrCat(path, ": expected ", what, " in PEM form");
  if (chain.whole) return "";
  return StrCat(path, ": what follows certificate ", chain.certificates.size(),
                " cannot be read; copy the file again, whole");
}

// Reads a file into `content`; an error is its line.
std::string Take(const std::string& path, std::string& content) {
  absl::StatusOr<SmallFile> file = ReadSmallFile(path);
  if (!file.ok()) return std::string(file.status().message());
  content = std::move(file->content);
  return "";
}

std::string CheckCertificate(const std::string& path, TlsSide side, absl::Time now,
                             std::string& content, Certificate& certificate) {
  std::string problem = Take(path, content);
  if (!problem.empty()) return problem;
  Chain chain = ReadChain(content);
  problem = ProblemWithForm(path, chain, "a certificate");
  if (!chain.certificates.empty()) certificate = std::move(chain.certificates.front());
  if (problem.empty()) problem = ProblemWithTime(path, certificate.get(), now);
  return problem.empty() ? ProblemWithUse(path, certificate.get(), side) : problem;
}

// A key with a passphrase is refused rather than asked for on the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*rwflag*/, void* /*user*/) { return 0; }

std::string CheckKey(const TlsFiles& files, X509* certificate, std::string& content) {
  absl::StatusOr<SmallFile> file = ReadSmallFile(files.key);
  if (!file.ok()) return std::string(file.status().message());
  content = std::move(file->content);
  const Key key(PEM_read_bio_PrivateKey(PemOf(content).get(), nullptr, NoPassphrase, nullptr));
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
  return file->exposure;
}

// Of a bundle, one that is valid now is enough: it keeps authorities that have had their time.
std::string CheckAuthorities(const std::string& path, TlsSide side, absl::Time now,
                             std::string& content) {
  std::string problem = Take(path, content);
  if (!problem.empty()) return problem;
  const Chain chain = ReadChain(content);
  problem = ProblemWithForm(path, chain, "an authority's certificate");
  if (!problem.empty()) return problem;
  for (size_t i = 0; side == TlsSide::kServer && i < chain.certificates.size(); ++i) {
    if (X509_check_ca(chain.certificates[i].get()) != 0) continue;
    return StrCat(path, ": certificate ", i + 1,
                  " is not an authority's (no basicConstraints CA:TRUE); ",
                  "name the certificate of the authority that issues the clients' own");
  }
  for (const Certificate& certificate : chain.certificates) {
    problem = ProblemWithTime(path, certificate.get(), now);
    if (problem.empty()) break;
  }
  return problem;
}

}  // namespace

std::string TlsFileProblems::Together() const {
  std::vector<std::string> lines;
  for (const std::string* line : {&certificate, &key, &authorities}) {
    if (!line->empty()) lines.push_back(*line);
  }
  return absl::StrJoin(lines, "; ");
}

absl::Time FirstExpiry(const std::string& pem) {
  absl::Time first = absl::InfiniteFuture();
  for (const Certificate& certificate : ReadChain(pem).certificates) {
    first = std::min(first, ToTime(X509_get0_notAfter(certificate.get())));
  }
  return first;
}

absl::StatusOr<CertificateFacts> ReadCertificateFacts(const std::string& path) {
  std::string content;
  if (const std::string problem = Take(path, content); !problem.empty()) {
    return absl::NotFoundError(problem);
  }
  const Chain chain = ReadChain(content);
  if (chain.certificates.empty()) {
    return absl::InvalidArgumentError(StrCat(path, ": no certificate is in it"));
  }
  const auto first = std::min_element(
      chain.certificates.begin(), chain.certificates.end(), [](const auto& one, const auto& other) {
        return ToTime(X509_get0_notAfter(one.get())) < ToTime(X509_get0_notAfter(other.get()));
      });
  const Pem out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(first->get()), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  const char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return CertificateFacts{.subject = std::string(text, static_cast<size_t>(length)),
                          .end = ToTime(X509_get0_notAfter(first->get()))};
}

bool CertificateNames(const std::string& certificate_file, const std::string& host) {
  std::string content;
  if (!Take(certificate_file, content).empty()) return false;
  const Chain chain = ReadChain(content);
  if (chain.certificates.empty()) return false;
  X509* const certificate = chain.certificates.front().get();
  return X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                         nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

TlsFileProblems ReadTlsFiles(const TlsFiles& files, TlsSide side, absl::Time now,
                             TlsContent& content) {
  TlsFileProblems problems;
  Certificate certificate;
  if (!files.certificate.empty()) {
    problems.certificate =
        CheckCertificate(files.certificate, side, now, content.certificate, certificate);
  }
  if (!files.key.empty()) problems.key = CheckKey(files, certificate.get(), content.key);
  if (!files.authorities.empty()) {
    problems.authorities = CheckAuthorities(files.authorities, side, now, content.authorities);
  }
  return problems;
}

TlsFileProblems CheckTlsFiles(const TlsFiles& files, TlsSide side, absl::Time now) {
  TlsContent content;
  return ReadTlsFiles(files, side, now, content);
}

}  // namespace lienthong
