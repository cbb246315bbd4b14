// What becomes of the dossiers of an agency that ended, in a real gateway.
#include <gtest/gtest.h>

#include <string>

#include "absl/time/clock.h"
#include "gateway/base/text.h"
#include "gateway/domain/roles.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using catalogue::v1::CatalogueService;
using catalogue::v1::ImportCatalogueRequest;

constexpr absl::Duration kSuccessionPatience = absl::Seconds(30);

class SuccessionTest : public GatewayTest {
 protected:
  std::string Received() {
    dossier::v1::PushDossierRequest request = NewDossier();
    request.mutable_dossier()->mutable_reception()->mutable_received_time()->set_seconds(
        absl::ToUnixSeconds(absl::Now() - absl::Hours(24 * 10)));
    dossier::v1::PushDossierResponse pushed;
    const grpc::Status done =
        Dossiers("agency-X05")->PushDossier(Context().get(), request, &pushed);
    EXPECT_TRUE(done.ok()) << done.error_message();
    return pushed.code();
  }
  // H29.X05 ended five days ago.
  void EndWith(const std::string& successors) {
    const std::string end = absl::FormatTime("%Y-%m-%d", absl::Now() - absl::Hours(24 * 5),
                                             absl::FixedTimeZone(7 * 3600));
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_AGENCIES);
    request.set_text(
        StrCat("code,valid_from,valid_until,name,successors,source\nH29.X05,2020-01-01,", end,
               ",a,", successors, ",s\nH29.X06,2020-01-01,,b,,s\nH29.X09,2020-01-01,,c,,s\n"));
    request.set_reason("a test");
    catalogue::v1::ImportCatalogueResponse told;
    const grpc::Status done = CatalogueService::NewStub(ToServer("operator"))
                                  ->ImportCatalogue(Context().get(), request, &told);
    ASSERT_TRUE(done.ok()) << done.error_message();
  }
  grpc::Status Read(const std::string& who, const std::string& code,
                    dossier::v1::Dossier& dossier) {
    dossier::v1::GetDossierRequest request;
    request.set_code(code);
    request.set_purpose("a test");
    return Dossiers(who)->GetDossier(Context().get(), request, &dossier);
  }
  bool WaitForLead(const std::string& code, const std::string& agency) {
    const absl::Time end = absl::Now() + kSuccessionPatience;
    dossier::v1::Dossier dossier;
    do {
      if (!Read("operator", code, dossier).ok()) return false;
      if (domain::LeadAgency(dossier) == agency) return true;
      absl::SleepFor(absl::Milliseconds(20));
    } while (absl::Now() < end);
    return false;
  }
  grpc::Status SetStatus(const std::string& who, const std::string& code) {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(NewUuid());
    request.mutable_dossier()->set_code(code);
    request.mutable_dossier()->set_status(dossier::v1::STATUS_PROCESSING);
    request.mutable_update_mask()->add_paths("status");
    dossier::v1::PushDossierResponse pushed;
    return Dossiers(who)->PushDossier(Context().get(), request, &pushed);
  }
};

TEST_F(SuccessionTest, TheSuccessorGoesOnAndTheEndedAgencyGetsNoNumber) {
  const std::string code = Received();
  EndWith("H29.X06");
  ASSERT_TRUE(WaitForLead(code, "H29.X06"));
  const grpc::Status done = SetStatus("agency-X06", code);
  EXPECT_TRUE(done.ok()) << done.error_message();
  dossier::v1::Dossier dossier;
  ASSERT_TRUE(Read("agency-X06", code, dossier).ok());
  EXPECT_EQ(dossier.status(), dossier::v1::STATUS_PROCESSING);
  EXPECT_EQ(dossier.reception().agency(), "H29.X05");
  dossier::v1::PushDossierRequest today = NewDossier();
  today.mutable_dossier()->mutable_reception()->mutable_received_time()->set_seconds(
      absl::ToUnixSeconds(absl::Now()));
  dossier::v1::PushDossierResponse pushed;
  EXPECT_FALSE(Dossiers("agency-X05")->PushDossier(Context().get(), today, &pushed).ok());
}

TEST_F(SuccessionTest, OfSeveralAnOperatorNamesOne) {
  const std::string code = Received();
  EndWith("H29.X06|H29.X09");
  const auto stub = CatalogueService::NewStub(ToServer("operator"));
  catalogue::v1::ListDispatchResponse waiting;
  const absl::Time end = absl::Now() + kSuccessionPatience;
  while (waiting.items().empty() && absl::Now() < end) {
    ASSERT_TRUE(stub->ListDispatch(Context().get(), {}, &waiting).ok());
    absl::SleepFor(absl::Milliseconds(20));
  }
  ASSERT_EQ(waiting.items_size(), 1);
  EXPECT_EQ(waiting.items(0).code(), code);
  catalogue::v1::DispatchDossierRequest request;
  request.set_request_id(NewUuid());
  request.set_code(code);
  request.set_agency("H29.X05");
  request.set_reason("a test");
  catalogue::v1::DispatchDossierResponse done;
  EXPECT_EQ(Reason(stub->DispatchDossier(Context().get(), request, &done)), "NOT_A_SUCCESSOR");
  request.set_agency("H29.X06");
  ASSERT_TRUE(stub->DispatchDossier(Context().get(), request, &done).ok());
  EXPECT_TRUE(WaitForLead(code, "H29.X06"));
}

TEST_F(SuccessionTest, AGrantLetsACertificateActFromOneCallToTheNext) {
  const std::string code = Received();
  dossier::v1::Dossier dossier;
  EXPECT_EQ(Reason(Read("agency-X06", code, dossier)), "NOT_SHARED");
  catalogue::v1::PutActingGrantRequest request;
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.X06");
  request.mutable_grant()->set_acts_for("H29.X05");
  request.mutable_grant()->set_valid_from("2020-01-01");
  request.mutable_grant()->set_reason("a test");
  const auto stub = CatalogueService::NewStub(ToServer("operator"));
  catalogue::v1::ActingGrant grant;
  ASSERT_TRUE(stub->PutActingGrant(Context().get(), request, &grant).ok());
  EXPECT_TRUE(SetStatus("agency-X06", code).ok());
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_valid_until("2020-01-02");  // it ended
  ASSERT_TRUE(stub->PutActingGrant(Context().get(), request, &grant).ok());
  EXPECT_EQ(Reason(Read("agency-X06", code, dossier)), "NOT_SHARED");
}

}  // namespace
}  // namespace lienthong::testing
