#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "nlohmann/json.hpp"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
// What may stand in no line of the log.
constexpr char kName[] = "Nguyễn Thị Chim Yến";
constexpr char kPhone[] = "0912345670";
constexpr char kNumber[] = "001099123456";

class TraceTest : public GatewayTest {
 protected:
  void TearDown() override {
    SetLogLevel(LogLevel::kInfo);
    GatewayTest::TearDown();
  }

  static dossier::v1::PushDossierRequest PersonalDossier() {
    dossier::v1::PushDossierRequest request = NewDossier();
    auto& dossier = *request.mutable_dossier();
    dossier.mutable_applicant()->set_name(kName);
    dossier.mutable_applicant()->set_identity_number(kNumber);
    dossier.mutable_contact()->set_phone(kPhone);
    return request;
  }
  // The code of a dossier that was pushed with these headers.
  std::string Push(const dossier::v1::PushDossierRequest& request,
                   const std::vector<std::string>& traceparents) {
    const auto context = Context();
    for (const std::string& header : traceparents) context->AddMetadata("traceparent", header);
    dossier::v1::PushDossierResponse pushed;
    const grpc::Status status =
        Dossiers("agency-X05")->PushDossier(context.get(), request, &pushed);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return pushed.code();
  }
  std::vector<std::string> TracesOfChanges() {
    dossier::v1::ListChangesResponse response;
    EXPECT_TRUE(Dossiers("agency-X05")->ListChanges(Context().get(), {}, &response).ok());
    std::vector<std::string> traces;
    for (const auto& change : response.changes()) traces.push_back(change.trace_id());
    return traces;
  }
  // The lines of a log that belong to the trace.
  static std::vector<nlohmann::json> LinesOf(const std::string& log) {
    std::vector<nlohmann::json> lines;
    for (const absl::string_view text : absl::StrSplit(log, '\n', absl::SkipEmpty())) {
      nlohmann::json line = nlohmann::json::parse(text.begin(), text.end());
      if (line.value("trace_id", "") == kTrace) lines.push_back(std::move(line));
    }
    return lines;
  }
};

TEST_F(TraceTest, TheJournalKeepsTheCallersTrace) {
  Push(NewDossier(), {kHeader});
  EXPECT_THAT(TracesOfChanges(), ::testing::ElementsAre(kTrace));
}

TEST_F(TraceTest, ACallWithoutAGoodOneBeginsATrace) {
  Push(NewDossier(), {});
  Push(NewDossier(), {"00-no trace-01"});
  Push(NewDossier(), {kHeader, kHeader});
  const std::vector<std::string> traces = TracesOfChanges();
  ASSERT_THAT(traces, SizeIs(3));
  EXPECT_THAT(traces, Each(MatchesRegex("[0-9a-f]{32}")));
  EXPECT_THAT(traces, Each(Not(kTrace)));
  EXPECT_NE(traces[0], traces[1]);
}

TEST_F(TraceTest, TheLogOfACallNamesItsTraceAndNoPerson) {
  SetLogLevel(LogLevel::kDebug);
  ::testing::internal::CaptureStderr();
  const std::string code = Push(PersonalDossier(), {kHeader});
  dossier::v1::PushDossierRequest refused = PersonalDossier();
  refused.mutable_dossier()->mutable_procedure()->clear_code();
  dossier::v1::PushDossierResponse response;
  EXPECT_FALSE(Dossiers("agency-X05")->PushDossier(Context().get(), refused, &response).ok());
  TracesOfChanges();
  const std::string log = ::testing::internal::GetCapturedStderr();

  std::vector<std::string> events;
  for (const nlohmann::json& line : LinesOf(log)) {
    events.push_back(line.at("event"));
    if (line.at("event") == "change_committed") {
      EXPECT_EQ(line.at("dossier"), PseudonymOf(code));
      EXPECT_EQ(line.at("actor"), "agency/H29.X05");
    }
    if (line.at("event") == "call") {
      EXPECT_EQ(line.at("method"), "lienthong.dossier.v1.DossierService/PushDossier");
      EXPECT_EQ(line.at("caller"), "agency");
      EXPECT_EQ(line.at("status"), "OK");
    }
  }
  EXPECT_THAT(events, ::testing::UnorderedElementsAre("change_committed", "call"));
  for (const char* personal : {kName, kPhone, kNumber, "Chim Yến"}) {
    EXPECT_THAT(log, Not(HasSubstr(personal)));
  }
  EXPECT_THAT(log, Not(HasSubstr(code)));
}

}  // namespace
}  // namespace lienthong::testing
