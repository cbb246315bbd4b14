#include "gateway/core/receipts.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/derived.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using dossier::v1::Dossier;
using receipt::v1::CommitReceiptRequest;
using receipt::v1::RegisterExternalReceiptRequest;
using receipt::v1::ReleaseReceiptRequest;
using receipt::v1::Reservation;
using receipt::v1::ReserveReceiptRequest;
using receipt::v1::ResolveReceiptRequest;

class ReceiptsTest : public CoreTest {
 protected:
  ReserveReceiptRequest ReserveFor(const std::string& agency) {
    ReserveReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_agency(agency);
    return request;
  }
  Reservation Reserved(const std::string& agency) {
    const auto made = receipts_.Reserve(Agency(agency), ReserveFor(agency));
    EXPECT_THAT(made, IsOk());
    return made.value_or(Reservation());
  }
  absl::StatusOr<Reservation> Commit(const std::string& agency, const std::string& id) {
    CommitReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_reservation_id(id);
    return receipts_.Commit(Agency(agency), request);
  }
  absl::StatusOr<Reservation> Release(const std::string& agency, const std::string& id,
                                      const std::string& reason = "invented") {
    ReleaseReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_reservation_id(id);
    request.set_reason(reason);
    return receipts_.Release(Agency(agency), request);
  }
  absl::StatusOr<dossier::v1::PushDossierResponse> PushWith(const std::string& agency,
                                                            const std::string& id) {
    auto request = RequestOf(NewDossier(agency));
    request.set_reservation_id(id);
    return Push(Agency(agency), request);
  }
  absl::StatusOr<receipt::v1::RegisterExternalReceiptResponse> Register(const std::string& agency,
                                                                        const std::string& code,
                                                                        const std::string& number) {
    RegisterExternalReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code);
    request.set_issuer("agency/" + agency);
    request.set_number(number);
    return receipts_.RegisterExternal(Agency(agency), request);
  }
  absl::StatusOr<receipt::v1::ResolveReceiptResponse> Resolve(const RequestContext& context,
                                                              const std::string& number,
                                                              const std::string& issuer = "") {
    ResolveReceiptRequest request;
    request.set_number(number);
    request.set_issuer(issuer);
    return receipts_.Resolve(context, request);
  }
};

TEST_F(ReceiptsTest, AReservationHoldsTheNextNumber) {
  const Reservation reservation = Reserved("H29.X05");
  EXPECT_EQ(reservation.code(), "H29.X05-260302-0001");
  EXPECT_EQ(reservation.receipt_number(), reservation.code());
  EXPECT_EQ(reservation.agency(), "H29.X05");
  EXPECT_EQ(reservation.state(), Reservation::STATE_RESERVED);
  EXPECT_EQ(domain::FromProto(reservation.expire_time()), clock_.Now() + absl::Minutes(30));
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0002") << "the reserved one is not given out";
}

TEST_F(ReceiptsTest, TheDayIsThatOfReception) {
  ReserveReceiptRequest request = ReserveFor("H29.X05");
  request.mutable_received_time()->set_seconds(1'772'296'200);  // 2026-02-28 23:30 in Viet Nam
  EXPECT_EQ(receipts_.Reserve(Agency("H29.X05"), request)->code(), "H29.X05-260228-0001");
}

TEST_F(ReceiptsTest, NobodyIsReceivedInTheFutureNorBefore2000) {
  ReserveReceiptRequest request;
  request.set_agency("H29.X05");
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  for (const int64_t seconds : {now + 601, int64_t{2'082'758'400}, int64_t{946'684'799},
                                int64_t{-62'135'596'800}, int64_t{253'402'300'800}}) {
    request.set_request_id(NewUuid());
    request.mutable_received_time()->set_seconds(seconds);
    const auto refused = receipts_.Reserve(Agency("H29.X05"), request);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("received_time")))
        << seconds;
  }
  request.mutable_received_time()->set_seconds(now + 600);
  EXPECT_THAT(receipts_.Reserve(Agency("H29.X05"), request), IsOk());
}

TEST_F(ReceiptsTest, TheSameRequestGivesTheSameNumber) {
  const ReserveReceiptRequest request = ReserveFor("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Reservation first,
                                 receipts_.Reserve(Agency("H29.X05"), request));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Reservation again,
                                 receipts_.Reserve(Agency("H29.X05"), request));
  EXPECT_TRUE(MessageDifferencer::Equals(first, again));
  EXPECT_EQ(RowsOf(store::Table::kReservation), 1);
  ReserveReceiptRequest other = request;
  other.mutable_lifetime()->set_seconds(60);
  EXPECT_EQ(ReasonOf(receipts_.Reserve(Agency("H29.X05"), other)), "REQUEST_ID_REUSED");
}

