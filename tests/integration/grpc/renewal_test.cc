#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "gateway/base/clock.h"
#include "gateway/base/text.h"
#include "grpc/grpc_security_constants.h"
#include "tests/integration/grpc/gateway_fixture.h"
#include "tests/support/certificates.h"

namespace lienthong::testing {
namespace {

class RenewalTest : public GatewayTest {
 protected:
  // Whatever it answers, a new connection is there: the certificate that the gateway showed on it.
  std::string ShownAt(int port) const {
    const auto stub = dossier::v1::DossierService::NewStub(Connect(port, "ca", "agency-X05"));
    dossier::v1::GetDossierRequest request;
    dossier::v1::Dossier dossier;
    const auto context = Context();
    stub->GetDossier(context.get(), request, &dossier);
    const auto auth = context->auth_context();
    if (auth == nullptr) return "";
    const auto shown = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    return shown.empty() ? "" : std::string(shown.front().data(), shown.front().size());
  }
  // Another certificate for the gateway, "next".
  void IssueNext() const {
    IssueCertificate(file("pki"), "next", "spiffe://lienthong/gateway", CertificateUse::kServer);
  }
  void Replace(const std::string& end) const {
    std::filesystem::rename(file(StrCat("pki/next", end)), file(StrCat("pki/gateway", end)));
  }
};

TEST_F(RenewalTest, OnlyAPairThatFitsIsTakenUp) {
  const std::string first = ShownAt(grpc_port());
  ASSERT_NE(first, "");
  const auto early = ToServer("agency-X05");
  IssueNext();
  Replace(".crt");
  const absl::Time end = Clock::Real().Now() + 20 * kReadAgain;
  while (Clock::Real().Now() < end) {
    ASSERT_EQ(ShownAt(grpc_port()), first);
    ASSERT_EQ(ShownAt(admin_port()), first);
  }
  Replace(".key");
  while (ShownAt(grpc_port()) == first) {  // ended by the test's own time limit
  }
  const std::string second = ShownAt(grpc_port());
  EXPECT_NE(second, "");
  EXPECT_NE(second, first);
  EXPECT_EQ(ShownAt(admin_port()), second);
  dossier::v1::PushDossierResponse response;
  EXPECT_TRUE(dossier::v1::DossierService::NewStub(early)
                  ->PushDossier(Context().get(), NewDossier(), &response)
                  .ok());
}

}  // namespace
}  // namespace lienthong::testing
