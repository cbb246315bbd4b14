#include "gateway/domain/derived.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Assignment;
using dossier::v1::Defect;
using dossier::v1::Dossier;

Dossier Answered(const Dossier& current, const char* id, Assignment::Answer answer, Part by) {
  return MergeField(current, absl::StrCat("assignments[", id, "].answer"), absl::StrCat(answer),
                    WriterFor(by))
      .next;
}

std::vector<std::string> Leads(const Dossier& dossier) {
  std::vector<std::string> leads;
  for (const auto& period : dossier.owner_history()) {
    leads.push_back(period.agency() + (period.has_end_time() ? " ended" : " now"));
  }
  return leads;
}

TEST(OwnerHistoryTest, NobodyLeadsBeforeAnAcceptance) {
  const Dossier asked =
      MergeField(DossierAt(Stage::kAsked), "note", "x", WriterFor(Part::kReceiving)).next;
  EXPECT_THAT(Leads(asked), IsEmpty());
  EXPECT_EQ(LeadAgency(asked), "");
}

TEST(OwnerHistoryTest, AHandOverEndsOneAndBeginsTheNext) {
  Dossier dossier =
      Answered(DossierAt(Stage::kAsked), "a1", Assignment::ANSWER_ACCEPTED, Part::kLead);
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 now"));
  EXPECT_EQ(FromProto(dossier.owner_history(0).start_time()), MergeTime());
  auto& next = *dossier.add_assignments();
  next.set_id("a3");
  next.set_agency("H29.X06");
  next.set_role(Assignment::ROLE_LEAD);
  EXPECT_EQ(LeadAgency(dossier), "H29.X05") << "until the next one accepts";
  dossier = Answered(dossier, "a3", Assignment::ANSWER_ACCEPTED, Part::kNextLead);
  EXPECT_EQ(LeadAgency(dossier), "H29.X06");
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 ended", "H29.X06 now"));
  EXPECT_EQ(FromProto(dossier.owner_history(0).end_time()), MergeTime());
  EXPECT_NE(dossier.owner_history(0).id(), dossier.owner_history(1).id());
}

TEST(OwnerHistoryTest, ARefusedHandOverLeavesTheLeadWhereItWas) {
  Dossier dossier =
      Answered(DossierAt(Stage::kAsked), "a1", Assignment::ANSWER_ACCEPTED, Part::kLead);
  auto& next = *dossier.add_assignments();
  next.set_id("a3");
  next.set_agency("H29.X06");
  next.set_role(Assignment::ROLE_LEAD);
  dossier = Answered(dossier, "a3", Assignment::ANSWER_REFUSED, Part::kNextLead);
  EXPECT_EQ(LeadAgency(dossier), "H29.X05");
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 now"));
  EXPECT_FALSE(RolesOf(WriterFor(Part::kNextLead), dossier).lead);
  EXPECT_TRUE(RolesOf(WriterFor(Part::kLead), dossier).lead);
}

TEST(OwnerHistoryTest, ALeadThatGivesItBackLeadsNoMore) {
  Dossier dossier =
      Answered(DossierAt(Stage::kAsked), "a1", Assignment::ANSWER_ACCEPTED, Part::kLead);
  dossier = Answered(dossier, "a1", Assignment::ANSWER_REFUSED, Part::kLead);
  EXPECT_EQ(LeadAgency(dossier), "");
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 ended"));
  dossier = Answered(dossier, "a1", Assignment::ANSWER_ACCEPTED, Part::kLead);
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 ended", "H29.X05 now"));
}

TEST(OwnerHistoryTest, WorkDoneIsStillLed) {
  Dossier dossier =
      Answered(DossierAt(Stage::kAsked), "a1", Assignment::ANSWER_ACCEPTED, Part::kLead);
  dossier = Answered(dossier, "a1", Assignment::ANSWER_DONE, Part::kLead);
  EXPECT_THAT(Leads(dossier), ElementsAre("H29.X05 now"));
}

