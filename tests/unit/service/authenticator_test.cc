#include "gateway/service/authenticator.h"

#include <gtest/gtest.h>

#include "gateway/base/errors.h"
#include "tests/support/status_matchers.h"

namespace lienthong::service {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

absl::StatusOr<core::Caller> Identify(std::vector<std::string> uris) {
  return CertificateAuthenticator({"H29.X05"}).Identify({std::move(uris)});
}

TEST(CertificateAuthenticator, KnowsAConfiguredAgency) {
  const auto caller = Identify({"spiffe://lienthong/agency/H29.X05"});
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->kind, core::CallerKind::kAgency);
  EXPECT_EQ(caller->name, "agency/H29.X05");
  EXPECT_EQ(caller->agencies, std::vector<std::string>{"H29.X05"});
}

TEST(CertificateAuthenticator, KnowsThePortalAndOperatorsByName) {
  const auto portal = Identify({"spiffe://lienthong/portal"});
  ASSERT_THAT(portal, IsOk());
  EXPECT_EQ(portal->kind, core::CallerKind::kPortal);
  const auto lan = Identify({"spiffe://lienthong/operator/lan"});
  ASSERT_THAT(lan, IsOk());
  EXPECT_EQ(lan->kind, core::CallerKind::kOperator);
  EXPECT_EQ(lan->name, "operator/lan");
  EXPECT_TRUE(lan->agencies.empty());
}

class UnknownCaller : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(UnknownCaller, IsUnauthenticated) {
  const auto caller = Identify(GetParam());
  EXPECT_THAT(caller, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(DetailsOf(caller.status()).reason, "CALLER_UNKNOWN");
}

INSTANTIATE_TEST_SUITE_P(
    AllSorts, UnknownCaller,
    ::testing::Values(std::vector<std::string>{},
                      std::vector<std::string>{"spiffe://lienthong/agency/H29.X06"},
                      std::vector<std::string>{"spiffe://lienthong/agency/h29.x05"},
                      std::vector<std::string>{"spiffe://lienthong/agency/"},
                      std::vector<std::string>{"spiffe://lienthong/agency/H29.X05/more"},
                      std::vector<std::string>{"spiffe://lienthong/operator/"},
                      std::vector<std::string>{"spiffe://lienthong/operator/a b"},
                      std::vector<std::string>{"spiffe://lienthong/portal/x"},
                      std::vector<std::string>{"spiffe://lienthong/gateway"},
                      std::vector<std::string>{"spiffe://lienthong/counterpart/city"},
                      std::vector<std::string>{"spiffe://elsewhere/agency/H29.X05"},
                      std::vector<std::string>{"https://lienthong/agency/H29.X05"},
                      std::vector<std::string>{"spiffe://lienthong/agency/H29.X05",
                                               "spiffe://lienthong/operator/lan"}));

}  // namespace
}  // namespace lienthong::service
