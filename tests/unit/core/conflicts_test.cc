// From a proposal to its end: what a conflict says, when it closes, when it is asked again.
#include "gateway/core/conflicts.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/act_log.h"
#include "gateway/core/editor.h"
#include "gateway/core/overrule.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;

using storage::v1::ActRecord;
using storage::v1::ConflictRecord;
using store::Table;

constexpr const char* kPath = "contact.phone";
constexpr const char* kStored = "0900000001";
constexpr const char* kProposed = "0900000002";

// A dossier that H29.X05 received and H29.X07 leads: the phone is H29.X05's to say.
class ConflictsTest : public CoreTest {
 protected:
  void SetUp() override {
    code_ = Create("H29.X05");
    HandTo(code_, "H29.X05", "H29.X07");
  }

  // What the owner, or the lead agency, says of the phone; true when it was not taken.
  bool Say(const std::string& agency, const std::string& value) {
    clock_.Advance(absl::Minutes(1));
    const auto response = PushField(Agency(agency), code_, kPath, value);
    EXPECT_THAT(response, IsOk());
    return response.ok() && response->conflict_paths_size() > 0;
  }
  bool Propose(const std::string& value = kProposed) { return Say("H29.X07", value); }
  void Own(const std::string& value) { EXPECT_FALSE(Say("H29.X05", value)); }

  std::vector<ConflictRecord> Open() const {
    std::vector<ConflictRecord> records;
    const std::vector<store::Row> rows = store_.Read({.table = Table::kConflict}).value();
    for (const store::Row& row : rows) {
      records.push_back(ReadConflict(engine_, row).value().record);
    }
    return records;
  }
  std::vector<ActRecord> Acts() const { return ListActs(engine_, 0, 0, "").value().acts; }

  EditContext ProposersContext() const {
    EditContext context;
    context.actor = "agency/H29.X07";
    context.writer = WriterOf(*parties_.Find(context.actor));
    context.request_id = random_->Uuid();
    return context;
  }

  // As an operator decides it, for what is stored.
  void Decide(const std::string& value = kProposed) {
    const std::string id = ConflictId(1, kPath, "agency/H29.X07", value);
    const StoredConflict conflict = FindOpenConflict(engine_, id).value();
    ASSERT_GT(conflict.version, 0);
    store::WriteSet set;
    CloseConflict(engine_, conflict,
                  {.actor = "operator/lan",
                   .kind = std::string(kActResolve),
                   .result = "STORED",
                   .reason = "asked by telephone (invented)",
                   .request_id = NewUuid(),
                   .time = clock_.Now()},
                  kStored, set);
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }

  std::string code_;
};

TEST_F(ConflictsTest, SaysWhoseTheFieldIsAndWhatTheProposerStartedFrom) {
  dossier::v1::Dossier change;
  change.set_code(code_);
  change.mutable_contact()->set_phone(kProposed);
  auto request = RequestOf(change);
  request.set_expected_revision(3);
  ASSERT_THAT(Push(Agency("H29.X07"), request), IsOk());
  ASSERT_EQ(Open().size(), 1U);
  const ConflictRecord record = Open()[0];
  EXPECT_EQ(record.dossier_id(), 1);
  EXPECT_EQ(record.owner_party(), "agency/H29.X05");
  EXPECT_EQ(record.base_revision(), 3);
  EXPECT_EQ(record.base_value(), kStored);
}

TEST_F(ConflictsTest, WhoDoesNotSayWhatItStartedFromHasNoBase) {
  Propose();
  ASSERT_EQ(Open().size(), 1U);
  EXPECT_EQ(Open()[0].base_revision(), 0);
  EXPECT_EQ(Open()[0].base_value(), "");
}

TEST_F(ConflictsTest, TheBaseIsWhatStoodAtItsRevisionNotWhatStandsNow) {
  Own("0900000004");  // revision 4
  Own("0900000005");
  const StoredDossier stored = LoadDossier(engine_, 1).value();
  for (const auto& [revision, value] :
       {std::pair(3, kStored), std::pair(4, "0900000004"), std::pair(5, "0900000005")}) {
    domain::Change change;
    ASSERT_THAT(domain::SetField(change.dossier, kPath, kProposed), IsOk());
    change.set = {kPath};
    EditContext context = ProposersContext();
    context.base_revision = revision;
    const auto edit = PrepareEdit(engine_, stored, change, std::move(context));
    ASSERT_THAT(edit, IsOk());
    ASSERT_EQ(edit->conflicts.size(), 1U);
    EXPECT_EQ(edit->conflicts[0].record.base_value(), value) << revision;
    EXPECT_EQ(edit->conflicts[0].record.base_revision(), revision);
  }
}

TEST_F(ConflictsTest, ProposedAgainItIsAsOldAsItWas) {
  Propose();
  const ConflictRecord first = Open()[0];
  Own("0900000004");
  Propose();
  ASSERT_EQ(Open().size(), 1U);
  EXPECT_EQ(domain::FromProto(Open()[0].time()), domain::FromProto(first.time()));
  EXPECT_EQ(Open()[0].stored_value(), first.stored_value()) << "it may only be repeated, unseen";
  EXPECT_EQ(Open()[0].revision(), first.revision());
}

