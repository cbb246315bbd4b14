// A channel of origin: dossiers that begin at a portal, and the codes that they bring along.
#include <string>
#include <utility>
#include <vector>

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
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using dossier::v1::CodeReference;
using dossier::v1::Dossier;

class OriginTest : public CoreTest {
 protected:
  // A new dossier as a link takes it in: with the code that the channel gave it.
  absl::StatusOr<PreparedEdit> Prepare(const Dossier& dossier) {
    return PrepareEdit(engine_, StoredDossier{}, domain::ChangeOf(dossier),
                       {.actor = "link/online",
                        .writer = WriterOf(*parties_.Find("online")),
                        .reason = "",
                        .trace_id = "",
                        .request_id = "",
                        .request_digest = ""});
  }
  absl::StatusOr<EditResult> Submit(absl::StatusOr<PreparedEdit> edit) {
    if (!edit.ok()) return edit.status();
    absl::StatusOr<EditResult> result = absl::UnknownError("no answer came");
    SubmitEdit(engine_, *std::move(edit),
               [&result](absl::StatusOr<EditResult> answer) { result = std::move(answer); });
    return result;
  }
  absl::StatusOr<EditResult> SubmitWithCode(const std::string& code,
                                            const std::string& agency = "H29.X05") {
    Dossier dossier = NewSubmission(agency);
    dossier.set_code(code);
    return Submit(Prepare(dossier));
  }
};

TEST_F(OriginTest, ADossierBeginsThereAndIsReceivedWhereItIsHandedIn) {
  const auto pushed = Push(Online(), NewSubmission("H29.C01"));
  ASSERT_THAT(pushed, IsOk());
  EXPECT_EQ(pushed->code(), "H29.C01-260302-0001") << "without a code of its own it gets ours";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Operator(), pushed->code()));
  EXPECT_EQ(stored.origin().system(), "online");
  EXPECT_EQ(stored.reception().system(), "city");
  EXPECT_EQ(stored.status(), dossier::v1::STATUS_SUBMITTED);
  EXPECT_THAT(pushed->conflict_paths(), IsEmpty());
}

TEST_F(OriginTest, WhereTwoReceiveTheFirstToActDoes) {
  ASSERT_THAT(parties_.Add({.name = "counter", .receives = true, .agencies = {"H29.X05"}}), IsOk());
  const auto pushed = Push(Online(), NewSubmission("H29.X05"));
  ASSERT_THAT(pushed, IsOk());
  EXPECT_FALSE(Get(Operator(), pushed->code())->reception().has_system());
  ASSERT_THAT(PushField(Agency("H29.X05"), pushed->code(), "status", "2"), IsOk());
  EXPECT_EQ(Get(Operator(), pushed->code())->reception().system(), "agency/H29.X05");
}

