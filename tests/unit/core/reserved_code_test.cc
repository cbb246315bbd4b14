// A number that was reserved, and the dossier that comes with it by another way than its
// reservation's id.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/core/blocks.h"
#include "gateway/core/editor.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

using dossier::v1::CodeReference;
using dossier::v1::Dossier;
using dossier::v1::PushDossierResponse;
using receipt::v1::Reservation;

class ReservedCodeTest : public CoreTest {
 protected:
  // H29.X05 has reserved a number.
  void SetUp() override {
    receipt::v1::ReserveReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_agency("H29.X05");
    const auto made = receipts_.Reserve(x05_, request);
    ASSERT_THAT(made, IsOk());
    id_ = made->id();
    number_ = made->receipt_number();
  }
  void Commit() {
    receipt::v1::CommitReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_reservation_id(id_);
    ASSERT_THAT(receipts_.Commit(x05_, request), IsOk());
  }
  void Release() {
    receipt::v1::ReleaseReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_reservation_id(id_);
    request.set_reason("invented");
    ASSERT_THAT(receipts_.Release(x05_, request), IsOk());
  }

  // The ways: as the code of the caller's own software ...
  absl::StatusOr<PushDossierResponse> Register(const RequestContext& context, Dossier dossier,
                                               const std::string& code) {
    dossier.set_code(code);
    absl::StatusOr<PushDossierResponse> answered = absl::UnknownError("no answer");
    dossiers_.Register(context, RequestOf(dossier),
                       [&answered](auto response) { answered = std::move(response); });
    return answered;
  }
  // ... as one of the codes of a new dossier, or of one that is there ...
  absl::StatusOr<PushDossierResponse> PushCode(
      const RequestContext& context, Dossier dossier, const std::string& code,
      CodeReference::Kind kind = CodeReference::KIND_RECEIPT_NUMBER) {
    CodeReference& reference = *dossier.add_codes();
    reference.set_issuer(context.caller.name);
    reference.set_kind(kind);
    reference.set_code(code);
    return Push(context, dossier);
  }
  // ... as the code under which a dossier is pushed ...
  absl::StatusOr<PushDossierResponse> PushUnder(const RequestContext& context,
                                                const std::string& code) {
    Dossier dossier = NewDossier("H29.X05");
    dossier.set_code(code);
    return Push(context, dossier);
  }
  // ... as a number from elsewhere ...
  absl::Status RegisterFor(const std::string& code) {
    receipt::v1::RegisterExternalReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code);
    request.set_issuer("agency/H29.X05");
    request.set_number(number_);
    return receipts_.RegisterExternal(x05_, request).status();
  }
  // ... and by a link of the agency's software.
  absl::Status Link(const std::string& party) {
    Dossier dossier = NewDossier("H29.X05");
    CodeReference& reference = *dossier.add_codes();
    reference.set_issuer(party);
    reference.set_kind(CodeReference::KIND_DOSSIER_CODE);
    reference.set_code(number_);
    auto edit = PrepareEdit(engine_, StoredDossier{}, domain::ChangeOf(dossier),
                            {.actor = "link/" + party,
                             .writer = WriterOf(*parties_.Find(party)),
                             .reason = "",
                             .trace_id = "",
                             .request_id = "",
                             .request_digest = ""});
    if (!edit.ok()) return edit.status();
    absl::Status status;
    SubmitEdit(engine_, *std::move(edit), [&](const auto& result) { status = result.status(); });
    return status;
  }

  // The number is the dossier's, shared and for the citizen, and its reservation is used.
  void ExpectIsTheDossiers() {
    const auto stored = Get(x05_, number_);
    ASSERT_THAT(stored, IsOk());
    EXPECT_EQ(stored->code(), number_);
    EXPECT_EQ(stored->receipt_number(), number_);
    ExpectUsed();
  }
  void ExpectUsed() {
    auto request = RequestOf(NewDossier("H29.X05"));
    request.set_reservation_id(id_);
    EXPECT_THAT(Push(x05_, request),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("used by a dossier")));
    clock_.Advance(absl::Hours(48));
    EXPECT_THAT(receipts_.SweepExpired(), IsOk());
    EXPECT_THAT(Get(x05_, number_), IsOk());
  }

  const RequestContext x05_ = Agency("H29.X05");
  std::string id_, number_;
};

