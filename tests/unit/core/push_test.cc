#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using dossier::v1::Dossier;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using store::Table;

class PushTest : public CoreTest {};

TEST_F(PushTest, ANewDossierGetsItsSharedCode) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 Push(Agency("H29.X05"), NewDossier("H29.X05")));
  EXPECT_EQ(response.code(), "H29.X05-260302-0001");
  EXPECT_EQ(response.receipt_number(), response.code());
  EXPECT_EQ(response.revision(), 1);
  EXPECT_EQ(response.sequence(), 1);
  EXPECT_FALSE(response.duplicate());
  EXPECT_THAT(response.conflict_paths(), IsEmpty());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), response.code()));
  EXPECT_EQ(stored.code(), response.code());
  EXPECT_EQ(stored.revision(), 1);
  EXPECT_EQ(stored.origin().system(), "agency/H29.X05");
  EXPECT_EQ(stored.contact().phone(), "0900000001");
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0002");
}

TEST_F(PushTest, TheDayInTheCodeIsTheDayOfReception) {
  Dossier dossier = NewDossier("H29.X05");
  dossier.mutable_reception()->mutable_received_time()->set_seconds(
      1'772'296'200);  // 2026-02-28 23:30 there
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 Push(Agency("H29.X05"), dossier));
  EXPECT_EQ(response.code(), "H29.X05-260228-0001");
}

TEST_F(PushTest, AChangeRaisesTheRevisionAndIsInTheJournal) {
  const std::string code = Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 PushField(Agency("H29.X05"), code, "contact.phone", "0900000002"));
  EXPECT_EQ(response.revision(), 2);
  EXPECT_EQ(response.sequence(), 2);
  const auto journal = Journal();
  ASSERT_EQ(journal.size(), 2U);
  EXPECT_EQ(journal[1].code(), code);
  EXPECT_EQ(journal[1].revision(), 2);
  EXPECT_EQ(journal[1].actor(), "agency/H29.X05");
  EXPECT_THAT(journal[1].paths(), ElementsAre("contact.phone"));
  EXPECT_EQ(journal[1].before().contact().phone(), "0900000001");
  EXPECT_EQ(journal[1].after().contact().phone(), "0900000002");
  EXPECT_THAT(journal[1].agencies(), ElementsAre("H29.X05"));
  EXPECT_FALSE(journal[1].status_changed());
}

TEST_F(PushTest, AChangeOfNothingWritesNothing) {
  const std::string code = Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 PushField(Agency("H29.X05"), code, "contact.phone", "0900000001"));
  EXPECT_EQ(response.revision(), 1);
  EXPECT_EQ(response.sequence(), 0);
  EXPECT_EQ(Journal().size(), 1U);
}

TEST_F(PushTest, AnyCodeOfTheDossierNamesItWithoutRegardToCase) {
  const std::string code = Create("H29.X05");
  EXPECT_THAT(PushField(Agency("H29.X05"), "h29.x05-260302-0001", "note", "a"), IsOk());
  Dossier with_code;
  with_code.set_code(code);
  auto& reference = *with_code.add_codes();
  reference.set_issuer("agency/H29.X05");
  reference.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
  reference.set_code("Ho-So-7");
  ASSERT_THAT(Push(Agency("H29.X05"), with_code), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 PushField(Agency("H29.X05"), "HO-SO-7", "note", "b"));
  EXPECT_EQ(response.code(), code);
}

TEST_F(PushTest, ACodeWithoutIdIsNamedByIssuerAndKind) {
  Dossier dossier = NewDossier("H29.X05");
  auto& reference = *dossier.add_codes();
  reference.set_issuer("agency/H29.X05");
  reference.set_kind(dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
  reference.set_code("X05/0001");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 Push(Agency("H29.X05"), dossier));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), response.code()));
  ASSERT_EQ(stored.codes_size(), 1);
  EXPECT_EQ(stored.codes(0).id(), "agency:H29.X05:receipt");
  EXPECT_EQ(stored.codes(0).code(), "X05/0001");
}