TEST_F(OriginTest, ItSubmitsAndNothingElse) {
  Dossier accepted = NewSubmission("H29.X05");
  accepted.set_status(dossier::v1::STATUS_ACCEPTED);
  EXPECT_THAT(Push(Online(), accepted),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.status: ")));
  Dossier at_a_counter = NewSubmission("H29.X05");
  at_a_counter.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  EXPECT_THAT(Push(Online(), at_a_counter),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.origin.channel: ")));
  EXPECT_THAT(Push(Online(), NewSubmission("H29.X01")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reception.agency")));
  EXPECT_EQ(RowsOf(store::Table::kDossier), 0);
}

TEST_F(OriginTest, TheReceivingUnitGoesOnAndTheChannelKeepsItsFacts) {
  const auto pushed = Push(Online(), NewSubmission("H29.X05"));
  ASSERT_THAT(pushed, IsOk());
  EXPECT_THAT(PushField(Online(), pushed->code(), "contact.phone", "0900000002")->conflict_paths(),
              IsEmpty())
      << "its own until acceptance";
  EXPECT_THAT(PushField(Online(), pushed->code(), "status", "2")->conflict_paths(),
              ElementsAre("status"));
  EXPECT_THAT(PushField(Agency("H29.X05"), pushed->code(), "status", "2")->conflict_paths(),
              IsEmpty());
  EXPECT_THAT(PushField(Online(), pushed->code(), "contact.phone", "0900000003")->conflict_paths(),
              ElementsAre("contact.phone"));
}

TEST_F(OriginTest, AWithdrawalIsAppendedOnceAndTheReceivingUnitDecides) {
  const auto pushed = Push(Online(), NewSubmission("H29.X05"));
  ASSERT_THAT(pushed, IsOk());
  Dossier withdrawal;
  withdrawal.set_code(pushed->code());
  auto& event = *withdrawal.add_requests();
  event.set_id("rut-1");
  event.set_kind(dossier::v1::RequestEvent::KIND_WITHDRAW);
  event.mutable_time()->set_seconds(1'772'413'000);
  event.set_content("invented");
  const auto first = Push(Online(), withdrawal);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->revision(), 2);
  EXPECT_THAT(first->conflict_paths(), IsEmpty());
  const auto again = Push(Online(), withdrawal);  // another request, the same event
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->sequence(), 0) << "nothing changed";
  EXPECT_EQ(RowsOf(store::Table::kConflict), 0);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Operator(), pushed->code()));
  EXPECT_EQ(stored.requests_size(), 1);
  EXPECT_EQ(stored.status(), dossier::v1::STATUS_SUBMITTED);
  ASSERT_THAT(PushField(Agency("H29.X05"), pushed->code(), "status", "7"), IsOk());
  EXPECT_EQ(Get(Operator(), pushed->code())->status(), dossier::v1::STATUS_WITHDRAWN);
}

TEST_F(OriginTest, OtherWordsUnderTheIdOfARequestAreRefused) {
  const auto pushed = Push(Online(), NewSubmission("H29.X05"));
  ASSERT_THAT(pushed, IsOk());
  const auto withdraw = [&](const std::string& content) {
    Dossier withdrawal;
    withdrawal.set_code(pushed->code());
    withdrawal.add_requests()->set_id("rut-1");
    withdrawal.mutable_requests(0)->set_kind(dossier::v1::RequestEvent::KIND_WITHDRAW);
    withdrawal.mutable_requests(0)->set_content(content);
    return Push(Online(), withdrawal);
  };
  ASSERT_THAT(withdraw("first"), IsOk());
  EXPECT_THAT(withdraw("second"), StatusIs(absl::StatusCode::kInvalidArgument,
                                           AllOf(HasSubstr("dossier.requests[rut-1].content"),
                                                 Not(HasSubstr("second")))));
  EXPECT_EQ(RowsOf(store::Table::kConflict), 0);
  EXPECT_THAT(withdraw("first"), IsOk());
}

TEST_F(OriginTest, APaymentIsNotReplacedButByAReasonedCorrection) {
  const auto pushed = Push(Online(), NewSubmission("H29.X05"));
  ASSERT_THAT(pushed, IsOk());
  const auto line = [&](const std::string& reference) {
    Dossier paid;
    paid.set_code(pushed->code());
    auto& fee = *paid.add_fees();
    fee.set_id("f");
    fee.set_paid_vnd(5000);
    fee.set_payment_reference(reference);
    fee.set_payment_channel(dossier::v1::ONLINE_PAYMENT_PORTAL);
    return paid;
  };
  ASSERT_THAT(Push(Online(), line("GD-1")), IsOk());
  EXPECT_THAT(
      Push(Online(), line("GD-2")),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.fees[f].payment_reference")));
  EXPECT_EQ(Get(Operator(), pushed->code())->fees(0).payment_reference(), "GD-1");
  const auto again = Push(Online(), line("GD-1"));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->sequence(), 0) << "the same transaction changes nothing";
  dossier::v1::CorrectDossierRequest correction;
  correction.set_request_id(NewUuid());
  correction.set_reason("the bank's number was read wrongly");
  *correction.mutable_dossier() = line("GD-2");
  absl::Status corrected = absl::UnknownError("no answer came");
  dossiers_.Correct(Online(), correction, [&](auto response) { corrected = response.status(); });
  EXPECT_THAT(corrected, IsOk());
  EXPECT_EQ(Get(Operator(), pushed->code())->fees(0).payment_reference(), "GD-2");
}

TEST_F(OriginTest, NobodyPaysBackMoreThanWasPaid) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "fees[f].paid_vnd", "5000"), IsOk());
  EXPECT_THAT(
      PushField(Agency("H29.X05"), code, "fees[f].refunded_vnd", "5001"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.fees[f].refunded_vnd")));
  EXPECT_THAT(PushField(Agency("H29.X05"), code, "fees[f].refunded_vnd", "5000"), IsOk());
}

TEST_F(OriginTest, ItsCodeOfTheLegalShapeIsTheSharedCode) {
  for (const char* code : {"G09.20-20260302-0092637", "h29.x05-20260302-0000123"}) {
    const auto made = SubmitWithCode(code);
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(made->receipt_number, made->code);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), code));
    EXPECT_EQ(stored.code(), made->code);
    EXPECT_EQ(stored.receipt_number(), made->code);
    EXPECT_THAT(stored.codes(), IsEmpty());
    EXPECT_THAT(Journal().back().paths(), AllOf(Contains("code"), Contains("receipt_number")));
    EXPECT_EQ(Journal().back().code(), made->code);
  }
  EXPECT_THAT(Get(Agency("H29.X05"), "H29.X05-20260302-0000123"), IsOk());
}

TEST_F(OriginTest, ItsCodeInOurOwnSeriesIsNeverIssuedAgain) {
  for (const char* code : {"H29.X05-260302-0001", "H29.X05-260302-0002", "H29.X05-260302-0004"}) {
    ASSERT_THAT(SubmitWithCode(code), IsOk());
  }
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0003");
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0005");
  receipt::v1::ReserveReceiptRequest reserve;
  reserve.set_request_id(NewUuid());
  reserve.set_agency("H29.X05");
  ASSERT_THAT(SubmitWithCode("H29.X05-260302-0006"), IsOk());
  EXPECT_EQ(receipts_.Reserve(Agency("H29.X05"), reserve)->code(), "H29.X05-260302-0007");
}