TEST_F(ReservedCodeTest, ComesAsTheCodeOfOnesOwnSoftware) {
  const auto response = Register(x05_, NewDossier("H29.X05"), number_);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->code(), number_);
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, ComesSoOnceItIsCommittedHoweverLate) {
  Commit();
  clock_.Advance(absl::Hours(48));
  ASSERT_THAT(Register(x05_, NewDossier("H29.X05"), number_), IsOk());
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, ComesAsOneOfTheCodesOfANewDossier) {
  const auto response = PushCode(x05_, NewDossier("H29.X05"), "h29.x05-260302-0001");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->receipt_number(), number_);
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, ComesAsItsDossierCode) {
  ASSERT_THAT(PushCode(x05_, NewDossier("H29.X05"), number_, CodeReference::KIND_DOSSIER_CODE),
              IsOk());
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, ComesBesideACodeOfOnesOwnSoftware) {
  Dossier dossier = NewDossier("H29.X05");
  CodeReference& printed = *dossier.add_codes();
  printed.set_issuer("agency/H29.X05");
  printed.set_kind(CodeReference::KIND_RECEIPT_NUMBER);
  printed.set_code(number_);
  ASSERT_THAT(Register(x05_, dossier, "HS/17"), IsOk());
  EXPECT_EQ(Get(x05_, "HS/17")->code(), number_);
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, ComesBesideASharedCodeOfItsOwn) {
  Dossier dossier = NewDossier("H29.X05");
  CodeReference& printed = *dossier.add_codes();
  printed.set_issuer("agency/H29.X05");
  printed.set_kind(CodeReference::KIND_RECEIPT_NUMBER);
  printed.set_code(number_);
  ASSERT_THAT(Register(x05_, dossier, "H29.X05-260302-0900"), IsOk());
  EXPECT_EQ(Get(x05_, number_)->code(), "H29.X05-260302-0900");
  ExpectUsed();
}

TEST_F(ReservedCodeTest, ComesAsTheCodeOfAPush) {
  ASSERT_THAT(PushUnder(x05_, number_), IsOk());
  ExpectIsTheDossiers();
  EXPECT_EQ(PushUnder(x05_, number_)->revision(), 1) << "then it is the dossier that is there";
}

TEST_F(ReservedCodeTest, ComesTogetherWithTheReservation) {
  auto request = RequestOf(NewDossier("H29.X05"));
  request.set_reservation_id(id_);
  request.mutable_dossier()->set_code(number_);
  CodeReference& printed = *request.mutable_dossier()->add_codes();
  printed.set_issuer("agency/H29.X05");
  printed.set_kind(CodeReference::KIND_RECEIPT_NUMBER);
  printed.set_code(number_);
  ASSERT_THAT(Push(x05_, request), IsOk());
  ExpectIsTheDossiers();
}

TEST_F(ReservedCodeTest, IsAddedToADossierThatIsThere) {
  Dossier change;
  change.set_code(Create("H29.X05"));
  ASSERT_THAT(PushCode(x05_, change, number_), IsOk());
  EXPECT_EQ(Get(x05_, number_)->code(), change.code());
  ExpectUsed();
}

TEST_F(ReservedCodeTest, IsRegisteredForADossierThatIsThere) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(RegisterFor(code), IsOk());
  EXPECT_EQ(Get(x05_, number_)->code(), code);
  ExpectUsed();
}

TEST_F(ReservedCodeTest, ComesByALinkOfTheAgencyOnceItIsCommitted) {
  ASSERT_THAT(parties_.Add({.name = "software", .receives = true, .agencies = {"H29.X05"}}),
              IsOk());
  EXPECT_EQ(ReasonOf(Link("software")), "CODE_TAKEN") << "its holder has not said that it will";
  Commit();
  EXPECT_EQ(ReasonOf(Link("online")), "CODE_TAKEN") << "a channel's own number like ours";
  ASSERT_THAT(Link("software"), IsOk());
  ExpectIsTheDossiers();
}