std::vector<std::string> MissingReasons(const Dossier& dossier) {
  std::vector<std::string> details;
  for (const Defect& defect : dossier.defects()) {
    if (defect.kind() == Defect::KIND_MISSING_REASON) details.push_back(defect.detail());
  }
  return details;
}

TEST(MissingReasonTest, IsCountedAndTheStatusAppliesAllTheSame) {
  const MergeResult refused =
      MergeField(DossierAt(Stage::kAccepted), "status", "3", WriterFor(Part::kReceiving));
  EXPECT_EQ(refused.next.status(), dossier::v1::STATUS_REFUSED);
  EXPECT_THAT(MissingReasons(refused.next), ElementsAre("STATUS_REFUSED"));
  const MergeResult stopped =
      MergeField(DossierAt(Stage::kLed), "status", "8", WriterFor(Part::kLead));
  EXPECT_EQ(stopped.next.status(), dossier::v1::STATUS_STOPPED);
  EXPECT_THAT(MissingReasons(stopped.next), ElementsAre("STATUS_STOPPED"));
}

TEST(MissingReasonTest, GoesWhenTheReasonComes) {
  const Dossier refused =
      MergeField(DossierAt(Stage::kAccepted), "status", "3", WriterFor(Part::kReceiving)).next;
  const Dossier empty =
      MergeField(refused, "reception.refusal_reason", "", WriterFor(Part::kReceiving)).next;
  EXPECT_THAT(MissingReasons(empty), ElementsAre("STATUS_REFUSED")) << "an empty text is no reason";
  const Dossier mended =
      MergeField(refused, "reception.refusal_reason", "invented", WriterFor(Part::kReceiving)).next;
  EXPECT_THAT(MissingReasons(mended), IsEmpty());
}

TEST(MissingReasonTest, IsNotThereWhenTheReasonComesAlong) {
  Dossier wanted;
  wanted.set_status(dossier::v1::STATUS_STOPPED);
  wanted.mutable_outcome()->set_stop_reason("invented");
  wanted.mutable_outcome()->set_stop_legal_basis("invented");
  const MergeResult result = MergeAll(DossierAt(Stage::kLed), wanted, WriterFor(Part::kLead));
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_STOPPED);
  EXPECT_THAT(result.next.defects(), IsEmpty());
}

class MovedDueTest : public ::testing::Test {
 protected:
  static constexpr const char* kDue = "deadline.promised_due";

  MovedDueTest() {
    promised_ = MergeField(promised_, kDue, "2026-03-10T09:30:00Z", WriterFor(Part::kLead)).next;
  }
  // The lead moves the date, with what else it says.
  MergeResult Move(const std::vector<std::pair<std::string, std::string>>& fields = {}) const {
    Dossier wanted;
    EXPECT_TRUE(SetField(wanted, kDue, "2026-03-17T09:30:00Z").ok());
    for (const auto& [path, value] : fields) EXPECT_TRUE(SetField(wanted, path, value).ok());
    return MergeAll(promised_, wanted, WriterFor(Part::kLead));
  }

  Dossier promised_ = DossierAt(Stage::kLed);
};

TEST_F(MovedDueTest, TheFirstPromiseNeedsNoReason) {
  EXPECT_TRUE(promised_.deadline().has_promised_due());
  EXPECT_THAT(promised_.defects(), IsEmpty());
}

TEST_F(MovedDueTest, WithoutAWordItIsADefectUntilOneComes) {
  const MergeResult moved = Move();
  EXPECT_TRUE(moved.due_moved_silently);
  EXPECT_THAT(MissingReasons(moved.next), ElementsAre(kDue));
  const Dossier noted = MergeField(moved.next, "note", "x", WriterFor(Part::kReceiving)).next;
  EXPECT_THAT(MissingReasons(noted), ElementsAre(kDue));
  for (const auto& [path, value] : std::vector<std::pair<std::string, std::string>>{
           {"deadline.change_reason", "invented"},
           {"supplements[b].new_due", "2026-03-17T09:30:00Z"}}) {
    const MergeResult mended = MergeField(moved.next, path, value, WriterFor(Part::kLead));
    EXPECT_FALSE(mended.due_moved_silently);
    EXPECT_THAT(mended.next.defects(), IsEmpty()) << path;
  }
}