TEST_F(OriginTest, ACodeThatIsThereAlreadyIsTaken) {
  const std::string ours = Create("H29.X05");
  receipt::v1::ReserveReceiptRequest reserve;
  reserve.set_request_id(NewUuid());
  reserve.set_agency("H29.X05");
  const std::string reserved = receipts_.Reserve(Agency("H29.X05"), reserve)->code();
  receipt::v1::RegisterExternalReceiptRequest number;
  number.set_request_id(NewUuid());
  number.set_code(ours);
  number.set_issuer("agency/H29.X05");
  number.set_number("G09.20-260302-0001");
  ASSERT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), number), IsOk());
  for (const std::string& code : {ours, reserved, number.number()}) {
    const auto refused = SubmitWithCode(code);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists)) << code;
    EXPECT_EQ(ReasonOf(refused), "CODE_TAKEN");
  }
  EXPECT_EQ(RowsOf(store::Table::kDossier), 1);
}

TEST_F(OriginTest, TwoAtTheSameInstantGetOneCodeOnce) {
  Dossier dossier = NewSubmission("H29.X05");
  dossier.set_code("H29.X05-260302-0001");
  auto first = Prepare(dossier), second = Prepare(dossier);
  ASSERT_THAT(Submit(std::move(first)), IsOk());
  EXPECT_THAT(Submit(std::move(second)), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(Prepare(dossier)), "CODE_TAKEN") << "prepared again";
  auto late = Prepare(NewSubmission("H29.X05"));
  Dossier faster = NewSubmission("H29.X05");
  faster.set_code("H29.X05-260302-0002");
  auto external = Prepare(faster);
  EXPECT_EQ(Submit(std::move(late))->code, "H29.X05-260302-0002");
  EXPECT_THAT(Submit(std::move(external)), StatusIs(absl::StatusCode::kAborted));
}

TEST_F(OriginTest, ItsCodeOfAnotherShapeIsOneOfTheDossiersCodes) {
  const auto made = SubmitWithCode("DVC.2026.0000123", "H29.C01");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->code, "H29.C01-260302-0001");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Online(), "dvc.2026.0000123"));
  ASSERT_EQ(stored.codes_size(), 1);
  EXPECT_EQ(stored.codes(0).issuer(), "online");
  EXPECT_EQ(stored.codes(0).kind(), CodeReference::KIND_DOSSIER_CODE);
  EXPECT_EQ(stored.codes(0).code(), "DVC.2026.0000123");
  EXPECT_EQ(ReasonOf(SubmitWithCode("DVC.2026.0000123", "H29.C01")), "CODE_TAKEN");
}

TEST_F(OriginTest, ACodeThatStandsInItsListTooIsThereOnce) {
  for (const char* code : {"DVC.2026.0000123", "G09.20-20260302-0092637"}) {
    Dossier dossier = NewSubmission("H29.C01");
    dossier.set_code(code);
    auto& reference = *dossier.add_codes();
    reference.set_id("dvc");
    reference.set_issuer("online");
    reference.set_kind(CodeReference::KIND_DOSSIER_CODE);
    reference.set_code(code);
    const auto made = Submit(Prepare(dossier));
    ASSERT_THAT(made, IsOk()) << code;
    EXPECT_EQ(Get(Online(), code)->codes_size(), 1);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::vector<Alias> aliases, FindAliases(engine_, code));
    for (const Alias& alias : aliases) {
      EXPECT_EQ(store_.Get(store::Table::kAlias, {alias.folded, alias.issuer})->version, 1)
          << "written once";
    }
  }
}

TEST_F(OriginTest, ACodeOfNoUseIsAFaultOfItsField) {
  const std::string long_agency(35, 'A');
  for (const std::string& code :
       {std::string("H29.X01-260302-0001"),  // the series of an agency that it does not submit to
        long_agency + "-20260302-0000001",   // longer than a shared code may be
        std::string(81, 'x'), std::string("DVC\xFF")}) {
    EXPECT_THAT(SubmitWithCode(code),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.code: ")))
        << code;
  }
  EXPECT_EQ(RowsOf(store::Table::kDossier), 0);
}

TEST_F(OriginTest, NobodyElseBringsASharedCodeAlong) {
  Dossier dossier = NewDossier("H29.X05");
  dossier.set_code("H29.X05-260302-0042");
  EXPECT_EQ(ReasonOf(Push(Agency("H29.X05"), dossier)), "NOT_SHARED")
      << "it names one that is there";
  auto edit = PrepareEdit(engine_, StoredDossier{}, domain::ChangeOf(dossier),
                          {.actor = "agency/H29.X05",
                           .writer = WriterOf(*parties_.Find("agency/H29.X05")),
                           .reason = "",
                           .trace_id = "",
                           .request_id = "",
                           .request_digest = ""});
  EXPECT_EQ(Submit(std::move(edit))->code, "H29.X05-260302-0001");
}

}  // namespace
}  // namespace lienthong::core
