#include "gateway/core/certificate_name.h"

#include <gtest/gtest.h>

#include "gateway/base/errors.h"
#include "tests/support/status_matchers.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using Kind = CertificateName::Kind;

TEST(CertificateNameTest, SaysWhoItIs) {
  const auto agency = ReadCertificateName({"spiffe://lienthong/agency/H29.X05"});
  ASSERT_THAT(agency, IsOk());
  EXPECT_EQ(agency->kind, Kind::kAgency);
  EXPECT_EQ(agency->uri, "spiffe://lienthong/agency/H29.X05");
  EXPECT_EQ(agency->path, "agency/H29.X05");
  EXPECT_EQ(agency->name, "H29.X05");
  EXPECT_EQ(ReadCertificateName({"spiffe://lienthong/portal"})->kind, Kind::kPortal);
  EXPECT_EQ(ReadCertificateName({"spiffe://lienthong/operator/lan"})->kind, Kind::kOperator);
  EXPECT_EQ(ReadCertificateName({"spiffe://lienthong/counterpart/city"})->kind, Kind::kCounterpart);
  EXPECT_EQ(ReadCertificateName({"spiffe://lienthong/monitor/prometheus"})->kind, Kind::kMonitor);
}

TEST(CertificateNameTest, TakesOneNameOfItsShapeOnly) {
  const std::string with_nul = std::string("spiffe://lienthong/agency/H29.X05") + '\0' + "x";
  for (const std::vector<std::string>& uris : std::vector<std::vector<std::string>>{
           {},
           {"spiffe://lienthong/portal", "spiffe://lienthong/portal"},
           {"spiffe://elsewhere/portal"},
           {"spiffe://lienthong/portal/"},
           {"spiffe://lienthong/agency/"},
           {"spiffe://lienthong/agency/a/b"},
           {"spiffe://lienthong/counterpart/a b"},
           {"spiffe://lienthong/gateway"},
           {with_nul},
           {"spiffe://lienthong/agency/" + std::string(81, 'x')}}) {
    const auto name = ReadCertificateName(uris);
    EXPECT_THAT(name, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_EQ(DetailsOf(name.status()).reason, "CALLER_UNKNOWN");
  }
}

}  // namespace
}  // namespace lienthong::core