TEST_F(MovedDueTest, AReasonOrASupplementRoundTellsWhy) {
  for (const auto& [path, value] : std::vector<std::pair<std::string, std::string>>{
           {"deadline.change_reason", "invented"},
           {"supplements[b].new_due", "2026-03-17T09:30:00Z"}}) {
    const MergeResult moved = Move({{path, value}});
    EXPECT_FALSE(moved.due_moved_silently) << path;
    EXPECT_THAT(moved.next.defects(), IsEmpty()) << path;
  }
}

TEST_F(MovedDueTest, NoWordsAndAnotherDateTellNothing) {
  for (const char* unseen : {"", " ", " \t\n", "\u00A0\u200B"}) {
    EXPECT_TRUE(Move({{"deadline.change_reason", unseen}}).due_moved_silently) << unseen;
  }
  EXPECT_TRUE(Move({{"supplements[b].new_due", "2026-03-18T09:30:00Z"}}).due_moved_silently);
  EXPECT_TRUE(MergeClear(promised_, kDue, WriterFor(Part::kLead)).due_moved_silently);
}

TEST_F(MovedDueTest, TheReasonOfAnEarlierMoveTellsNothing) {
  const Dossier once = Move({{"deadline.change_reason", "invented"}}).next;
  const MergeResult twice = MergeField(once, kDue, "2026-03-24T09:30:00Z", WriterFor(Part::kLead));
  EXPECT_TRUE(twice.due_moved_silently);
  EXPECT_THAT(MissingReasons(twice.next), ElementsAre(kDue));
}

TEST_F(MovedDueTest, NorDoesItWhenItIsSentAlongAgain) {
  Dossier record = Move({{"deadline.change_reason", "invented"}}).next;
  const Dossier once = record;
  ASSERT_TRUE(SetField(record, kDue, "2026-03-24T09:30:00Z").ok());
  const MergeResult twice = MergeAll(once, record, WriterFor(Part::kLead));
  EXPECT_TRUE(twice.due_moved_silently);
  EXPECT_THAT(MissingReasons(twice.next), ElementsAre(kDue));
  const MergeResult again = MergeAll(twice.next, record, WriterFor(Part::kLead));
  EXPECT_FALSE(again.changed) << "nor does it mend anything";
}

TEST_F(MovedDueTest, ALaterPromiseIsNoReasonForWhatWasTakenBack) {
  const Dossier taken = MergeClear(promised_, kDue, WriterFor(Part::kLead)).next;
  ASSERT_THAT(MissingReasons(taken), ElementsAre(kDue));
  const MergeResult later = MergeField(taken, kDue, "2026-03-17T09:30:00Z", WriterFor(Part::kLead));
  EXPECT_FALSE(later.due_moved_silently) << "nothing stood that it moves";
  EXPECT_THAT(MissingReasons(later.next), ElementsAre(kDue));
  Dossier reasoned;
  ASSERT_TRUE(SetField(reasoned, kDue, "2026-03-17T09:30:00Z").ok());
  ASSERT_TRUE(SetField(reasoned, "deadline.change_reason", "invented").ok());
  EXPECT_THAT(MergeAll(taken, reasoned, WriterFor(Part::kLead)).next.defects(), IsEmpty());
}

TEST_F(MovedDueTest, TakingTheReasonAwayMendsNothing) {
  Dossier moved = Move({{"deadline.change_reason", "invented"}}).next;
  moved = MergeField(moved, kDue, "2026-03-24T09:30:00Z", WriterFor(Part::kLead)).next;
  ASSERT_THAT(MissingReasons(moved), ElementsAre(kDue));
  moved = MergeClear(moved, "deadline.change_reason", WriterFor(Part::kLead)).next;
  EXPECT_THAT(MissingReasons(moved), ElementsAre(kDue));
}