TEST_F(PushTest, TwoCodesThatWouldGetOneNameAreNamedAsAFault) {
  Dossier dossier = NewDossier("H29.X05");
  for (const char* number : {"X05/0001", "X05/0002"}) {
    auto& reference = *dossier.add_codes();
    reference.set_issuer("agency/H29.X05");
    reference.set_kind(dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
    reference.set_code(number);
  }
  EXPECT_THAT(Push(Agency("H29.X05"), dossier),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.codes[1].id")));
}

TEST_F(PushTest, ACodeWithoutIdDoesNotWidenTheMask) {
  const std::string code = Create("H29.X05");
  Dossier dossier;
  dossier.set_code(code);
  dossier.mutable_contact()->set_phone("0900000002");
  dossier.mutable_applicant()->set_name("another");
  auto& reference = *dossier.add_codes();
  reference.set_issuer("agency/H29.X05");
  reference.set_code("Ho-So-7");
  PushDossierRequest request = RequestOf(dossier);
  request.mutable_update_mask()->add_paths("contact.phone");
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  EXPECT_THAT(Journal().back().paths(), ElementsAre("contact.phone"));
}

TEST_F(PushTest, AllBadFieldsAreNamedAtOnce) {
  const auto refused = Push(Agency("H29.X05"), Dossier());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(refused), "FIELD_INVALID");
  EXPECT_EQ(DetailsOf(refused.status()).fields.size(), 5U);
  EXPECT_EQ(RowsOf(Table::kRequest), 0) << "refusals are not kept";
}

TEST_F(PushTest, AnAgencyBeginsDossiersOnlyWhereItReceives) {
  for (const auto& [caller, agency] : std::vector<std::pair<std::string, std::string>>{
           {"H29.X05", "H29.X01"}, {"H29.X07", "H29.X07"}}) {
    const auto refused = Push(Agency(caller), NewDossier(agency));
    EXPECT_EQ(ReasonOf(refused), "FIELD_INVALID") << caller;
    EXPECT_THAT(refused.status().message(), HasSubstr("dossier.reception.agency"));
  }
}

TEST_F(PushTest, WhoIsNoPartyChangesNothing) {
  for (const RequestContext& context : {Portal(), Operator(), Agency("H29.X99")}) {
    EXPECT_EQ(ReasonOf(Push(context, NewDossier("H29.X05"))), "CALL_NOT_ALLOWED")
        << context.caller.name;
  }
}

TEST_F(PushTest, TheSameRequestIsAppliedOnceAndAnsweredTheSame) {
  const PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(PushDossierResponse first, Push(Agency("H29.X05"), request));
  ASSERT_THAT(PushField(Agency("H29.X05"), first.code(), "note", "later"), IsOk());
  clock_.Advance(absl::Hours(24 * 365));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse again, Push(Agency("H29.X05"), request));
  EXPECT_TRUE(again.duplicate());
  first.set_duplicate(true);
  EXPECT_TRUE(MessageDifferencer::Equals(first, again)) << again.ShortDebugString();
  EXPECT_EQ(RowsOf(Table::kDossier), 1);
  EXPECT_EQ(Journal().size(), 2U);
}

TEST_F(PushTest, ADuplicateIsAnsweredBeforeAnythingElseIsJudged) {
  PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse made, Push(Agency("H29.X05"), request));
  Dossier change;
  change.set_code(made.code());
  change.set_note("a");
  request = RequestOf(change);
  request.set_expected_revision(1);
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse again, Push(Agency("H29.X05"), request));
  EXPECT_TRUE(again.duplicate()) << "though the revision is stale by now";
}

TEST_F(PushTest, ARequestIdStandsForOneBody) {
  PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  request.mutable_dossier()->mutable_contact()->set_phone("0900000002");
  const auto refused = Push(Agency("H29.X05"), request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(refused), "REQUEST_ID_REUSED");
  EXPECT_EQ(RowsOf(Table::kDossier), 1);
}

TEST_F(PushTest, TwoCallersMayUseTheSameRequestId) {
  PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  *request.mutable_dossier() = NewDossier("H29.X01");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse other, Push(Agency("H29.X01"), request));
  EXPECT_FALSE(other.duplicate());
}

TEST_F(PushTest, ARequestIdIsAUuid) {
  PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  for (const char* id : {"", "1", "not-a-uuid"}) {
    request.set_request_id(id);
    EXPECT_THAT(Push(Agency("H29.X05"), request),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("request_id")));
  }
}

