#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "gateway/base/text.h"
#include "tests/integration/grpc/gateway_fixture.h"
#include "tests/support/plain_client.h"

namespace lienthong::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MetricsTest : public GatewayTest {
 protected:
  std::string ReadMetrics() const {
    return AskPlainly(metrics_port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  // 0 when there is no such series.
  double Read(const std::string& series) const {
    const std::string text = ReadMetrics();
    const size_t at = text.find(StrCat("\n", series, " "));
    return at == std::string::npos ? 0 : std::atof(text.c_str() + at + 2 + series.size());
  }
  double Calls(const std::string& method, const std::string& caller,
               const std::string& code) const {
    return Read(StrCat("lienthong_grpc_calls_total{caller=\"", caller, "\",code=\"", code,
                       "\",method=\"lienthong.dossier.v1.DossierService/", method, "\"}"));
  }
  // What becomes true a little later: a client has its answer before all of the server knows.
  static bool Soon(const std::function<bool()>& look) {
    const absl::Time patience = absl::Now() + absl::Seconds(10);
    while (!look()) {
      if (absl::Now() > patience) return false;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return true;
  }
  grpc::Status Push(const std::string& name) const {
    dossier::v1::PushDossierResponse response;
    return Dossiers(name)->PushDossier(Context().get(), NewDossier(), &response);
  }
};

TEST_F(MetricsTest, EachCallIsOneMore) {
  EXPECT_TRUE(Push("agency-X05").ok());
  EXPECT_EQ(Calls("PushDossier", "agency", "OK"), 1);
  EXPECT_TRUE(Push("agency-X05").ok());
  EXPECT_EQ(Calls("PushDossier", "agency", "OK"), 2);
  EXPECT_EQ(Read("lienthong_store_journal_sequence"), 2);
}

TEST_F(MetricsTest, EachRefusalIsOneMore) {
  EXPECT_FALSE(Push("agency-X09").ok());
  EXPECT_EQ(Calls("PushDossier", "unknown", "UNAUTHENTICATED"), 1);
  EXPECT_FALSE(Push("operator").ok());
  EXPECT_EQ(Calls("PushDossier", "operator", "PERMISSION_DENIED"), 1);
  grpc::ClientContext endless;
  dossier::v1::Dossier dossier;
  EXPECT_FALSE(Dossiers("agency-X05")->GetDossier(&endless, {}, &dossier).ok());
  EXPECT_EQ(Calls("GetDossier", "agency", "INVALID_ARGUMENT"), 1);
}

TEST_F(MetricsTest, AStreamIsOneMoreWhenItHasEnded) {
  const auto context = Context();
  dossier::v1::PushDossiersResponse acknowledgement;
  const auto stub = Dossiers("agency-X05");
  const auto stream = stub->PushDossiers(context.get());
  ASSERT_TRUE(stream->Write(NewDossier()));
  ASSERT_TRUE(stream->Read(&acknowledgement));
  EXPECT_EQ(Calls("PushDossiers", "agency", "OK"), 0);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(Soon([this] { return Calls("PushDossiers", "agency", "OK") > 0; }));
  EXPECT_EQ(Calls("PushDossiers", "agency", "OK"), 1);
}

TEST_F(MetricsTest, TellNothingOfDossiers) {
  ASSERT_TRUE(Push("agency-X05").ok());
  EXPECT_TRUE(Soon([this] { return Read("lienthong_report_timestamp_seconds") > 0; }));
  const std::string text = ReadMetrics();
  EXPECT_THAT(text, HasSubstr("lienthong_dossiers_due{agency=\"H29.X05\",class=\"on_time\"}"));
  const dossier::v1::PushDossierRequest pushed = NewDossier();
  ASSERT_FALSE(pushed.dossier().applicant().name().empty());
  EXPECT_THAT(text, Not(HasSubstr(pushed.dossier().applicant().name())));
}

TEST_F(MetricsTest, KnowWhenTheCertificateEnds) {
  const double end = Read("lienthong_certificate_expiry_timestamp_seconds{file=\"certificate\"}");
  const double days = (end - absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch())) / 86'400;
  EXPECT_GT(days, 28);
  EXPECT_LT(days, 31) << "certificates of a trial live 30 days";
}

}  // namespace
}  // namespace lienthong::testing
