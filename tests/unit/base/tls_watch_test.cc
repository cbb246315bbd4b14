#include "gateway/base/tls_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gateway/base/text.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong {
namespace {

using ::lienthong::testing::CertificateUse;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// "gateway" is watched; "next" is what takes its place.
class TlsWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::MakeAuthority(folder_.path());
    for (const char* name : {"gateway", "next"}) {
      testing::IssueCertificate(folder_.path(), name, "spiffe://lienthong/gateway",
                                CertificateUse::kServer);
    }
  }

  std::string File(const std::string& name) const { return folder_.PathOf(name); }
  std::string ContentOf(const std::string& name) const {
    std::ifstream in(File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  TlsFiles Files() const { return {File("gateway.crt"), File("gateway.key"), File("ca.crt")}; }
  void Start(absl::Duration read_again = absl::Hours(1)) {
    auto started = TlsWatch::Start(Files(), Clock::Real(), read_again);
    ASSERT_THAT(started, IsOk());
    watch_ = *std::move(started);
  }
  void Replace(const std::string& end) const {
    std::filesystem::rename(File(StrCat("next", end)), File(StrCat("gateway", end)));
  }
  // What the log says to one more reading.
  std::string ReadAgain() const {
    ::testing::internal::CaptureStderr();
    watch_->ReadAgain();
    return ::testing::internal::GetCapturedStderr();
  }

  const testing::TemporaryFolder folder_;
  std::unique_ptr<TlsWatch> watch_;
};

TEST_F(TlsWatchTest, ACertificateWithoutItsKeyIsSaidOnceAndChangesNothing) {
  Start();
  const auto first = watch_->Current();
  EXPECT_EQ(first->certificate, ContentOf("gateway.crt"));
  EXPECT_EQ(ReadAgain(), "");
  Replace(".crt");
  EXPECT_THAT(
      ReadAgain(),
      AllOf(HasSubstr("certificate_refused"),
            HasSubstr(StrCat(File("gateway.key"), " is not the key of ", File("gateway.crt")))));
  EXPECT_EQ(ReadAgain(), "");
  EXPECT_EQ(watch_->Current(), first);
  Replace(".key");
  EXPECT_THAT(ReadAgain(), HasSubstr("certificate_taken"));
  EXPECT_EQ(watch_->Current()->certificate, ContentOf("gateway.crt"));
  EXPECT_EQ(watch_->Current()->key, ContentOf("gateway.key"));
}

TEST_F(TlsWatchTest, AFileThatIsHalfWrittenChangesNothing) {
  Start();
  const auto first = watch_->Current();
  const std::string whole = ContentOf("gateway.crt");
  folder_.Write("gateway.crt", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(ReadAgain(), HasSubstr("expected a certificate in PEM form"));
  folder_.Write("gateway.crt", whole + whole.substr(0, whole.size() / 2));
  EXPECT_THAT(ReadAgain(), HasSubstr("what follows certificate 1 cannot be read"));
  folder_.Write("ca.crt", "");
  EXPECT_THAT(ReadAgain(), HasSubstr("expected an authority's certificate in PEM form"));
  std::filesystem::remove(File("ca.crt"));
  EXPECT_THAT(ReadAgain(), HasSubstr("cannot be read: No such file"));
  EXPECT_EQ(watch_->Current(), first);
}

TEST_F(TlsWatchTest, WhatIsPutRightIsSaidAgainWhenItGoesWrongAgain) {
  Start();
  const std::string whole = ContentOf("gateway.crt");
  folder_.Write("gateway.crt", "");
  EXPECT_THAT(ReadAgain(), HasSubstr("certificate_refused"));
  folder_.Write("gateway.crt", whole);
  EXPECT_EQ(ReadAgain(), "");
  folder_.Write("gateway.crt", "");
  EXPECT_THAT(ReadAgain(), HasSubstr("certificate_refused"));
}

TEST_F(TlsWatchTest, ReadsByItself) {
  Start(absl::Milliseconds(5));
  const auto first = watch_->Current();
  Replace(".key");
  Replace(".crt");
  while (watch_->Current() == first) {  // ended by the test's own time limit
  }
  EXPECT_EQ(watch_->Current()->key, ContentOf("gateway.key"));
}

TEST_F(TlsWatchTest, DoesNotStartWithWhatCannotBeUsed) {
  Replace(".crt");
  const auto started = TlsWatch::Start(Files(), Clock::Real(), absl::Hours(1));
  EXPECT_THAT(started, StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("gateway.key"), Not(HasSubstr("\n")))));
}

}  // namespace
}  // namespace lienthong
