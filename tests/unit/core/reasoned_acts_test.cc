// CorrectDossier and VoidDossier.
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::HasSubstr;

using dossier::v1::CorrectDossierRequest;
using dossier::v1::Dossier;
using dossier::v1::PushDossierResponse;
using dossier::v1::VoidDossierRequest;
using Answer = absl::StatusOr<PushDossierResponse>;

class ReasonedActsTest : public CoreTest {
 protected:
  Answer Void(const RequestContext& context, const VoidDossierRequest& request) {
    Answer answer = absl::UnknownError("no answer came");
    dossiers_.Void(context, request, [&](Answer response) { answer = std::move(response); });
    return answer;
  }
  Answer Correct(const RequestContext& context, const CorrectDossierRequest& request) {
    Answer answer = absl::UnknownError("no answer came");
    dossiers_.Correct(context, request, [&](Answer response) { answer = std::move(response); });
    return answer;
  }
  VoidDossierRequest VoidOf(const std::string& code) {
    VoidDossierRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code);
    request.set_reason("filed twice (invented)");
    return request;
  }
  CorrectDossierRequest CorrectionOf(const std::string& code) {
    CorrectDossierRequest request;
    request.set_request_id(NewUuid());
    request.mutable_dossier()->set_code(code);
    request.mutable_dossier()->mutable_contact()->set_phone("0900000002");
    request.set_reason("mistyped (invented)");
    return request;
  }
};

TEST_F(ReasonedActsTest, ACorrectionKeepsItsReason) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(Correct(Agency("H29.X05"), CorrectionOf(code)), IsOk());
  EXPECT_EQ(Journal().back().reason(), "mistyped (invented)");
  EXPECT_EQ(Get(Agency("H29.X05"), code)->contact().phone(), "0900000002");
}

TEST_F(ReasonedActsTest, ACorrectionNeedsAReasonAndADossier) {
  CorrectDossierRequest request = CorrectionOf(Create("H29.X05"));
  request.clear_reason();
  EXPECT_THAT(Correct(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  request.set_reason(" \t");
  EXPECT_THAT(Correct(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  request = CorrectionOf("");
  EXPECT_THAT(Correct(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.code")));
}

TEST_F(ReasonedActsTest, AReasonHasALimit) {
  const std::string code = Create("H29.X05");
  CorrectDossierRequest correction = CorrectionOf(code);
  VoidDossierRequest voiding = VoidOf(code);
  correction.set_reason(std::string(1001, 'x'));
  voiding.set_reason(correction.reason());
  EXPECT_EQ(ReasonOf(Correct(Agency("H29.X05"), correction)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Void(Agency("H29.X05"), voiding)), "FIELD_INVALID");
  correction.set_reason(std::string(1000, 'x'));
  EXPECT_THAT(Correct(Agency("H29.X05"), correction), IsOk());
}

TEST_F(ReasonedActsTest, ThePromisedDateMovesWithAReasonOnly) {
  const std::string code = Create("H29.X05");
  const std::string path = "deadline.promised_due";
  ASSERT_THAT(PushField(Agency("H29.X05"), code, path, "2026-03-10T09:30:00Z"), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, path, "2026-03-10T09:30:00Z"), IsOk()) << "again";
  Dossier moved;
  moved.set_code(code);
  moved.mutable_deadline()->mutable_promised_due()->set_seconds(1'773'800'000);
  const auto silent = Push(Agency("H29.X05"), moved);
  EXPECT_THAT(silent, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("dossier.deadline.change_reason")));
  EXPECT_THAT(silent, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2026-03-10")));
  moved.mutable_deadline()->set_change_reason("waits for the tax office (invented)");
  EXPECT_THAT(Push(Agency("H29.X05"), moved), IsOk());
  EXPECT_THAT(Get(Agency("H29.X05"), code)->defects(), ::testing::IsEmpty());
}

TEST_F(ReasonedActsTest, WhoseContractHasNoReasonsIsTakenAtItsWord) {
  const std::string code = Create("H29.X05");
  RequestContext today = Agency("H29.X05");
  today.can_say_why = false;
  for (const char* due : {"2026-03-10T09:30:00Z", "2026-03-17T09:30:00Z"}) {
    ASSERT_THAT(PushField(today, code, "deadline.promised_due", due), IsOk());
  }
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(today, code));
  ASSERT_EQ(stored.defects_size(), 1);
  EXPECT_EQ(stored.defects(0).kind(), dossier::v1::Defect::KIND_MISSING_REASON);
  EXPECT_EQ(stored.defects(0).detail(), "deadline.promised_due");
}

TEST_F(ReasonedActsTest, ACorrectionSaysWhyThePromisedDateMoves) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "deadline.promised_due", "2026-03-10T09:30:00Z"),
              IsOk());
  CorrectDossierRequest request = CorrectionOf(code);
  request.mutable_dossier()->mutable_deadline()->mutable_promised_due()->set_seconds(1'773'800'000);
  ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk());
  EXPECT_EQ(Get(Agency("H29.X05"), code)->deadline().change_reason(), "mistyped (invented)");
  request.set_request_id(NewUuid());
  request.set_reason("another (invented)");
  ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk()) << "it moves no more";
  EXPECT_EQ(Get(Agency("H29.X05"), code)->deadline().change_reason(), "mistyped (invented)");
}

TEST_F(ReasonedActsTest, WhatACorrectionSaysCountsInTheSameWordsToo) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "deadline.promised_due", "2026-03-10T09:30:00Z"),
              IsOk());
  for (const int64_t due : {1'773'800'000, 1'773'900'000}) {
    CorrectDossierRequest request = CorrectionOf(code);
    request.mutable_dossier()->mutable_deadline()->mutable_promised_due()->set_seconds(due);
    ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk());
  }
  Dossier record = *Get(Agency("H29.X05"), code);
  EXPECT_THAT(record.defects(), ::testing::IsEmpty());
  record.mutable_deadline()->mutable_promised_due()->set_seconds(1'774'000'000);
  Dossier pushed;
  pushed.set_code(code);
  *pushed.mutable_deadline() = record.deadline();
  EXPECT_THAT(Push(Agency("H29.X05"), pushed),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("why it changed before")));
  CorrectDossierRequest request = CorrectionOf(code);
  *request.mutable_dossier()->mutable_deadline() = record.deadline();
  request.set_reason("another (invented)");
  ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk());
  EXPECT_EQ(Get(Agency("H29.X05"), code)->deadline().change_reason(), "another (invented)");
}