TEST_F(ReceiptsTest, OnlyOnesOwnSeries) {
  const auto refused = receipts_.Reserve(Agency("H29.X05"), ReserveFor("H29.X01"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(ReasonOf(refused), "NOT_SHARED");
}

TEST_F(ReceiptsTest, ALifetimeIsOneSecondToADay) {
  for (const auto& [seconds, nanos] : std::vector<std::pair<int64_t, int>>{
           {-1, 0}, {24 * 3600 + 1, 0}, {24 * 3600, 1}, {0, 999'999'999}, {0, -1}}) {
    ReserveReceiptRequest request = ReserveFor("H29.X05");
    request.mutable_lifetime()->set_seconds(seconds);
    request.mutable_lifetime()->set_nanos(nanos);
    EXPECT_THAT(receipts_.Reserve(Agency("H29.X05"), request),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lifetime")));
  }
  ReserveReceiptRequest request = ReserveFor("H29.X05");
  request.mutable_lifetime()->set_seconds(24 * 3600);
  EXPECT_EQ(domain::FromProto(receipts_.Reserve(Agency("H29.X05"), request)->expire_time()),
            clock_.Now() + absl::Hours(24));
  request = ReserveFor("H29.X05");
  request.mutable_lifetime()->set_seconds(1);
  request.mutable_lifetime()->set_nanos(500'000'000);
  EXPECT_EQ(domain::FromProto(receipts_.Reserve(Agency("H29.X05"), request)->expire_time()),
            clock_.Now() + absl::Milliseconds(1500));
}

TEST_F(ReceiptsTest, ACommittedOneDoesNotExpire) {
  const Reservation reservation = Reserved("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Reservation committed, Commit("H29.X05", reservation.id()));
  EXPECT_EQ(committed.state(), Reservation::STATE_COMMITTED);
  clock_.Advance(absl::Hours(48));
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  EXPECT_EQ(PushWith("H29.X05", reservation.id())->code(), reservation.code());
}

TEST_F(ReceiptsTest, AReleasedOneIsARecordedGap) {
  const Reservation reservation = Reserved("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Reservation released, Release("H29.X05", reservation.id()));
  EXPECT_EQ(released.state(), Reservation::STATE_RELEASED);
  EXPECT_EQ(released.reason(), "invented");
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0002") << "never issued again";
  for (const absl::Status& status :
       {Commit("H29.X05", reservation.id()).status(), Release("H29.X05", reservation.id()).status(),
        PushWith("H29.X05", reservation.id()).status()}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("released")));
    EXPECT_EQ(ReasonOf(status), "RESERVATION_CLOSED");
  }
}

TEST_F(ReceiptsTest, AReleaseNeedsAReason) {
  for (const char* reason : {"", " \t"}) {
    EXPECT_THAT(Release("H29.X05", Reserved("H29.X05").id(), reason),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  }
}

TEST_F(ReceiptsTest, ACommittedOneIsFinal) {
  const Reservation reservation = Reserved("H29.X05");
  ASSERT_THAT(Commit("H29.X05", reservation.id()), IsOk());
  const auto refused = Release("H29.X05", reservation.id());
  ASSERT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr(reservation.code()), HasSubstr("is committed"),
                                      HasSubstr("push its dossier"))));
  EXPECT_EQ(ReasonOf(refused), "RESERVATION_CLOSED");
  EXPECT_EQ(Commit("H29.X05", reservation.id())->state(), Reservation::STATE_COMMITTED);
  EXPECT_EQ(PushWith("H29.X05", reservation.id())->code(), reservation.code());
}

TEST_F(ReceiptsTest, CommitAndReleaseAreIdempotent) {
  CommitReceiptRequest commit;
  commit.set_request_id(NewUuid());
  commit.set_reservation_id(Reserved("H29.X05").id());
  ASSERT_THAT(receipts_.Commit(Agency("H29.X05"), commit), IsOk());
  EXPECT_EQ(receipts_.Commit(Agency("H29.X05"), commit)->state(), Reservation::STATE_COMMITTED);
  ReleaseReceiptRequest release;
  release.set_request_id(NewUuid());
  release.set_reservation_id(Reserved("H29.X05").id());
  release.set_reason("invented");
  ASSERT_THAT(receipts_.Release(Agency("H29.X05"), release), IsOk());
  EXPECT_EQ(receipts_.Release(Agency("H29.X05"), release)->state(), Reservation::STATE_RELEASED);
  release.set_reason("another");
  EXPECT_EQ(ReasonOf(receipts_.Release(Agency("H29.X05"), release)), "REQUEST_ID_REUSED");
}

TEST_F(ReceiptsTest, AnExpiredOneIsRefusedWhetherSweptOrNot) {
  const Reservation unswept = Reserved("H29.X05");
  clock_.Advance(absl::Minutes(30));
  EXPECT_EQ(ReasonOf(Commit("H29.X05", unswept.id())), "RESERVATION_CLOSED");
  EXPECT_THAT(PushWith("H29.X05", unswept.id()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("expired")));
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  EXPECT_EQ(ReasonOf(Commit("H29.X05", unswept.id())), "RESERVATION_CLOSED");
  EXPECT_EQ(Resolve(Agency("H29.X05"), unswept.code())->reservation().state(),
            Reservation::STATE_RELEASED);
  EXPECT_EQ(Resolve(Agency("H29.X05"), unswept.code())->reservation().reason(), "expired");
}

TEST_F(ReceiptsTest, ASweepTakesOnlyWhatIsOver) {
  const Reservation early = Reserved("H29.X05");
  clock_.Advance(absl::Minutes(10));
  const Reservation late = Reserved("H29.X05");
  clock_.Advance(absl::Minutes(29));
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  EXPECT_EQ(Resolve(Agency("H29.X05"), early.code())->reservation().state(),
            Reservation::STATE_RELEASED);
  EXPECT_EQ(Resolve(Agency("H29.X05"), late.code())->reservation().state(),
            Reservation::STATE_RESERVED);
  EXPECT_THAT(Commit("H29.X05", late.id()), IsOk());
}

TEST_F(ReceiptsTest, APushUsesAReservation) {
  const Reservation reservation = Reserved("H29.X05");
  Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto response, PushWith("H29.X05", reservation.id()));
  EXPECT_EQ(response.code(), reservation.code());
  EXPECT_EQ(response.receipt_number(), reservation.receipt_number());
  EXPECT_EQ(Get(Agency("H29.X05"), reservation.code())->receipt_number(), reservation.code());
  EXPECT_EQ(ReasonOf(PushWith("H29.X05", reservation.id())), "RESERVATION_CLOSED") << "once only";
  EXPECT_EQ(ReasonOf(Release("H29.X05", reservation.id())), "RESERVATION_CLOSED");
  clock_.Advance(absl::Hours(48));
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  EXPECT_THAT(Get(Agency("H29.X05"), reservation.code()), IsOk());
}