TEST_F(ConflictsTest, ClosesWhenTheOwnerTakesTheValue) {
  Propose();
  Own("0900000004");
  EXPECT_EQ(Open().size(), 1U) << "another value decides nothing";
  Own(kProposed);
  EXPECT_EQ(Open().size(), 0U);
  ASSERT_EQ(Acts().size(), 1U);
  const ActRecord act = Acts()[0];
  EXPECT_EQ(act.kind(), "agreed");
  EXPECT_EQ(act.actor(), "agency/H29.X05");
  EXPECT_EQ(act.result(), "PROPOSED");
  EXPECT_EQ(act.code(), code_);
  EXPECT_EQ(act.revision(), 5);
  EXPECT_EQ(act.conflict().proposed_value(), kProposed);
  EXPECT_GT(FindProposedConflict(engine_, act.target())->version, 0) << "known for ever";
}

TEST_F(ConflictsTest, ClosesWhenTheProposerTakesItBackAndIsANewOneThen) {
  Propose();
  EXPECT_FALSE(Propose(kStored));
  EXPECT_EQ(Open().size(), 0U);
  ASSERT_EQ(Acts().size(), 1U);
  EXPECT_EQ(Acts()[0].actor(), "agency/H29.X07");
  EXPECT_EQ(Acts()[0].result(), "STORED");
  EXPECT_EQ(Acts()[0].revision(), 0);
  Propose();
  EXPECT_EQ(Open().size(), 1U) << "nobody has decided it";
}

TEST_F(ConflictsTest, StaysWhenAnotherSaysTheStoredValueOrTheProposerSaysAnotherField) {
  Propose();
  Own(kStored);
  ASSERT_THAT(PushField(Agency("H29.X07"), code_, "processing_unit", "invented"), IsOk());
  EXPECT_EQ(Open().size(), 1U);
  EXPECT_EQ(Acts().size(), 0U);
}

TEST_F(ConflictsTest, WhatALinkBroughtBackThereIsNoAgreement) {
  Propose();
  domain::Change change;
  ASSERT_THAT(domain::SetField(change.dossier, kPath, kStored), IsOk());
  change.set = {kPath};
  EditContext context = ProposersContext();
  context.request_id.clear();  // as a link
  auto edit = PrepareEdit(engine_, LoadDossier(engine_, 1).value(), change, std::move(context));
  ASSERT_THAT(edit, IsOk());
  SubmitEdit(engine_, *std::move(edit), [](const auto& result) { EXPECT_THAT(result, IsOk()); });
  EXPECT_EQ(Open().size(), 1U);
}

TEST_F(ConflictsTest, ADecidedOneIsNotAskedAgainWhileTheFieldStays) {
  Propose();
  Decide();
  EXPECT_TRUE(Propose()) << "the proposer still hears that it was not taken";
  EXPECT_EQ(Open().size(), 0U);
  EXPECT_TRUE(Propose("0900000003"));
  ASSERT_EQ(Open().size(), 1U) << "another value is another question";
}

TEST_F(ConflictsTest, ADecidedOneIsAskedAgainWhenTheFieldSaysSomethingElse) {
  Propose();
  Decide();
  Own("0900000004");
  Propose();
  EXPECT_EQ(Open().size(), 1U);
  Own(kStored);
  EXPECT_EQ(Open().size(), 1U) << "an open one stays open";
}

TEST_F(ConflictsTest, ADossierKeepsTheConflictsOfOthersOut) {
  const std::string other = Create("H29.X05");
  HandTo(other, "H29.X05", "H29.X07");
  Propose();
  ASSERT_THAT(PushField(Agency("H29.X05"), other, kPath, kProposed), IsOk());
  EXPECT_EQ(Open().size(), 1U);
}

TEST_F(ConflictsTest, ACommitThatComesTooLateChangesNothing) {
  Propose();
  const StoredDossier stored = LoadDossier(engine_, 1).value();
  domain::Change change;
  ASSERT_THAT(domain::SetField(change.dossier, kPath, kStored), IsOk());
  change.set = {kPath};
  auto edit = PrepareEdit(engine_, stored, change, ProposersContext());
  ASSERT_THAT(edit, IsOk());
  Decide();  // meanwhile
  absl::Status status;
  SubmitEdit(engine_, *std::move(edit), [&](const auto& result) { status = result.status(); });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_EQ(Acts().size(), 1U);
}

TEST_F(ConflictsTest, AnOperatorOverrulesWhoeverOwnsTheField) {
  const StoredDossier stored = LoadDossier(engine_, 1).value();
  domain::Change change;
  ASSERT_THAT(domain::SetField(change.dossier, kPath, kProposed), IsOk());
  change.set = {kPath};
  auto edit = PrepareOverrule(engine_, stored, std::move(change), "operator/lan", "invented");
  ASSERT_THAT(edit, IsOk());
  EXPECT_TRUE(edit->merge.proposals.empty());
  SubmitEdit(engine_, *std::move(edit), [](const auto& result) { EXPECT_THAT(result, IsOk()); });
  EXPECT_EQ(Get(Agency("H29.X05"), code_)->contact().phone(), kProposed);
  EXPECT_EQ(Journal().back().actor(), "operator/lan");
  EXPECT_EQ(Journal().back().reason(), "invented");
}

}  // namespace
}  // namespace lienthong::core