TEST_F(MovedDueTest, WhoDoesNotOwnItMovesNothing) {
  const MergeResult proposed =
      MergeField(promised_, kDue, "2026-03-24T09:30:00Z", WriterFor(Part::kReceiving));
  EXPECT_THAT(PathsOf(proposed.proposals), ElementsAre(kDue));
  EXPECT_FALSE(proposed.due_moved_silently);
}

TEST_F(MovedDueTest, WhoDoesNotOwnItMendsNothingEither) {
  Dossier wanted;
  ASSERT_TRUE(SetField(wanted, "deadline.change_reason", "invented").ok());
  Change change = ChangeOf(wanted);
  change.says_why_due_moves = true;
  const auto proposed =
      Merge(Move().next, change, WriterFor(Part::kReceiving), StatusGraph::Shipped(), MergeTime());
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_THAT(MissingReasons(proposed->next), ElementsAre(kDue));
}

// A reason is of one move: what an older round gave is no reason to go back to it.
TEST_F(MovedDueTest, OnlyTheNewestRoundTellsWhy) {
  Dossier twice = Move({{"supplements[b].new_due", "2026-03-17T09:30:00Z"}}).next;
  Dossier wanted;
  ASSERT_TRUE(SetField(wanted, kDue, "2026-03-24T09:30:00Z").ok());
  ASSERT_TRUE(SetField(wanted, "supplements[c].new_due", "2026-03-24T09:30:00Z").ok());
  const MergeResult later = MergeAll(twice, wanted, WriterFor(Part::kLead));
  EXPECT_FALSE(later.due_moved_silently);
  EXPECT_TRUE(MergeField(later.next, kDue, "2026-03-17T09:30:00Z", WriterFor(Part::kLead))
                  .due_moved_silently);
}

TEST(UnobservedTest, StatesThatWereJumpedOverAreNotedNotInvented) {
  Dossier current = DossierAt(Stage::kSubmitted);
  const MergeResult result = MergeField(current, "status", "10", WriterFor(Part::kReceiving));
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_RETURNED);
  ASSERT_EQ(result.next.unobserved_size(), 2);
  EXPECT_EQ(result.next.unobserved(0).status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_EQ(result.next.unobserved(1).status(), dossier::v1::STATUS_FINISHED);
  EXPECT_NE(result.next.unobserved(0).id(), result.next.unobserved(1).id());
  EXPECT_EQ(result.next.unobserved(0).reporter(), "city");
  EXPECT_EQ(FromProto(result.next.unobserved(0).noted_time()), MergeTime());
  EXPECT_EQ(result.next.steps_size(), 0) << "no step is made up";
  EXPECT_THAT(result.next.defects(), IsEmpty());
}

TEST(UnobservedTest, APathByWhoDoesNotOwnItsLastChangeIsAProposal) {
  const MergeResult result =
      MergeField(DossierAt(Stage::kLed), "status", "10", WriterFor(Part::kLead));
  EXPECT_EQ(result.next.status(), dossier::v1::STATUS_PROCESSING);
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("status"));
  EXPECT_EQ(result.next.unobserved_size(), 0);
}

TEST(TerminalTest, LeavingAnEndIsAProposalWhoeverWantsIt) {
  for (const int end : {3, 7, 8, 10}) {
    Dossier current = DossierAt(Stage::kLed);
    current.set_status(static_cast<dossier::v1::Status>(end));
    current.mutable_reception()->set_refusal_reason("invented");
    current.mutable_outcome()->set_stop_reason("invented");
    for (const Part part : kParts) {
      for (int to = 1; to <= 10; ++to) {
        if (to == end) continue;
        const MergeResult result = MergeField(current, "status", absl::StrCat(to), WriterFor(part));
        EXPECT_EQ(result.next.status(), end) << NameOf(part) << " -> " << to;
        EXPECT_THAT(PathsOf(result.proposals), ElementsAre("status"));
        EXPECT_FALSE(result.status_changed);
      }
    }
  }
}

