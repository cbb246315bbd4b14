#include "tests/support/certificates.h"

#include <cstdlib>

#include "gtest/gtest.h"
#include "tests/support/environment.h"

namespace lienthong::testing {
namespace {

void Pki(const std::string& arguments) {
  const std::string pki = Environment("LIENTHONG_PKI");
  if (pki.empty()) return;  // or the shell would run the first argument
  const std::string command = pki + " " + arguments + " >/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

}  // namespace

void MakeAuthority(const std::string& folder) { Pki("init --dir " + folder); }

void IssueCertificate(const std::string& folder, const std::string& name, const std::string& uri,
                      CertificateUse use) {
  const std::string server =
      use == CertificateUse::kServer ? " --server --dns localhost --ip 127.0.0.1" : "";
  Pki("issue --dir " + folder + " --name " + name + " --uri " + uri + server);
}

}  // namespace lienthong::testing
