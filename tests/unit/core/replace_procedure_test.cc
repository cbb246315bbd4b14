// ReplaceProcedure, and what the journal says of reasoned acts.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/editor.h"
#include "gateway/core/records.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using dossier::v1::PushDossierResponse;
using dossier::v1::ReplaceProcedureRequest;
using Answer = absl::StatusOr<PushDossierResponse>;

class ReplaceProcedureTest : public CoreTest {
 protected:
  void SetUp() override { code_ = Create("H29.X05"); }

  ReplaceProcedureRequest RequestFor(const std::string& procedure) {
    ReplaceProcedureRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code_);
    request.mutable_procedure()->set_code(procedure);
    request.mutable_procedure()->set_name("Thủ tục Mẫu");
    request.set_reason("accepted under the wrong one (invented)");
    return request;
  }
  Answer Replace(const RequestContext& context, const ReplaceProcedureRequest& request) {
    Answer answer = absl::UnknownError("no answer came");
    dossiers_.ReplaceProcedure(context, request,
                               [&](Answer response) { answer = std::move(response); });
    return answer;
  }
  dossier::v1::Dossier Stored() { return Get(Agency("H29.X05"), code_).value(); }

  std::string code_;
};

TEST_F(ReplaceProcedureTest, ReplacesItWholeAndKeepsTheReason) {
  ASSERT_THAT(PushField(Agency("H29.X05"), code_, "procedure.field_code", "G15-HT03"), IsOk());
  ASSERT_THAT(Replace(Agency("H29.X05"), RequestFor("1.004227")), IsOk());
  EXPECT_EQ(Stored().procedure().code(), "1.004227");
  EXPECT_EQ(Stored().procedure().name(), "Thủ tục Mẫu");
  EXPECT_FALSE(Stored().procedure().has_field_code()) << "it was the other procedure's";
  const storage::v1::JournalEntry entry = Journal().back();
  EXPECT_EQ(entry.act(), storage::v1::REASONED_ACT_REPLACE_PROCEDURE);
  EXPECT_EQ(entry.reason(), "accepted under the wrong one (invented)");
  EXPECT_THAT(entry.paths(),
              ElementsAre("procedure.code", "procedure.field_code", "procedure.name"));
}

TEST_F(ReplaceProcedureTest, IsForWhoReceivedItAndWhoLeadsIt) {
  const auto refused = Replace(Agency("H29.X07"), RequestFor("1.004227"));
  EXPECT_EQ(ReasonOf(refused), "NOT_SHARED") << "unknown to a stranger";
  HandTo(code_, "H29.X05", "H29.X07");
  ASSERT_THAT(Replace(Agency("H29.X07"), RequestFor("1.004227")), IsOk());
  EXPECT_EQ(Stored().procedure().code(), "1.004227");
  ASSERT_THAT(Replace(Agency("H29.X05"), RequestFor("1.004228")), IsOk());
  EXPECT_EQ(Stored().procedure().code(), "1.004228");
}

TEST_F(ReplaceProcedureTest, IsNotForWhoCooperatesOnly) {
  dossier::v1::Dossier routed;
  routed.set_code(code_);
  auto& assignment = *routed.add_assignments();
  assignment.set_id("g1");
  assignment.set_agency("H29.X07");
  assignment.set_role(dossier::v1::Assignment::ROLE_COOPERATING);
  ASSERT_THAT(Push(Agency("H29.X05"), routed), IsOk());
  EXPECT_EQ(ReasonOf(Replace(Agency("H29.X07"), RequestFor("1.004227"))), "CALL_NOT_ALLOWED");
}

TEST_F(ReplaceProcedureTest, IsNotForADossierThatHasEnded) {
  ASSERT_THAT(PushField(Agency("H29.X05"), code_, "status", "3"), IsOk());  // refused
  const auto refused = Replace(Agency("H29.X05"), RequestFor("1.004227"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused), "DOSSIER_ENDED");
}

