// What operators do to dead letters, on one link.
#include "gateway/sync/letters.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/act_log.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kOperator = "operator/lan";

class LettersTest : public EngineTest {
 protected:
  LettersTest() { Begin(); }

  void Report(int64_t version, dossier::v1::Dossier dossier,
              const std::vector<std::string>& cleared = {}) {
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key("DVC.1");
    item.set_version(version);
    item.set_raw("as it came");
    *item.mutable_dossier() = std::move(dossier);
    *item.mutable_cleared() = {cleared.begin(), cleared.end()};
    RunLater();
  }
  // Submitted through the feed; returns the shared code.
  std::string Begun() {
    Report(1, NewDossier("H29.X01", "1"));
    EXPECT_NE(IdOf("DVC.1"), 0);
    return core::LoadDossier(engine_, IdOf("DVC.1")).value().dossier.code();
  }
  void ReportWhatIsNotUnderstood(const std::string& raw) {
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key("DVC.1");
    item.set_version(2);
    item.set_raw(raw);
    item.mutable_error()->set_reason("was not understood");
    RunLater();
  }
  static std::string TooLong() { return std::string(200, 'x'); }

  std::vector<StoredLetter> Letters() {
    std::vector<StoredLetter> letters;
    const auto rows = store_.Read({.table = store::Table::kDeadLetter}).value();
    for (const store::Row& row : rows) letters.push_back(ReadLetter(engine_, row).value());
    return letters;
  }
  StoredLetter TheLetter() {
    const std::vector<StoredLetter> letters = Letters();
    EXPECT_EQ(letters.size(), 1U);
    return letters.empty() ? StoredLetter() : letters[0];
  }
  LetterAct ActOn(const char* kind, const std::string& id, v1::LetterEdit edit = {}) {
    return {.kind = kind,
            .id = id,
            .actor = kOperator,
            .reason = "ticket 88",
            .request_id = random_->Uuid(),
            .edit = std::move(edit)};
  }
  absl::Status Replay(v1::LetterEdit edit = {}) {
    absl::Status status = link_->Do(ActOn(kActReplay, TheLetter().id, std::move(edit)));
    Run();
    return status;
  }
  absl::Status Discard() {
    absl::Status status = link_->Do(ActOn(kActDiscard, TheLetter().id));
    Run();
    return status;
  }
  static v1::LetterEdit EditOf(const Fields& fields) {
    v1::LetterEdit edit;
    *edit.mutable_dossier() = DossierWith(fields);
    for (const auto& [path, value] : fields) edit.mutable_update_mask()->add_paths(path);
    return edit;
  }
  std::vector<storage::v1::ActRecord> Acts() {
    return core::ListActs(engine_, 0, 100, "").value().acts;
  }

  // A dossier that the counterpart has.
  std::string Known() {
    std::string code = PushNew();
    Run();
    pb::ItemOutcome applied;
    applied.set_outcome(pb::OUTCOME_APPLIED);
    applied.set_key("DVC.9");
    applied.set_version(4);
    Answer(applied);
    return code;
  }
  // Of whose first step nobody knows whether it stands there.
  std::string HeldStep() {
    options_.hold_unanswered_appends = true;
    adapter_.can().add_append_only("steps");
    Begin();
    std::string code = Known();
    PushStep(code, "s1");
    Run();
    Answer(pb::OUTCOME_UNKNOWN);
    EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
    return code;
  }
  // Whose new subject it refuses.
  std::string Refused(const std::string& field = "subject") {
    const std::string code = Known();
    Push(DossierWith({{"code", code}, {"subject", "B"}}));
    Run();
    pb::ItemOutcome refusal;
    refusal.set_outcome(pb::OUTCOME_REJECTED);
    refusal.set_field(field);
    refusal.set_reason("too long");
    Answer(refusal);
    EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
    return code;
  }
  // Two items are refused, version 2 with the subject B and version 3 with C.
  std::string SubjectAfterReplayOf(const std::vector<int64_t>& versions) {
    const std::string code = Begun();
    Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
    Report(3, DossierWith({{"subject", "C"}, {"contact.email", TooLong() + "y"}}));
    EXPECT_EQ(Letters().size(), 2U);
    for (const int64_t version : versions) {
      for (const StoredLetter& letter : Letters()) {
        if (letter.record.item().version() != version) continue;
        const v1::LetterEdit edit = EditOf({{"contact.email", "a@example.vn"}});
        EXPECT_THAT(link_->Do(ActOn(kActReplay, letter.id, edit)), IsOk());
      }
      Run();
    }
    EXPECT_THAT(Letters(), IsEmpty());
    return Stored(code).subject();
  }
  void ReportTheOldSubject(int64_t version) {
    const std::string code = Refused();
    ASSERT_THAT(Discard(), IsOk());
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key("DVC.9");
    item.set_version(version);
    *item.mutable_dossier() = DossierWith({{"subject", "A"}});
    const size_t before = adapter_.sent.size();
    RunLater();
    EXPECT_EQ(Stored(code).subject(), "B");
    EXPECT_EQ(store_.Count({.table = store::Table::kConflict, .limit_rows = 9}).value(), 0);
    EXPECT_EQ(adapter_.sent.size(), before) << "and it is not asked again";
  }
};