TEST_F(PushTest, AStaleRevisionIsAborted) {
  const std::string code = Create("H29.X05");
  Dossier change;
  change.set_code(code);
  change.set_note("a");
  PushDossierRequest request = RequestOf(change);
  request.set_expected_revision(1);
  ASSERT_THAT(Push(Agency("H29.X05"), request), IsOk());
  request.set_request_id(NewUuid());
  request.mutable_dossier()->set_note("b");
  const auto refused = Push(Agency("H29.X05"), request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted, HasSubstr("revision 2, not 1")));
  EXPECT_EQ(ReasonOf(refused), "REVISION_STALE");
}

TEST_F(PushTest, WhatTheGatewaySetsMayBeSentAsItIs) {
  const std::string code = Create("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(Dossier read, Get(Agency("H29.X05"), code));
  read.set_note("read, changed and sent again");
  ASSERT_THAT(Push(Agency("H29.X05"), read), IsOk());
  EXPECT_EQ(Get(Agency("H29.X05"), code)->note(), "read, changed and sent again");
  const auto older = Push(Agency("H29.X05"), read);
  EXPECT_EQ(ReasonOf(older), "REVISION_STALE") << "read before its own change";
}

TEST_F(PushTest, WhatTheGatewaySetsIsNotIgnoredWhenItIsAnotherValue) {
  const std::string code = Create("H29.X05");
  const std::vector<std::pair<std::string, std::string>> values = {
      {"receipt_number", "0001/BN"},         {"origin.system", "city"},
      {"reception.system", "district"},      {"deadline.statutory_due", "2026-03-05T00:00:00Z"},
      {"voiding.reason", "invented"},        {"unobserved[u].status", "2"},
      {"owner_history[1].agency", "H29.X01"}};
  for (const auto& [path, value] : values) {
    const auto refused = PushField(Agency("H29.X05"), code, path, value);
    EXPECT_THAT(refused,
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier." + path)));
  }
  Dossier created = NewDossier("H29.X05");
  created.set_receipt_number("0001/BN");
  EXPECT_THAT(Push(Agency("H29.X05"), created),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dossier.codes")));
  EXPECT_EQ(Journal().size(), 1U) << "nothing was written";
}

TEST_F(PushTest, ForeignAndMissingCannotBeToldApart) {
  const std::string foreign = Create("H29.X05");
  const std::string missing = "H29.X05-260302-9999";
  const auto push = [&](const std::string& code) {
    return PushField(Agency("H29.X01"), code, "note", "a").status();
  };
  const auto get = [&](const std::string& code) { return Get(Agency("H29.X01"), code).status(); };
  for (const auto& call : {std::function<absl::Status(const std::string&)>(push),
                           std::function<absl::Status(const std::string&)>(get)}) {
    const absl::Status of_foreign = call(foreign);
    const absl::Status of_missing = call(missing);
    EXPECT_THAT(of_foreign, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(of_foreign), "NOT_SHARED");
    EXPECT_EQ(of_foreign.code(), of_missing.code());
    const auto normal = [](const absl::Status& status, const std::string& code) {
      std::string text = status.ToString(absl::StatusToStringMode::kWithEverything);
      for (size_t at; (at = text.find(code)) != std::string::npos;)
        text.replace(at, code.size(), "CODE");
      return text;
    };
    EXPECT_EQ(normal(of_foreign, foreign), normal(of_missing, missing)) << "details included";
  }
}

TEST_F(PushTest, AProposalBecomesOneConflictHoweverOftenItIsMade) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  for (int i = 0; i < 3; ++i) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(
        const PushDossierResponse response,
        PushField(Agency("H29.X07"), code, "contact.phone", "0900000002"));
    EXPECT_THAT(response.conflict_paths(), ElementsAre("contact.phone"));
    EXPECT_EQ(response.sequence(), 0);
    clock_.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(RowsOf(Table::kConflict), 1);
  ASSERT_THAT(PushField(Agency("H29.X07"), code, "contact.phone", "0900000003"), IsOk());
  EXPECT_EQ(RowsOf(Table::kConflict), 2) << "another proposal";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), code));
  EXPECT_EQ(stored.contact().phone(), "0900000001");
  EXPECT_EQ(stored.revision(), 3);
}