class IrregularTest : public ::testing::Test {
 protected:
  // A graph in which nothing leads back.
  const StatusGraph graph_ = StatusGraph::Parse(R"(
    version: "test"
    edges { from: STATUS_ACCEPTED to: STATUS_PROCESSING owner: OWNER_LEAD }
    edges { from: STATUS_PROCESSING to: STATUS_FINISHED owner: OWNER_LEAD })")
                                 .value();

  MergeResult BackToAccepted(Part part, const Dossier& current) {
    Dossier wanted;
    wanted.set_status(dossier::v1::STATUS_ACCEPTED);
    return Merge(current, ChangeOf(wanted), WriterFor(part), graph_, MergeTime()).value();
  }
};

TEST_F(IrregularTest, AnIrregularStateFromItsOwnerAppliesAndIsFlagged) {
  for (const Part part : {Part::kReceiving, Part::kLead}) {
    const MergeResult result = BackToAccepted(part, DossierAt(Stage::kLed));
    EXPECT_EQ(result.next.status(), dossier::v1::STATUS_ACCEPTED);
    ASSERT_EQ(result.next.defects_size(), 1);
    EXPECT_EQ(result.next.defects(0).kind(), Defect::KIND_IRREGULAR_TRANSITION);
    EXPECT_EQ(result.next.defects(0).detail(), "4 -> 2");
    EXPECT_EQ(FromProto(result.next.defects(0).noted_time()), MergeTime());
    EXPECT_TRUE(result.status_changed);
  }
}

TEST_F(IrregularTest, FromAnyoneElseItIsAProposal) {
  for (const Part part : {Part::kOrigin, Part::kCooperating, Part::kStranger}) {
    const MergeResult result = BackToAccepted(part, DossierAt(Stage::kLed));
    EXPECT_EQ(result.next.status(), dossier::v1::STATUS_PROCESSING) << NameOf(part);
    EXPECT_THAT(PathsOf(result.proposals), ElementsAre("status"));
    EXPECT_THAT(result.next.defects(), IsEmpty());
  }
}

TEST_F(IrregularTest, EachOneIsKept) {
  Dossier dossier = BackToAccepted(Part::kLead, DossierAt(Stage::kLed)).next;
  dossier.set_status(dossier::v1::STATUS_FINISHED);
  dossier = BackToAccepted(Part::kLead, dossier).next;
  ASSERT_EQ(dossier.defects_size(), 2);
  EXPECT_NE(dossier.defects(0).id(), dossier.defects(1).id());
}

TEST(ReceivingSystemTest, AnOnlineDossierGetsItWithTheFirstActOfAReceivingUnit) {
  const Dossier submitted = DossierAt(Stage::kSubmitted);
  ASSERT_FALSE(submitted.reception().has_system());
  const Dossier noted = MergeField(submitted, "note", "x", WriterFor(Part::kReceiving)).next;
  EXPECT_FALSE(noted.reception().has_system()) << "a note takes nothing in";
  const Dossier accepted = MergeField(submitted, "status", "2", WriterFor(Part::kReceiving)).next;
  EXPECT_EQ(accepted.reception().system(), "city");
}

TEST(ReceivingSystemTest, StaysTheSame) {
  const Writer other = {
      .system = "agency/H29.X01", .receives = true, .leads = true, .agencies = {"H29.X01"}};
  const Dossier accepted = DossierAt(Stage::kAccepted);
  EXPECT_FALSE(RolesOf(other, accepted).receiving) << "one system acts as the receiving unit";
  EXPECT_EQ(MergeField(accepted, "status", "3", other).next.reception().system(), "city");
}

TEST(InstantTest, GoesToProtoAndBack) {
  for (const absl::Time time : {absl::UnixEpoch(), absl::FromUnixNanos(1'772'500'000'123'456'789),
                                absl::FromUnixNanos(-1), absl::FromUnixMillis(-1500)}) {
    const auto proto = ToProto(time);
    EXPECT_GE(proto.nanos(), 0) << "as protobuf demands";
    EXPECT_EQ(FromProto(proto), time);
  }
}

}  // namespace
}  // namespace lienthong::domain
