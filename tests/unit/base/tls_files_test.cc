#include "gateway/base/tls_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gateway/base/clock.h"
#include "gateway/base/text.h"
#include "tests/support/certificates.h"
#include "tests/support/temporary_folder.h"

namespace lienthong {
namespace {

using ::lienthong::testing::CertificateUse;
using ::lienthong::testing::IssueCertificate;
using ::lienthong::testing::MakeAuthority;
using ::testing::AllOf;
using ::testing::HasSubstr;

class TlsFilesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    MakeAuthority(folder_->PathOf("pki"));
    const std::string pki = folder_->PathOf("pki");
    IssueCertificate(pki, "gateway", "spiffe://lienthong/gateway", CertificateUse::kServer);
    IssueCertificate(pki, "agency", "spiffe://lienthong/agency/H29.X01");
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static std::string File(const std::string& name) { return folder_->PathOf("pki/" + name); }
  static TlsFiles FilesOf(const std::string& name) {
    return {File(name + ".crt"), File(name + ".key"), File("ca.crt")};
  }
  static TlsFileProblems Check(const TlsFiles& files, TlsSide side = TlsSide::kClient,
                               absl::Duration later = absl::ZeroDuration()) {
    return CheckTlsFiles(files, side, Clock::Real().Now() + later);
  }
  // A certificate that our own profile does not make, with its key.
  static void MakeOdd(const std::string& name, const std::string& arguments) {
    const std::string command =
        StrCat("umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 1 ",
               "-subj /CN=odd -keyout ", File(name + ".key"), " -out ", File(name + ".crt"), " ",
               arguments, " 2>/dev/null");
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  static std::string ReadFile(const std::string& name) {
    std::ifstream in(File(name));
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  static std::unique_ptr<testing::TemporaryFolder> folder_;
};

std::unique_ptr<testing::TemporaryFolder> TlsFilesTest::folder_;

void ExpectFine(const TlsFileProblems& problems) {
  EXPECT_EQ(problems.certificate, "");
  EXPECT_EQ(problems.key, "");
  EXPECT_EQ(problems.authorities, "");
}

TEST_F(TlsFilesTest, WhatOurProfileMakesIsFine) {
  ExpectFine(Check(FilesOf("agency")));
  ExpectFine(Check(FilesOf("gateway"), TlsSide::kServer));
  ExpectFine(Check(FilesOf("gateway")));
  ExpectFine(Check({}));
}

TEST_F(TlsFilesTest, TheKeyOfAnotherIsNamedWithTheCertificate) {
  TlsFiles files = FilesOf("agency");
  files.key = File("gateway.key");
  const TlsFileProblems problems = Check(files);
  EXPECT_THAT(problems.key, HasSubstr(StrCat(files.key, " is not the key of ", files.certificate)));
  EXPECT_EQ(problems.certificate, "");
}

TEST_F(TlsFilesTest, ACertificateCountsInItsTimeOnly) {
  const TlsFileProblems late = Check(FilesOf("agency"), TlsSide::kClient, absl::Hours(24 * 31));
  EXPECT_THAT(late.certificate, AllOf(HasSubstr("agency.crt"), HasSubstr("has expired on 20")));
  EXPECT_THAT(late.authorities, AllOf(HasSubstr("ca.crt"), HasSubstr("has expired on 20")));
  const TlsFileProblems early = Check(FilesOf("agency"), TlsSide::kClient, -absl::Hours(1));
  EXPECT_THAT(early.certificate, HasSubstr("valid only from"));
}

TEST_F(TlsFilesTest, ACertificateIsForItsSide) {
  EXPECT_THAT(Check(FilesOf("agency"), TlsSide::kServer).certificate, HasSubstr("serverAuth"));
  MakeOdd("server-only",
          "-nodes -addext extendedKeyUsage=serverAuth -addext subjectAltName=IP:::1");
  ExpectFine(Check(FilesOf("server-only"), TlsSide::kServer));
  EXPECT_THAT(Check(FilesOf("server-only")).certificate, HasSubstr("clientAuth"));
  MakeOdd("unsaid", "-nodes -addext subjectAltName=IP:::1");
  EXPECT_THAT(Check(FilesOf("unsaid"), TlsSide::kServer).certificate, HasSubstr("serverAuth"));
  ExpectFine(Check(FilesOf("unsaid")));
}

TEST_F(TlsFilesTest, AServerIsNamedByItsCertificate) {
  MakeOdd("nameless",
          "-nodes -addext extendedKeyUsage=serverAuth "
          "-addext subjectAltName=URI:spiffe://lienthong/gateway");
  EXPECT_THAT(Check(FilesOf("nameless"), TlsSide::kServer).certificate,
              HasSubstr("subject alternative name"));
}

TEST_F(TlsFilesTest, SaysWhichHostsACertificateNames) {
  const std::string gateway = File("gateway.crt");
  EXPECT_TRUE(CertificateNames(gateway, "localhost"));
  EXPECT_TRUE(CertificateNames(gateway, "127.0.0.1"));
  EXPECT_FALSE(CertificateNames(gateway, "localhost.example"));
  EXPECT_FALSE(CertificateNames(gateway, "192.0.2.1"));
  EXPECT_FALSE(CertificateNames(File("agency.crt"), "agency"));
  EXPECT_FALSE(CertificateNames(File("gone.crt"), "localhost"));
}

TEST_F(TlsFilesTest, AKeyIsForItsOwnerAlone) {
  MakeOdd("open", "-nodes");
  const std::string key = File("open.key");
  for (const mode_t mode : {0644, 0640, 0604, 0660}) {
    ASSERT_EQ(chmod(key.c_str(), mode), 0);
    EXPECT_THAT(Check(FilesOf("open")).key, HasSubstr("run: chmod 600 " + key)) << mode;
  }
  for (const mode_t mode : {0700, 0400, 0600}) {
    ASSERT_EQ(chmod(key.c_str(), mode), 0);
    EXPECT_EQ(Check(FilesOf("open")).key, "") << mode;
  }
  if (chown(key.c_str(), 0, 1) != 0) return;  // only root can keep a key for a service's group
  ASSERT_EQ(chmod(key.c_str(), 0640), 0);
  EXPECT_EQ(Check(FilesOf("open")).key, "");
  ASSERT_EQ(chmod(key.c_str(), 0644), 0);
  EXPECT_THAT(Check(FilesOf("open")).key, HasSubstr("run: chmod 640 " + key));
}

TEST_F(TlsFilesTest, WhatCannotBeReadIsNamed) {
  const std::string gone = File("gone");
  const TlsFileProblems missing = Check({gone, gone, gone});
  for (const std::string& problem : {missing.certificate, missing.key, missing.authorities}) {
    EXPECT_EQ(problem, gone + " cannot be read: No such file or directory");
  }
  const TlsFileProblems swapped = Check({File("agency.key"), File("ca.key"), File("agency.key")});
  EXPECT_THAT(swapped.certificate, HasSubstr("agency.key: expected a certificate in PEM form"));
  EXPECT_THAT(swapped.authorities, HasSubstr("agency.key: expected an authority's certificate"));
  EXPECT_THAT(Check({File("agency.crt"), File("agency.crt"), ""}).key,
              HasSubstr("agency.crt: expected a private key"));
  MakeOdd("locked", "-passout pass:mat-khau-mau");
  EXPECT_THAT(Check(FilesOf("locked")).key, HasSubstr("locked.key: expected a private key"));
}

// One that would be waited for keeps the gateway from starting, or from ever reading again.
TEST_F(TlsFilesTest, OnlyRegularFilesAreOpened) {
  const std::string pipe = File("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& other : {pipe, folder_->path(), std::string("/dev/zero")}) {
    const TlsFileProblems problems = Check({other, other, other});
    for (const std::string& problem : {problems.certificate, problems.key, problems.authorities}) {
      EXPECT_EQ(problem, other + " is a folder, a pipe or a device; name a regular file");
    }
    EXPECT_FALSE(CertificateNames(other, "localhost"));
  }
  EXPECT_EQ(unlink(pipe.c_str()), 0);
}

TEST_F(TlsFilesTest, AServerTrustsAuthoritiesOnly) {
  TlsFiles files = FilesOf("gateway");
  files.authorities = File("agency.crt");
  EXPECT_THAT(Check(files, TlsSide::kServer).authorities,
              AllOf(HasSubstr("agency.crt: certificate 1 is not an authority's"),
                    HasSubstr("name the certificate of the authority")));
  EXPECT_EQ(Check(files).authorities, "") << "a client may trust one server alone";
  files.authorities =
      folder_->Write("pki/mixed.crt", ReadFile("ca.crt") + "text\n" + ReadFile("agency.crt"));
  EXPECT_THAT(Check(files, TlsSide::kServer).authorities, HasSubstr("mixed.crt: certificate 2"));
}

TEST_F(TlsFilesTest, OneValidAuthorityOfABundleIsEnough) {
  MakeOdd("short", "-nodes");
  TlsFiles files = FilesOf("agency");
  files.authorities = folder_->Write("pki/bundle.crt", ReadFile("short.crt") + ReadFile("ca.crt"));
  EXPECT_EQ(Check(files, TlsSide::kClient, absl::Hours(24 * 7)).authorities, "");
  files.authorities = File("short.crt");
  EXPECT_THAT(Check(files, TlsSide::kClient, absl::Hours(24 * 7)).authorities,
              HasSubstr("has expired"));
}

}  // namespace
}  // namespace lienthong