TEST_F(PushTest, AConflictSaysWhatStandsAndWhatWasProposed) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X07"), code, "contact.phone", "0900000002"), IsOk());
  const auto rows =
      store_.Read({.table = Table::kConflict, .prefix = {}, .after = {}, .at_most = {}}).value();
  ASSERT_EQ(rows.size(), 1U);
  storage::v1::ConflictRecord record;
  ASSERT_THAT(Unseal(engine_, 1, rows[0].body, record), IsOk());
  EXPECT_EQ(record.code(), code);
  EXPECT_EQ(record.path(), "contact.phone");
  EXPECT_EQ(record.owner(), "OWNER_APPLICANT_DATA");
  EXPECT_EQ(record.proposer(), "agency/H29.X07");
  EXPECT_EQ(record.stored_value(), "0900000001");
  EXPECT_EQ(record.proposed_value(), "0900000002");
  EXPECT_EQ(record.revision(), 3);
}

TEST_F(PushTest, WhatANewDossierMayNotSayIsNamedToo) {
  Dossier dossier = NewDossier("H29.X05");
  auto& reference = *dossier.add_codes();
  reference.set_id("c");
  reference.set_issuer("district");
  reference.set_code("NV-000001");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse response,
                                 Push(Agency("H29.X05"), dossier));
  EXPECT_THAT(response.conflict_paths(), ElementsAre("codes[c].code", "codes[c].issuer"));
  EXPECT_EQ(RowsOf(Table::kConflict), 2);
}

TEST_F(PushTest, TheAnswerOfAConflictIsKeptWithTheRequest) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  Dossier change;
  change.set_code(code);
  change.mutable_contact()->set_phone("0900000002");
  const PushDossierRequest request = RequestOf(change);
  ASSERT_THAT(Push(Agency("H29.X07"), request), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse again, Push(Agency("H29.X07"), request));
  EXPECT_TRUE(again.duplicate());
  EXPECT_THAT(again.conflict_paths(), ElementsAre("contact.phone"));
}

TEST_F(PushTest, ACodeOfAnotherDossierIsRefused) {
  const std::string first = Create("H29.X05");
  for (const auto& [kind, issuer] :
       std::vector<std::pair<dossier::v1::CodeReference::Kind, std::string>>{
           {dossier::v1::CodeReference::KIND_DOSSIER_CODE, "agency/H29.X05"},
           {dossier::v1::CodeReference::KIND_RECEIPT_NUMBER, "agency/H29.X05"}}) {
    Dossier dossier = NewDossier("H29.X05");
    auto& reference = *dossier.add_codes();
    reference.set_issuer(issuer);
    reference.set_kind(kind);
    reference.set_code("h29.x05-260302-0001");
    const auto refused = Push(Agency("H29.X05"), dossier);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists)) << kind;
    EXPECT_EQ(ReasonOf(refused), "CODE_TAKEN");
  }
  EXPECT_EQ(RowsOf(Table::kDossier), 1);
}

TEST_F(PushTest, TwoSystemsMayUseTheSameLocalNumber) {
  std::vector<std::string> codes;
  for (const char* agency : {"H29.X01", "H29.X05"}) {
    Dossier dossier = NewDossier(agency);
    auto& reference = *dossier.add_codes();
    reference.set_issuer(std::string("agency/") + agency);
    reference.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
    reference.set_code("42");
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const PushDossierResponse made, Push(Agency(agency), dossier));
    codes.push_back(made.code());
  }
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t of_x01,
                                 FindDossier(engine_, "42", "agency/H29.X01"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t shared, FindDossier(engine_, codes[0]));
  EXPECT_EQ(of_x01, shared);
  EXPECT_EQ(FindDossier(engine_, "42").value(), 0) << "whose 42 is not said";
}

TEST_F(PushTest, OverTwoGatewaysOfOneStoreNumbersStayGapless) {
  Engine other{.store = store_,
               .sealer = store::Sealer::Identity(),
               .clock = clock_,
               .random = *random_,
               .parties = parties_,
               .graph = domain::StatusGraph::Shipped()};
  Dossiers others(other);
  std::vector<std::string> codes;
  for (int i = 0; i < 6; ++i) {
    Dossiers& gateway = i % 2 == 0 ? dossiers_ : others;
    gateway.Push(Agency("H29.X05"), RequestOf(NewDossier("H29.X05")), [&](const auto& response) {
      ASSERT_THAT(response, IsOk());
      codes.push_back(response->code());
    });
  }
  EXPECT_THAT(codes,
              ElementsAre("H29.X05-260302-0001", "H29.X05-260302-0002", "H29.X05-260302-0003",
                          "H29.X05-260302-0004", "H29.X05-260302-0005", "H29.X05-260302-0006"));
}

}  // namespace
}  // namespace lienthong::core
