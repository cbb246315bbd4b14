#ifndef LIENTHONG_TESTS_SUPPORT_CERTIFICATES_H_
#define LIENTHONG_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>

namespace lienthong::testing {

// A throw-away authority in `folder`, which is made: ca.crt, and what certs/lienthong-pki needs to
// issue in its name.
void MakeAuthority(const std::string& folder);

// <name>.crt and <name>.key of the authority in `folder`, again where they are there. `kServer`:
// for 127.0.0.1 and localhost too.
enum class CertificateUse { kClient, kServer };
void IssueCertificate(const std::string& folder, const std::string& name, const std::string& uri,
                      CertificateUse use = CertificateUse::kClient);

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_CERTIFICATES_H_