TEST_F(LettersTest, ItemsThatAreNoTextCanBeReadAllTheSame) {
  Begun();
  ReportWhatIsNotUnderstood("A\xff");
  EXPECT_EQ(TheLetter().record.raw(), "A\\xff");
  EXPECT_EQ(TheLetter().record.item().raw(), "A\\xff");
}

TEST_F(LettersTest, ALetterCarriesWhatAReplayNeeds) {
  const std::string code = Begun();
  Report(2, DossierWith({{"contact.email", TooLong()}}));
  const storage::v1::DeadLetterRecord came = TheLetter().record;
  EXPECT_EQ(came.dossier_id(), IdOf(code));
  EXPECT_EQ(came.taken(), 2) << "it is the second report of the lane";
  EXPECT_EQ(Lane(code).reports(), 2);
  EXPECT_EQ(came.times(), 1);
  Report(2, DossierWith({{"contact.email", TooLong()}}));
  const storage::v1::DeadLetterRecord again = TheLetter().record;
  EXPECT_EQ(again.times(), 2);
  EXPECT_EQ(again.time().seconds(), came.time().seconds()) << "since when it waits";
  EXPECT_GT(again.last_time().seconds(), came.last_time().seconds());
}

TEST_F(LettersTest, WhatWasRefusedIsTakenInWhenItIsReplayed) {
  const std::string code = Begun();
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  EXPECT_EQ(Stored(code).subject(), "A");
  EXPECT_THAT(Replay(), StatusIs(absl::StatusCode::kFailedPrecondition)) << "nothing is better now";
  EXPECT_EQ(Letters().size(), 1U);
  ASSERT_THAT(Replay(EditOf({{"contact.email", "a@example.vn"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "B");
  EXPECT_EQ(Stored(code).contact().email(), "a@example.vn");
  EXPECT_THAT(Letters(), IsEmpty());
  const auto acts = Acts();
  ASSERT_EQ(acts.size(), 1U);
  EXPECT_EQ(acts[0].actor(), kOperator);
  EXPECT_EQ(acts[0].kind(), "replay");
  EXPECT_EQ(acts[0].reason(), "ticket 88");
  EXPECT_EQ(acts[0].code(), code);
  EXPECT_EQ(acts[0].revision(), Stored(code).revision());
  EXPECT_EQ(acts[0].letter().item().version(), 2) << "what was closed is kept as it stood";
}

TEST_F(LettersTest, WhatTheCounterpartSaidSinceStays) {
  const std::string code = Begun();
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  Report(3, DossierWith({{"subject", "A"}}));  // it changes nothing here, but it is newer
  const v1::LetterEdit edit = EditOf({{"contact.email", "a@example.vn"}});
  const auto preview = link_->Prepare(ActOn(kActReplay, TheLetter().id, edit));
  ASSERT_THAT(preview, IsOk());
  EXPECT_THAT(preview->overtaken, ElementsAre("subject"));
  EXPECT_EQ(Letters().size(), 1U) << "nothing was done yet";
  ASSERT_THAT(Replay(edit), IsOk());
  EXPECT_EQ(Stored(code).subject(), "A");
  EXPECT_EQ(Stored(code).contact().email(), "a@example.vn");
  EXPECT_THAT(Acts()[0].result(), HasSubstr("overtaken: subject"));
  Report(3, DossierWith({{"subject", "C"}}));
  EXPECT_EQ(Stored(code).subject(), "A") << "a replay does not make the feed older";
}

TEST_F(LettersTest, WhatCameAheadOfItsDossierIsTakenInWhenThatIsThere) {
  Report(2, DossierWith({{"code", "DVC.1"}, {"subject", "B"}}));
  RunLater();
  RunLater();  // it has waited long enough
  ASSERT_EQ(Letters().size(), 1U);
  EXPECT_THAT(Replay(), StatusIs(absl::StatusCode::kFailedPrecondition)) << "not yet";
  const std::string code = Begun();
  EXPECT_EQ(Stored(code).subject(), "A");
  ASSERT_THAT(Replay(), IsOk());
  EXPECT_EQ(Stored(code).subject(), "B");
}

TEST_F(LettersTest, WhatAnybodyChangedSinceStays) {
  const std::string code = Begun();
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  clock_.Advance(absl::Minutes(1));
  EditAs("portal", code, {{"subject", "D"}});
  ASSERT_THAT(Replay(EditOf({{"contact.email", "a@example.vn"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "D");
  EXPECT_EQ(Stored(code).contact().email(), "a@example.vn");
}

// What was overtaken by a value that the counterpart had before: it holds another one by now.
TEST_F(LettersTest, WhatStaysIsToldToWhoHoldsWhatWasOvertaken) {
  const std::string code = Begun();
  Answer(pb::OUTCOME_APPLIED);
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  clock_.Advance(absl::Minutes(1));
  EditAs("portal", code, {{"subject", "D"}});
  EditAs("portal", code, {{"subject", "A"}});
  Run();
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Replay(EditOf({{"contact.email", "a@example.vn"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "A");
  ASSERT_GT(adapter_.sent.size(), before) << "nothing else would ever bring it there";
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "A");
}

TEST_F(LettersTest, ARowThatIsMetAgainSaysNothingNewer) {
  const std::string code = Begun();
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  clock_.Advance(absl::Minutes(1));
  EditAs("portal", code, {{"subject", "D"}});
  clock_.Advance(absl::Minutes(1));
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));  // a page again
  ASSERT_EQ(TheLetter().record.times(), 2);
  EXPECT_EQ(TheLetter().record.taken(), 2);
  ASSERT_THAT(Replay(EditOf({{"contact.email", "a@example.vn"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "D");
}

TEST_F(LettersTest, OfTwoRefusedItemsTheNewerCounts) {
  EXPECT_EQ(SubjectAfterReplayOf({2, 3}), "C");
}

TEST_F(LettersTest, OfTwoRefusedItemsTheNewerCountsThoughTheOlderIsReplayedLast) {
  EXPECT_EQ(SubjectAfterReplayOf({3, 2}), "C");
}

TEST_F(LettersTest, WhatAnOperatorSaysInTheCounterpartsPlaceGoesThere) {
  const std::string code = Begun();
  Answer(pb::OUTCOME_APPLIED);
  Report(2, DossierWith({{"subject", std::string(5000, 'B')}}));
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Replay(EditOf({{"subject", "B"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "B");
  ASSERT_GT(adapter_.sent.size(), before) << "the counterpart still holds what was refused";
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
}

TEST_F(LettersTest, WhatWasNotUnderstoodMayBeByNow) {
  const std::string code = Begun();
  Answer(pb::OUTCOME_APPLIED);
  ReportWhatIsNotUnderstood("B");
  EXPECT_THAT(Replay(), StatusIs(absl::StatusCode::kFailedPrecondition));
  adapter_.interprets = true;  // its tables were mended
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Replay(), IsOk());
  EXPECT_EQ(Stored(code).subject(), "B");
  EXPECT_EQ(adapter_.sent.size(), before) << "the counterpart holds just that";
}

TEST_F(LettersTest, AnItemIsEditedInItsOwnForm) {
  const std::string code = Begun();
  Answer(pb::OUTCOME_APPLIED);
  ReportWhatIsNotUnderstood("B?");
  adapter_.interprets = true;
  v1::LetterEdit edit;
  edit.set_raw("B");
  ASSERT_THAT(Replay(edit), IsOk());
  EXPECT_EQ(Stored(code).subject(), "B");
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B") << "the counterpart holds another";
}

TEST_F(LettersTest, ADiscardedItemIsNotTakenInAndDoesNotComeBack) {
  const std::string code = Begun();
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_THAT(Letters(), IsEmpty());
  Report(2, DossierWith({{"subject", "B"}, {"contact.email", TooLong()}}));  // a page again
  EXPECT_THAT(Letters(), IsEmpty());
  EXPECT_EQ(Stored(code).subject(), "A");
  EXPECT_EQ(Acts()[0].kind(), "discard");
}

TEST_F(LettersTest, AnOldRowIsNoNewLetterAndNoNewerOne) {
  Begun();
  ReportWhatIsNotUnderstood("B");
  Report(3, DossierWith({{"note", "n"}}));
  ReportWhatIsNotUnderstood("B");  // a page again
  EXPECT_EQ(TheLetter().record.times(), 1);
  ASSERT_THAT(Discard(), IsOk());
  ReportWhatIsNotUnderstood("B");
  EXPECT_THAT(Letters(), IsEmpty());
}

TEST_F(LettersTest, AStoppedLaneTriesAgain) {
  const std::string code = Refused();
  EXPECT_EQ(TheLetter().record.sent().dossier().subject(), "B");
  EXPECT_EQ(TheLetter().record.revision(), Stored(code).revision());
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Replay(), IsOk());
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_THAT(Letters(), IsEmpty());
}

TEST_F(LettersTest, ALaneGoesOnWithoutWhatWasGivenUp) {
  const std::string code = Refused();
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(adapter_.sent.size(), before);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Lane(code).confirmed_revision(), Stored(code).revision());
  ASSERT_EQ(Lane(code).losses_size(), 1);
  EXPECT_EQ(Lane(code).losses(0).path(), "subject");
  PushStep(code, "s1");
  Run();
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().steps_size(), 1);
  EXPECT_FALSE(adapter_.sent.back().dossier().has_subject()) << "it was given up";
  Answer(pb::OUTCOME_APPLIED);
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "C") << "another value is tried";
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Lane(code).losses(), IsEmpty());
}

TEST_F(LettersTest, WhatTheCounterpartStillHoldsIsNoEditAfterADiscard) { ReportTheOldSubject(0); }

TEST_F(LettersTest, NorIsItWhereRecordsHaveVersions) { ReportTheOldSubject(5); }

TEST_F(LettersTest, AFaultThatIsNoFieldOfOursGivesUpAllThatWasSent) {
  const std::string code = Refused("TrichYeu");
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  ASSERT_EQ(Lane(code).losses_size(), 1);
  EXPECT_EQ(Lane(code).losses(0).path(), "subject");
}

TEST_F(LettersTest, ADossierThatIsNotThereBeginsWithALaterRevision) {
  const std::string code = PushNew();
  Run();
  Answer(pb::OUTCOME_REJECTED);
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(adapter_.sent.size(), before);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  Push(DossierWith({{"code", code}, {"note", "more"}}));
  Run();
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "A") << "whole";
}

TEST_F(LettersTest, AnElementThatMayStandThereIsLeftToWhoLooked) {
  const std::string code = HeldStep();
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  PushStep(code, "s2");
  Run();
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  ASSERT_EQ(adapter_.sent.back().dossier().steps_size(), 1);
  EXPECT_EQ(adapter_.sent.back().dossier().steps(0).id(), "s2");
}

TEST_F(LettersTest, OrIsSentAgain) {
  HeldStep();
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Replay(), IsOk());
  ASSERT_EQ(adapter_.sent.size(), before + 1);
  EXPECT_EQ(adapter_.sent.back().dossier().steps(0).id(), "s1");
  EXPECT_TRUE(adapter_.sent.back().unanswered());
}

TEST_F(LettersTest, WhatWasRefusedLateIsGivenUpToo) {
  adapter_.can().set_reports_echoes(true);
  const std::string code = Known();
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  Answer(pb::OUTCOME_APPLIED);
  pb::ItemOutcome& late = *adapter_.report.add_outcomes();
  late.set_delivery_id(adapter_.sent.back().delivery_id());
  late.set_outcome(pb::OUTCOME_REJECTED);
  late.set_reason("the software could not take it");
  RunLater();
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
  const size_t before = adapter_.sent.size();
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(adapter_.sent.size(), before);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_GE(Lane(code).losses_size(), 1);
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "C");
}

TEST_F(LettersTest, ARevisionThatCannotBeShownIsSkipped) {
  const std::string code = PushNew();
  Run();
  Answer(pb::OUTCOME_APPLIED);
  adapter_.without_code = "B";
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_DEAD);
  EXPECT_THAT(Replay(), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Discard(), IsOk());
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Lane(code).confirmed_revision(), 2);
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "C");
}

TEST_F(LettersTest, AnOperatorCorrectsTheDossierAndTheLaneGoesOn) {
  const std::string code = Refused();
  ASSERT_THAT(Replay(EditOf({{"subject", "short"}})), IsOk());
  EXPECT_EQ(Stored(code).subject(), "short");
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "short");
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Acts()[0].revision(), Stored(code).revision());
}

TEST_F(LettersTest, ALetterOfALaneThatWentOnIsGone) {
  const std::string code = Refused();
  const std::string id = TheLetter().id;
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  Run();
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "C");
  EXPECT_THAT(link_->Do(ActOn(kActDiscard, id)), StatusIs(absl::StatusCode::kNotFound));
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).confirmed_revision(), Stored(code).revision());
  EXPECT_THAT(Acts(), IsEmpty());
}

TEST_F(LettersTest, AnEditThatCannotBeMadeIsRefused) {
  Begun();
  Report(2, DossierWith({{"contact.email", TooLong()}}));
  v1::LetterEdit raw;
  raw.set_raw("otherwise");
  EXPECT_THAT(Replay(raw), StatusIs(absl::StatusCode::kInvalidArgument)) << "it keeps none";
  v1::LetterEdit no_mask = EditOf({{"contact.email", "a@example.vn"}});
  no_mask.clear_update_mask();
  EXPECT_THAT(Replay(no_mask), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Letters().size(), 1U);
}

}  // namespace
}  // namespace lienthong::sync