// The counter worked offline; what it took in comes by the agency's software.
TEST_F(ReservedCodeTest, OfABlockComesByALinkOfTheAgency) {
  ASSERT_THAT(parties_.Add({.name = "software", .receives = true, .agencies = {"H29.X05"}}),
              IsOk());
  receipt::v1::LeaseReceiptBlockRequest lease;
  lease.set_request_id(NewUuid());
  lease.set_agency("H29.X05");
  lease.set_size(2);
  lease.set_counter("Quầy lưu động số 2");
  const auto block = Blocks(engine_).Lease(x05_, lease);
  ASSERT_THAT(block, IsOk());
  number_ = block->codes(1);
  EXPECT_EQ(ReasonOf(Link("online")), "CODE_TAKEN");
  ASSERT_THAT(Link("software"), IsOk());
  const auto stored = Get(x05_, number_);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->receipt_number(), number_);
  receipt::v1::ReturnReceiptBlockRequest back;
  back.set_request_id(NewUuid());
  back.set_block_id(block->id());
  const auto returned = Blocks(engine_).Return(x05_, back);
  ASSERT_THAT(returned, IsOk());
  ASSERT_EQ(returned->used_size(), 1) << "without anybody saying so";
  EXPECT_EQ(returned->used(0), number_);
}

TEST_F(ReservedCodeTest, OfSomebodyElseIsRefused) {
  const RequestContext both = [] {
    RequestContext context;
    context.caller = {CallerKind::kAgency, "agency/both", {"H29.X05"}};
    return context;
  }();
  ASSERT_THAT(parties_.Add({.name = "agency/both", .receives = true, .agencies = {"H29.X05"}}),
              IsOk());
  for (const absl::Status& status : {Register(both, NewDossier("H29.X05"), number_).status(),
                                     PushCode(both, NewDossier("H29.X05"), number_).status()}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(number_)));
    EXPECT_EQ(ReasonOf(status), "CODE_TAKEN");
  }
  EXPECT_EQ(ReasonOf(PushUnder(both, number_)), "NOT_SHARED");
  ASSERT_THAT(Register(x05_, NewDossier("H29.X05"), number_), IsOk()) << "it is still there";
}

TEST_F(ReservedCodeTest, ThatIsOverIsRefusedByName) {
  const auto expect_refusals = [&](const char* why) {
    const std::string code = Create("H29.X05");
    for (const absl::Status& status :
         {Register(x05_, NewDossier("H29.X05"), number_).status(),
          PushUnder(x05_, number_).status(),
          PushCode(x05_, NewDossier("H29.X05"), number_).status(), RegisterFor(code)}) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                   AllOf(HasSubstr("dossier.code"), HasSubstr(number_),
                                         HasSubstr(why), HasSubstr("reserve a new number"))));
    }
  };
  clock_.Advance(absl::Minutes(30));
  expect_refusals("expired");
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  expect_refusals("released");
}

TEST_F(ReservedCodeTest, ThatWasReleasedIsNobodysAnyMore) {
  Release();
  EXPECT_EQ(ReasonOf(Register(x05_, NewDossier("H29.X05"), number_)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Get(x05_, number_)), "NOT_SHARED");
}

TEST_F(ReservedCodeTest, IsOfOneDossier) {
  ASSERT_THAT(Register(x05_, NewDossier("H29.X05"), number_), IsOk());
  EXPECT_EQ(ReasonOf(Register(x05_, NewDossier("H29.X05"), number_)), "CODE_TAKEN");
  EXPECT_EQ(ReasonOf(PushCode(x05_, NewDossier("H29.X05"), number_)), "CODE_TAKEN");
}

TEST_F(ReservedCodeTest, BeginsNothingByACorrectionOrAVoid) {
  dossier::v1::CorrectDossierRequest correct;
  correct.set_request_id(NewUuid());
  *correct.mutable_dossier() = NewDossier("H29.X05");
  correct.mutable_dossier()->set_code(number_);
  correct.set_reason("invented");
  absl::Status status;
  dossiers_.Correct(x05_, correct, [&](const auto& result) { status = result.status(); });
  EXPECT_EQ(ReasonOf(status), "NOT_SHARED");
  EXPECT_EQ(RowsOf(store::Table::kDossier), 0);
}

}  // namespace
}  // namespace lienthong::core