TEST_F(ReplaceProcedureTest, IsNotForAVoidDossier) {
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(NewUuid());
  request.set_code(code_);
  request.set_reason("filed twice (invented)");
  dossiers_.Void(Agency("H29.X05"), request,
                 [](const Answer& answer) { EXPECT_THAT(answer, IsOk()); });
  EXPECT_EQ(Journal().back().act(), storage::v1::REASONED_ACT_VOID);
  EXPECT_EQ(ReasonOf(Replace(Agency("H29.X05"), RequestFor("1.004227"))), "DOSSIER_VOID");
}

TEST_F(ReplaceProcedureTest, NamesAllThatIsWrongWithIt) {
  ReplaceProcedureRequest request = RequestFor("");
  request.mutable_procedure()->clear_name();
  const auto refused = Replace(Agency("H29.X05"), request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("procedure.code")));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("procedure.name")));
  EXPECT_THAT(Replace(Agency("H29.X05"), RequestFor("none such")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("procedure.code")));
  request = RequestFor("1.004227");
  request.clear_reason();
  EXPECT_THAT(Replace(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
}

TEST_F(ReplaceProcedureTest, IsAsIdempotentAndAsConditionalAsAPush) {
  ReplaceProcedureRequest request = RequestFor("1.004227");
  request.set_expected_revision(1);
  ASSERT_THAT(Replace(Agency("H29.X05"), request), IsOk());
  EXPECT_TRUE(Replace(Agency("H29.X05"), request)->duplicate());
  request.mutable_procedure()->set_code("1.004228");
  EXPECT_EQ(ReasonOf(Replace(Agency("H29.X05"), request)), "REQUEST_ID_REUSED");
  request.set_request_id(NewUuid());
  EXPECT_EQ(ReasonOf(Replace(Agency("H29.X05"), request)), "REVISION_STALE");
}

TEST_F(ReplaceProcedureTest, AnOrdinaryPushAndACorrectionAreToldApart) {
  ASSERT_THAT(PushField(Agency("H29.X05"), code_, "note", "a"), IsOk());
  EXPECT_EQ(Journal().back().act(), storage::v1::REASONED_ACT_UNSPECIFIED);
  dossier::v1::CorrectDossierRequest request;
  request.set_request_id(NewUuid());
  request.mutable_dossier()->set_code(code_);
  request.mutable_dossier()->set_note("b");
  request.set_reason("mistyped (invented)");
  dossiers_.Correct(Agency("H29.X05"), request,
                    [](const Answer& answer) { EXPECT_THAT(answer, IsOk()); });
  EXPECT_EQ(Journal().back().act(), storage::v1::REASONED_ACT_CORRECT);
}

TEST_F(ReplaceProcedureTest, AJoinedDossierNamesTheOneThatGoesOn) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoredDossier stored, LoadDossier(engine_, 1));
  dossier::v1::Joining joining;
  joining.set_survivor("H29.X05-260302-0009");
  EditContext context;
  context.actor = "operator/lan";
  context.act = storage::v1::REASONED_ACT_JOIN;
  absl::Status committed;
  SubmitEdit(engine_, PrepareJoining(engine_, stored, &joining, context),
             [&](const auto& result) { committed = result.status(); });
  ASSERT_THAT(committed, IsOk());
  EXPECT_EQ(Journal().back().act(), storage::v1::REASONED_ACT_JOIN);
  EXPECT_THAT(Journal().back().paths(), ElementsAre("joined.survivor"));
  const auto refused = PushField(Agency("H29.X05"), code_, "note", "a");
  EXPECT_EQ(ReasonOf(refused), "DOSSIER_JOINED");
  EXPECT_THAT(refused,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("H29.X05-260302-0009")));
  EXPECT_EQ(ReasonOf(Replace(Agency("H29.X05"), RequestFor("1.004227"))), "DOSSIER_JOINED");
}

}  // namespace
}  // namespace lienthong::core