TEST_F(ReceiptsTest, AReservationIsItsHoldersAndItsAgencys) {
  const Reservation reservation = Reserved("H29.X05");
  for (const absl::Status& status :
       {Commit("H29.X01", reservation.id()).status(), Release("H29.X01", reservation.id()).status(),
        PushWith("H29.X01", reservation.id()).status(), Commit("H29.X01", "no such id").status()}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(status), "NOT_SHARED");
  }
}

TEST_F(ReceiptsTest, AReservationOfAnotherOfOnesAgenciesDoesNotFit) {
  // One caller, two agencies: the number of one is not for a dossier of the other.
  ASSERT_THAT(parties_.Add({.name = "agency/both",
                            .receives = true,
                            .leads = true,
                            .agencies = {"H29.Y01", "H29.Y02"}}),
              IsOk());
  RequestContext both;
  both.caller = {CallerKind::kAgency, "agency/both", {"H29.Y01", "H29.Y02"}};
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Reservation reservation,
                                 receipts_.Reserve(both, ReserveFor("H29.Y01")));
  auto request = RequestOf(NewDossier("H29.Y02"));
  request.set_reservation_id(reservation.id());
  EXPECT_THAT(Push(both, request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reservation_id")));
}

TEST_F(ReceiptsTest, AnExistingDossierTakesNoReservation) {
  Dossier change;
  change.set_code(Create("H29.X05"));
  auto request = RequestOf(change);
  request.set_reservation_id(Reserved("H29.X05").id());
  EXPECT_THAT(Push(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reservation_id")));
}

TEST_F(ReceiptsTest, AForeignNumberBecomesOneOfTheDossiersCodes) {
  const std::string code = Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto registered,
                                 Register("H29.X05", code, "X05/2026/000123"));
  EXPECT_EQ(registered.code(), code);
  EXPECT_EQ(registered.revision(), 2);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), "x05/2026/000123"));
  ASSERT_EQ(stored.codes_size(), 1);
  EXPECT_EQ(stored.codes(0).code(), "X05/2026/000123");
  EXPECT_EQ(stored.codes(0).issuer(), "agency/H29.X05");
  EXPECT_EQ(stored.codes(0).kind(), dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
  EXPECT_EQ(Register("H29.X05", code, "X05/2026/000123")->revision(), 2) << "again: nothing new";
}

