// Deadlines that a real gateway computes, and computes again when the catalogue changes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gateway/base/text.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using catalogue::v1::CatalogueService;
using catalogue::v1::ImportCatalogueRequest;
using catalogue::v1::ImportCatalogueResponse;
using catalogue::v1::Recomputation;

constexpr absl::Duration kWalkPatience = absl::Seconds(30);
constexpr int kDossiers = 250;  // more than one page of the walk

class DeadlinesTest : public GatewayTest {
 protected:
  std::string StoreUrl() const override { return StrCat("sqlite:", file("gateway.db")); }

  ImportCatalogueResponse Allow(int working_days, bool dry_run = false) {
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_PROCEDURES);
    request.set_text(StrCat("code,valid_from,name,counter_limit,source\n1.001193,2020-01-01,a,",
                            working_days, " working days,s\n"));
    request.set_reason("a test");
    request.set_dry_run(dry_run);
    ImportCatalogueResponse told;
    const grpc::Status done = CatalogueService::NewStub(ToServer("operator"))
                                  ->ImportCatalogue(Context().get(), request, &told);
    EXPECT_TRUE(done.ok()) << done.error_message();
    return told;
  }
  std::string Received() {
    dossier::v1::PushDossierRequest request = NewDossier();
    request.mutable_dossier()->mutable_procedure()->set_code("1.001193");
    request.mutable_dossier()->mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
    request.mutable_dossier()->mutable_reception()->mutable_received_time()->set_seconds(
        absl::ToUnixSeconds(absl::Now()));
    dossier::v1::PushDossierResponse pushed;
    const grpc::Status done =
        Dossiers("agency-X05")->PushDossier(Context().get(), request, &pushed);
    EXPECT_TRUE(done.ok()) << done.error_message();
    return pushed.code();
  }
  dossier::v1::Deadline DeadlineOf(const std::string& code) {
    dossier::v1::GetDossierRequest request;
    request.set_code(code);
    dossier::v1::Dossier dossier;
    const grpc::Status done =
        Dossiers("agency-X05")->GetDossier(Context().get(), request, &dossier);
    EXPECT_TRUE(done.ok()) << done.error_message();
    return dossier.deadline();
  }
  Recomputation Recomputed() {
    Recomputation told;
    EXPECT_TRUE(CatalogueService::NewStub(ToServer("operator"))
                    ->GetRecomputation(Context().get(), {}, &told)
                    .ok());
    return told;
  }
  Recomputation WaitUntilDone() {
    const absl::Time end = absl::Now() + kWalkPatience;
    Recomputation told = Recomputed();
    while (!told.done() && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(20));
      told = Recomputed();
    }
    EXPECT_TRUE(told.done());
    return told;
  }
};

TEST_F(DeadlinesTest, AChangeOfTheCatalogueMovesThemThroughARestartInTheMiddle) {
  Allow(3);
  std::vector<std::string> codes;
  for (int i = 0; i < kDossiers; ++i) codes.push_back(Received());
  const auto before = DeadlineOf(codes[0]);
  ASSERT_TRUE(before.has_statutory_due());
  EXPECT_EQ(Allow(10, /*dry_run=*/true).deadlines_moved(), kDossiers);
  Allow(10);
  Restart();
  const Recomputation told = WaitUntilDone();
  EXPECT_EQ(told.examined(), kDossiers);
  EXPECT_EQ(told.moved(), kDossiers);
  for (const std::string& code : codes) {
    const auto after = DeadlineOf(code);
    EXPECT_GT(after.statutory_due().seconds(), before.statutory_due().seconds());
    ASSERT_EQ(after.superseded_size(), 1) << code;
    EXPECT_EQ(after.superseded(0).due().seconds(), before.statutory_due().seconds());
  }
}

TEST_F(DeadlinesTest, OnlyOperatorsAskWhatWasMoved) {
  for (const char* who : {"agency-X05", "portal"}) {
    Recomputation told;
    EXPECT_EQ(CatalogueService::NewStub(ToServer(who))
                  ->GetRecomputation(Context().get(), {}, &told)
                  .error_code(),
              grpc::StatusCode::PERMISSION_DENIED)
        << who;
  }
}

}  // namespace
}  // namespace lienthong::testing