TEST_F(ReasonedActsTest, ACorrectionIsAsIdempotentAndAsConditionalAsAPush) {
  CorrectDossierRequest request = CorrectionOf(Create("H29.X05"));
  request.set_expected_revision(1);
  ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk());
  EXPECT_TRUE(Correct(Agency("H29.X05"), request)->duplicate());
  request.set_reason("another (invented)");
  EXPECT_EQ(ReasonOf(Correct(Agency("H29.X05"), request)), "REQUEST_ID_REUSED");
  request.set_request_id(NewUuid());
  EXPECT_EQ(ReasonOf(Correct(Agency("H29.X05"), request)), "REVISION_STALE");
}

TEST_F(ReasonedActsTest, ACorrectionWithAMaskClears) {
  CorrectDossierRequest request = CorrectionOf(Create("H29.X05"));
  request.mutable_dossier()->clear_contact();
  request.mutable_update_mask()->add_paths("contact.phone");
  ASSERT_THAT(Correct(Agency("H29.X05"), request), IsOk());
  EXPECT_FALSE(Get(Agency("H29.X05"), request.dossier().code())->contact().has_phone());
}

TEST_F(ReasonedActsTest, AVoidedDossierStaysReadableAndTakesNothing) {
  const std::string code = Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 Void(Agency("H29.X05"), VoidOf(code)));
  EXPECT_EQ(response.revision(), 2);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), code));
  EXPECT_EQ(stored.voiding().reason(), "filed twice (invented)");
  EXPECT_EQ(stored.voiding().actor(), "agency/H29.X05");
  EXPECT_TRUE(stored.voiding().has_time());
  EXPECT_EQ(Journal().back().reason(), "filed twice (invented)");
  EXPECT_THAT(Journal().back().paths(), Contains("voiding.reason"));
  const auto refused = PushField(Agency("H29.X05"), code, "note", "a");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused), "DOSSIER_VOID");
  EXPECT_EQ(ReasonOf(Void(Agency("H29.X05"), VoidOf(code))), "DOSSIER_VOID");
}

TEST_F(ReasonedActsTest, TheSameVoidingAgainIsADuplicate) {
  const VoidDossierRequest request = VoidOf(Create("H29.X05"));
  ASSERT_THAT(Void(Agency("H29.X05"), request), IsOk());
  clock_.Advance(absl::Minutes(5));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse again, Void(Agency("H29.X05"), request));
  EXPECT_TRUE(again.duplicate());
  EXPECT_EQ(Journal().size(), 2U);
}

TEST_F(ReasonedActsTest, OnlyWhoReceivedADossierVoidsIt) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  const auto refused = Void(Agency("H29.X07"), VoidOf(code));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(ReasonOf(refused), "CALL_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Void(Agency("H29.X01"), VoidOf(code))), "NOT_SHARED")
      << "unknown to a stranger";
  EXPECT_FALSE(Get(Agency("H29.X05"), code)->has_voiding());
}

TEST_F(ReasonedActsTest, VoidingNeedsAReasonACodeAndTheRevision) {
  VoidDossierRequest request = VoidOf(Create("H29.X05"));
  request.set_expected_revision(9);
  EXPECT_EQ(ReasonOf(Void(Agency("H29.X05"), request)), "REVISION_STALE");
  request.clear_reason();
  EXPECT_THAT(Void(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  EXPECT_THAT(Void(Agency("H29.X05"), VoidOf("")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("code")));
}

}  // namespace
}  // namespace lienthong::core