TEST_F(ReceiptsTest, RegisteringIsIdempotent) {
  RegisterExternalReceiptRequest request;
  request.set_request_id(NewUuid());
  request.set_code(Create("H29.X05"));
  request.set_issuer("agency/H29.X05");
  request.set_number("X05/1");
  ASSERT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), request.code(), "note", "a"), IsOk());
  EXPECT_EQ(receipts_.RegisterExternal(Agency("H29.X05"), request)->revision(), 2);
  request.set_number("X05/2");
  EXPECT_EQ(ReasonOf(receipts_.RegisterExternal(Agency("H29.X05"), request)), "REQUEST_ID_REUSED");
}

TEST_F(ReceiptsTest, ANumberOfAnotherDossierIsTaken) {
  const std::string first = Create("H29.X05");
  const std::string second = Create("H29.X05");
  ASSERT_THAT(Register("H29.X05", first, "X05/1"), IsOk());
  for (const std::string& number :
       {std::string("x05/1"), first, std::string("h29.x05-260302-0001")}) {
    const auto refused = Register("H29.X05", second, number);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists)) << number;
    EXPECT_EQ(ReasonOf(refused), "CODE_TAKEN");
    EXPECT_THAT(std::string(refused.status().message()), ::testing::Not(HasSubstr("Mẫu")));
  }
}

TEST_F(ReceiptsTest, ARegisteredNumberOfOurShapeIsNotIssuedAgain) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(Register("H29.X05", code, "H29.X05-260302-0002"), IsOk());
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0003");
}

TEST_F(ReceiptsTest, OnlyOnesOwnNumbersForWhatOneMaySee) {
  const std::string code = Create("H29.X05");
  RegisterExternalReceiptRequest request;
  request.set_request_id(NewUuid());
  request.set_code(code);
  request.set_issuer("district");
  request.set_number("NV-1");
  EXPECT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("issuer")));
  request.set_issuer("agency/H29.X05");
  request.clear_number();
  EXPECT_THAT(receipts_.RegisterExternal(Agency("H29.X05"), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("number")));
  EXPECT_EQ(ReasonOf(Register("H29.X01", code, "X01/1")), "NOT_SHARED");
  EXPECT_EQ(ReasonOf(Register("H29.X01", "H29.X05-260302-0999", "X01/1")), "NOT_SHARED");
}

TEST_F(ReceiptsTest, EveryAliasResolvesWithoutRegardToCase) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(Register("H29.X05", code, "X05/Một"), IsOk());
  for (const char* number : {"H29.X05-260302-0001", " h29.x05-260302-0001 ", "x05/Một"}) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto resolved, Resolve(Agency("H29.X05"), number));
    EXPECT_EQ(resolved.code(), code);
    EXPECT_EQ(resolved.receipt_number(), code);
    ASSERT_EQ(resolved.codes_size(), 1);
    EXPECT_EQ(resolved.codes(0).code(), "X05/Một");
    EXPECT_EQ(resolved.codes(0).issuer(), "agency/H29.X05");
    EXPECT_FALSE(resolved.has_reservation());
  }
}

TEST_F(ReceiptsTest, AnIssuerTellsEqualLocalNumbersApart) {
  const std::string first = Create("H29.X05");
  const std::string second = Create("H29.X01");
  ASSERT_THAT(Register("H29.X05", first, "42"), IsOk());
  ASSERT_THAT(Register("H29.X01", second, "42"), IsOk());
  EXPECT_EQ(Resolve(Operator(), "42", "agency/H29.X05")->code(), first);
  EXPECT_EQ(Resolve(Operator(), "42", "agency/H29.X01")->code(), second);
  EXPECT_THAT(Resolve(Operator(), "42"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("issuer: is needed")));
}

TEST_F(ReceiptsTest, RefusalsSpeakOfWhatWasAskedFor) {
  EXPECT_THAT(receipts_.Reserve(Agency("H29.X05"), ReserveFor("H29.X01")),
              StatusIs(absl::StatusCode::kPermissionDenied, StartsWith("series H29.X01 ")));
  EXPECT_THAT(Commit("H29.X05", "nope"),
              StatusIs(absl::StatusCode::kPermissionDenied, StartsWith("reservation nope ")));
  EXPECT_THAT(Resolve(Agency("H29.X05"), "nope"),
              StatusIs(absl::StatusCode::kPermissionDenied, StartsWith("number nope ")));
}

TEST_F(ReceiptsTest, AForeignReservationAndNoneCannotBeToldApart) {
  const std::string reserved = Reserved("H29.X05").code();
  const absl::Status foreign = Resolve(Agency("H29.X01"), reserved).status();
  absl::Status missing = Resolve(Agency("H29.X01"), "H29.X05-260302-0002").status();
  EXPECT_THAT(foreign, StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(reserved)));
  std::string text = foreign.ToString(absl::StatusToStringMode::kWithEverything);
  for (size_t at; (at = text.find("-0001")) != std::string::npos;) text.replace(at, 5, "-0002");
  EXPECT_EQ(text, missing.ToString(absl::StatusToStringMode::kWithEverything));
}

TEST_F(ReceiptsTest, ARequestIdStandsForOneMethod) {
  ReserveReceiptRequest reserve = ReserveFor("H29.X05");
  ASSERT_THAT(receipts_.Reserve(Agency("H29.X05"), reserve), IsOk());
  CommitReceiptRequest commit;
  commit.set_request_id(reserve.request_id());
  commit.set_reservation_id(reserve.agency());  // the same bytes
  EXPECT_EQ(ReasonOf(receipts_.Commit(Agency("H29.X05"), commit)), "REQUEST_ID_REUSED");
}

// A citizen comes with a paper before its dossier does.
TEST_F(ReceiptsTest, AReservationResolvesForOperatorsAndWhoActsForTheSeries) {
  const Reservation reservation = Reserved("H29.X05");
  RequestContext successor = Agency("H29.X01");
  successor.caller.agencies.push_back("H29.X05");  // by a grant
  for (const RequestContext& who : {Operator(), successor}) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto resolved, Resolve(who, reservation.code()));
    EXPECT_EQ(resolved.reservation().id(), reservation.id());
  }
}

TEST_F(ReceiptsTest, WhatIsWrongIsNamed) {
  ReserveReceiptRequest nameless;
  nameless.set_request_id(NewUuid());
  EXPECT_THAT(receipts_.Reserve(Agency("H29.X05"), nameless),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ReleaseReceiptRequest endless;
  endless.set_request_id(NewUuid());
  endless.set_reservation_id(Reserved("H29.X05").id());
  endless.set_reason(std::string(1001, 'x'));
  EXPECT_THAT(receipts_.Release(Agency("H29.X05"), endless),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReceiptsTest, AReservationResolvesForItsHolderOnly) {
  const Reservation reservation = Reserved("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto resolved,
                                 Resolve(Agency("H29.X05"), reservation.code()));
  EXPECT_EQ(resolved.code(), "");
  EXPECT_EQ(resolved.receipt_number(), reservation.code());
  EXPECT_EQ(resolved.reservation().id(), reservation.id());
  EXPECT_EQ(ReasonOf(Resolve(Agency("H29.X01"), reservation.code())), "NOT_SHARED");
}

TEST_F(ReceiptsTest, WhatOneMayNotSeeDoesNotResolve) {
  const std::string code = Create("H29.X05");
  EXPECT_EQ(ReasonOf(Resolve(Agency("H29.X01"), code)), "NOT_SHARED");
  EXPECT_EQ(ReasonOf(Resolve(Agency("H29.X01"), "H29.X05-260302-0999")), "NOT_SHARED");
  EXPECT_THAT(Resolve(Agency("H29.X01"), ""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReceiptsTest, ResolvesUnderTheOldAndTheNewCodeOfItsAgency) {
  const std::string code = Create("H29.X05");  // H29.X05-260302-0001
  for (const char* number :
       {"h29.x05-260302-0001", "000.00.X05.H29-260302-0001", " X05.H29-260302-0001"}) {
    const auto found = Resolve(Agency("H29.X05"), number);
    ASSERT_THAT(found, IsOk()) << number;
    EXPECT_EQ(found->code(), code);
  }
  EXPECT_EQ(ReasonOf(Resolve(Agency("H29.X05"), "H29.X99-260302-0001")), "NOT_SHARED");
  engine_.numbering = std::make_unique<Numbering>(
      NumberingRules{.other_codes = [](std::string_view agency) -> std::vector<std::string> {
        if (agency == "H29.X99") return {"H29.X05"};
        return {};
      }});
  EXPECT_EQ(Resolve(Agency("H29.X05"), "H29.X99-260302-0001")->code(), code);
}

}  // namespace
}  // namespace lienthong::core
